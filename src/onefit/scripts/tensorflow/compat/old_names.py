"""Names at the top of TensorFlow 1 that work as they stand, under these or new names."""

from __future__ import annotations

MOVED = {
    "math": "bincount ceil confusion_matrix count_nonzero cumprod digamma erf erfc expm1 floordiv "
    "floormod invert_permutation is_finite is_inf is_nan lgamma log log1p log_sigmoid polygamma "
    "reciprocal rint rsqrt segment_max segment_mean segment_min segment_prod segment_sum "
    "squared_difference unsorted_segment_max unsorted_segment_sum zeta",
    "linalg": "cholesky global_norm qr svd trace",
    "signal": "fft ifft",
}
"""By the module of TensorFlow 2 that has them now."""
_OF_V1 = """
Print assign assign_add assign_sub batch_matmul batch_to_space_nd cross depth_to_space diag div
extract_image_patches lin_space matrix_band_part matrix_determinant matrix_diag matrix_diag_part
matrix_inverse matrix_solve matrix_transpose mod mul multinomial neg pack py_func random_normal
random_shuffle random_uniform set_random_seed space_to_batch_nd space_to_depth sub to_double
to_float to_int32 to_int64 truncated_normal unpack
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
    ["resize_area", "resize_bicubic", "resize_bilinear", "resize_images", "resize_nearest_neighbor"]
)
"""Names of `tf.image` of TensorFlow 1."""
