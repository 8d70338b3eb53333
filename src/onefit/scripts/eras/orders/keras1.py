"""The order of the arguments of Keras 1.2.2, of all that Keras 3 orders or calls otherwise."""

from __future__ import annotations

KERAS1 = {
    "keras.Model.compile": "optimizer loss metrics loss_weights sample_weight_mode",
    "keras.Model.evaluate": "x y batch_size verbose sample_weight",
    "keras.Model.fit": "x y batch_size nb_epoch verbose callbacks validation_split "
    "validation_data shuffle class_weight sample_weight initial_epoch",
    "keras.Model.load_weights": "filepath by_name",
    "keras.Model.save": "filepath overwrite",
    "keras.activations.relu": "x alpha max_value",
    "keras.callbacks.ReduceLROnPlateau": "monitor factor patience verbose mode epsilon cooldown "
    "min_lr",
    "keras.callbacks.TensorBoard": "log_dir histogram_freq write_graph write_images",
    "keras.constraints.MaxNorm": "m axis",
    "keras.constraints.MinMaxNorm": "low high rate axis",
    "keras.constraints.max_norm": "m axis",
    "keras.layers.AveragePooling1D": "pool_length stride border_mode",
    "keras.layers.AveragePooling2D": "pool_size strides border_mode dim_ordering",
    "keras.layers.AveragePooling3D": "pool_size strides border_mode dim_ordering",
    "keras.layers.BatchNormalization": "epsilon mode axis momentum weights beta_init gamma_init "
    "gamma_regularizer beta_regularizer",
    "keras.layers.Conv1D": "nb_filter filter_length init activation weights border_mode "
    "subsample_length W_regularizer b_regularizer activity_regularizer W_constraint b_constraint "
    "bias input_dim input_length",
    "keras.layers.Conv2D": "nb_filter nb_row nb_col init activation weights border_mode "
    "subsample dim_ordering W_regularizer b_regularizer activity_regularizer W_constraint "
    "b_constraint bias",
    "keras.layers.Conv2DTranspose": "nb_filter nb_row nb_col output_shape init activation "
    "weights border_mode subsample dim_ordering W_regularizer b_regularizer activity_regularizer "
    "W_constraint b_constraint bias",
    "keras.layers.Conv3D": "nb_filter kernel_dim1 kernel_dim2 kernel_dim3 init activation "
    "weights border_mode subsample dim_ordering W_regularizer b_regularizer activity_regularizer "
    "W_constraint b_constraint bias",
    "keras.layers.ConvLSTM2D": "nb_filter nb_row nb_col init inner_init forget_bias_init "
    "activation inner_activation dim_ordering border_mode subsample W_regularizer U_regularizer "
    "b_regularizer dropout_W dropout_U",
    "keras.layers.Cropping2D": "cropping dim_ordering",
    "keras.layers.Cropping3D": "cropping dim_ordering",
    "keras.layers.Dense": "output_dim init activation weights W_regularizer b_regularizer "
    "activity_regularizer W_constraint b_constraint bias input_dim",
    "keras.layers.Dropout": "p noise_shape seed",
    "keras.layers.Embedding": "input_dim output_dim init input_length W_regularizer "
    "activity_regularizer W_constraint mask_zero weights dropout",
    "keras.layers.GRU": "output_dim init inner_init activation inner_activation W_regularizer "
    "U_regularizer b_regularizer dropout_W dropout_U",
    "keras.layers.GaussianDropout": "p",
    "keras.layers.GaussianNoise": "sigma",
    "keras.layers.GlobalAveragePooling2D": "dim_ordering",
    "keras.layers.GlobalAveragePooling3D": "dim_ordering",
    "keras.layers.GlobalMaxPooling2D": "dim_ordering",
    "keras.layers.GlobalMaxPooling3D": "dim_ordering",
    "keras.layers.InputLayer": "input_shape batch_input_shape input_dtype input_tensor sparse name",
    "keras.layers.LSTM": "output_dim init inner_init forget_bias_init activation "
    "inner_activation W_regularizer U_regularizer b_regularizer dropout_W dropout_U",
    "keras.layers.Lambda": "function output_shape arguments",
    "keras.layers.MaxPooling1D": "pool_length stride border_mode",
    "keras.layers.MaxPooling2D": "pool_size strides border_mode dim_ordering",
    "keras.layers.MaxPooling3D": "pool_size strides border_mode dim_ordering",
    "keras.layers.PReLU": "init weights shared_axes",
    "keras.layers.SeparableConv2D": "nb_filter nb_row nb_col init activation weights border_mode "
    "subsample depth_multiplier dim_ordering depthwise_regularizer pointwise_regularizer "
    "b_regularizer activity_regularizer depthwise_constraint pointwise_constraint b_constraint "
    "bias",
    "keras.layers.SimpleRNN": "output_dim init inner_init activation W_regularizer U_regularizer "
    "b_regularizer dropout_W dropout_U",
    "keras.layers.SpatialDropout1D": "p",
    "keras.layers.SpatialDropout2D": "p dim_ordering",
    "keras.layers.SpatialDropout3D": "p dim_ordering",
    "keras.layers.UpSampling1D": "length",
    "keras.layers.UpSampling2D": "size dim_ordering",
    "keras.layers.UpSampling3D": "size dim_ordering",
    "keras.layers.ZeroPadding2D": "padding dim_ordering",
    "keras.layers.ZeroPadding3D": "padding dim_ordering",
    "keras.optimizers.Adam": "lr beta_1 beta_2 epsilon decay",
}
