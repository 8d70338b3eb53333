"""Names at the top of TensorFlow 1 that work as they stand, under these or new names."""

from __future__ import annotations

MOVED = {
    "math": "accumulate_n betainc bincount ceil confusion_matrix count_nonzero cumprod digamma erf "
    "angle conj erfc expm1 floordiv floormod igamma igammac imag invert_permutation is_finite "
    "is_inf is_nan lbeta real lgamma log log1p log_sigmoid polygamma reciprocal rint rsqrt "
    "segment_max segment_mean segment_min segment_prod segment_sum squared_difference "
    "unsorted_segment_max unsorted_segment_sum zeta",
    "linalg": "cholesky cross global_norm qr svd trace",
    "signal": "fft ifft",
    "debugging": "check_numerics",
    "io": "decode_base64 encode_base64 matching_files parse_tensor read_file serialize_tensor "
    "write_file",
}
"""By the module of TensorFlow 2 that has them now."""
_OF_V1 = """
Print assign assign_add assign_sub batch_matmul batch_to_space_nd cholesky_solve depth_to_space diag
diag_part div div_no_nan extract_image_patches glorot_normal_initializer
glorot_uniform_initializer lin_space matrix_band_part matrix_determinant matrix_diag
matrix_diag_part matrix_inverse matrix_set_diag matrix_solve matrix_transpose
matrix_triangular_solve mod mul multinomial neg orthogonal_initializer pack py_func random_gamma
random_normal random_poisson random_shuffle random_uniform reverse_v2 set_random_seed
space_to_batch_nd space_to_depth sub to_complex64 to_complex128 to_double to_float to_int32
to_int64 truncated_normal truncated_normal_initializer unpack variance_scaling_initializer
"""
_OF_SESSIONS = """
ConfigProto GPUOptions Graph GraphOptions InteractiveSession OptimizerOptions Session
disable_eager_execution disable_v2_behavior enable_eager_execution get_default_graph
global_variables_initializer initialize_all_tables initialize_all_variables
initialize_local_variables initialize_variables local_variables_initializer logging
reset_default_graph tables_initializer variables_initializer
"""
OLD_NAMES = frozenset(" ".join([*MOVED.values(), _OF_V1, _OF_SESSIONS]).split())
OF_IMAGE = frozenset(
    [
        *("resize_area", "resize_bicubic", "resize_bilinear", "resize_nearest_neighbor"),
        *("resize_images", "resize_image_with_crop_or_pad", "extract_image_patches"),
    ]
)
"""Names of `tf.image` of TensorFlow 1."""
OF_NN = ("softmax_cross_entropy_with_logits_v2", "xw_plus_b")
"""Names of `tf.nn` of TensorFlow 1."""
