"""OF210: `keras.backend`, the functions that scripts call `K`, on JAX arrays."""

from __future__ import annotations

from onefit.scripts.eras.era import BOTH_OLD
from onefit.scripts.eras.rule import Gone, Rule

_OF_JAX = """
abs all any arange argmax argmin batch_dot batch_flatten batch_get_value batch_normalization
batch_set_value bias_add binary_crossentropy binary_focal_crossentropy cast cast_to_floatx
categorical_crossentropy categorical_focal_crossentropy clip concatenate constant conv1d conv2d
conv2d_transpose conv3d cos count_params ctc_batch_cost ctc_decode ctc_label_dense_to_sparse cumprod
cumsum depthwise_conv2d dot dropout dtype elu equal eval exp expand_dims eye flatten foldl foldr
gather get_value gradients greater greater_equal hard_sigmoid in_top_k int_shape is_sparse
l2_normalize less less_equal log map_fn max maximum mean min minimum moving_average_update
name_scope ndim not_equal one_hot ones ones_like permute_dimensions pool2d pool3d pow prod
random_bernoulli random_normal random_normal_variable random_uniform random_uniform_variable relu
repeat repeat_elements reset_uids reshape resize_images resize_volumes reverse rnn round
separable_conv2d set_value shape sigmoid sign sin softmax softplus softsign
sparse_categorical_crossentropy spatial_2d_padding spatial_3d_padding sqrt square squeeze stack std
stop_gradient sum switch tanh temporal_padding tile to_dense transpose truncated_normal update
update_add update_sub var variable zeros zeros_like
"""
_OF_ITS_TIME = """
function get_session get_variable_shape identity in_test_phase in_train_phase is_placeholder
is_tensor learning_phase learning_phase_scope local_conv1d local_conv2d logsumexp
manual_variable_initialization normalize_batch_in_training normalize_data_format placeholder
print_tensor random_binomial set_learning_phase set_session slice symbolic_learning_phase
"""
_OF_KERAS_1 = "image_dim_ordering set_image_dim_ordering"

NAMES = (*_OF_JAX.split(), *_OF_ITS_TIME.split())
RULES: tuple[Rule, ...] = (
    *(Gone(f"keras.backend.{name}", f"backend:{name}", code="OF210") for name in NAMES),
    *(
        Gone(f"keras.backend.{name}", f"backend:{name}", code="OF210", eras=BOTH_OLD)
        for name in _OF_KERAS_1.split()
    ),
)
