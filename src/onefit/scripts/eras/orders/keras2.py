"""The order of the arguments of Keras 2.2.4, of all that Keras 3 orders or calls
otherwise, and what 2.3 put behind them."""

from __future__ import annotations

KERAS2 = {
    "keras.Input": "shape batch_shape name dtype sparse tensor",
    "keras.Model.compile": "optimizer loss metrics loss_weights sample_weight_mode "
    "weighted_metrics target_tensors",
    "keras.Model.evaluate": "x y batch_size verbose sample_weight steps callbacks max_queue_size "
    "workers use_multiprocessing",
    "keras.Model.fit": "x y batch_size epochs verbose callbacks validation_split validation_data "
    "shuffle class_weight sample_weight initial_epoch steps_per_epoch validation_steps "
    "validation_freq max_queue_size workers use_multiprocessing",
    "keras.Model.load_weights": "filepath by_name skip_mismatch reshape",
    "keras.Model.predict": "x batch_size verbose steps callbacks max_queue_size workers "
    "use_multiprocessing",
    "keras.Model.save": "filepath overwrite include_optimizer",
    "keras.activations.relu": "x alpha max_value threshold",
    "keras.callbacks.LambdaCallback": "on_epoch_begin on_epoch_end on_batch_begin on_batch_end "
    "on_train_begin on_train_end",
    "keras.callbacks.ModelCheckpoint": "filepath monitor verbose save_best_only "
    "save_weights_only mode period",
    "keras.callbacks.ReduceLROnPlateau": "monitor factor patience verbose mode min_delta "
    "cooldown min_lr",
    "keras.callbacks.TensorBoard": "log_dir histogram_freq batch_size write_graph write_grads "
    "write_images embeddings_freq embeddings_layer_names embeddings_metadata embeddings_data "
    "update_freq",
    "keras.layers.Conv1D": "filters kernel_size strides padding data_format dilation_rate "
    "activation use_bias kernel_initializer bias_initializer kernel_regularizer bias_regularizer "
    "activity_regularizer kernel_constraint bias_constraint",
    # Keras 2 still took `Conv2D(32, 3, 3)` as Keras 1 did: two integers behind the filters are the
    # sides of the kernel (keras/legacy/interfaces.py), and never a size and strides.
    "keras.layers.Conv2D": "filters nb_row nb_col",
    "keras.layers.Conv2DTranspose": "filters nb_row nb_col",
    "keras.layers.Conv3D": "filters kernel_dim1 kernel_dim2 kernel_dim3",
    "keras.layers.Conv3DTranspose": "filters kernel_size strides padding output_padding "
    "data_format activation use_bias kernel_initializer bias_initializer kernel_regularizer "
    "bias_regularizer activity_regularizer kernel_constraint bias_constraint",
    "keras.layers.ConvLSTM2D": "filters nb_row nb_col",
    # Keras 2.2.5 put `dilation_rate` before the activation: `by_kinds` tells them apart.
    "keras.layers.DepthwiseConv2D": "kernel_size strides padding depth_multiplier data_format "
    "activation use_bias depthwise_initializer bias_initializer depthwise_regularizer "
    "bias_regularizer activity_regularizer depthwise_constraint bias_constraint",
    "keras.layers.Embedding": "input_dim output_dim embeddings_initializer "
    "embeddings_regularizer activity_regularizer embeddings_constraint mask_zero input_length",
    "keras.layers.GRU": "units activation recurrent_activation use_bias kernel_initializer "
    "recurrent_initializer bias_initializer kernel_regularizer recurrent_regularizer "
    "bias_regularizer activity_regularizer kernel_constraint recurrent_constraint bias_constraint "
    "dropout recurrent_dropout implementation return_sequences return_state go_backwards stateful "
    "unroll reset_after",
    "keras.layers.GRUCell": "units activation recurrent_activation use_bias kernel_initializer "
    "recurrent_initializer bias_initializer kernel_regularizer recurrent_regularizer "
    "bias_regularizer kernel_constraint recurrent_constraint bias_constraint dropout "
    "recurrent_dropout implementation reset_after",
    "keras.layers.Input": "shape batch_shape name dtype sparse tensor",
    "keras.layers.InputLayer": "input_shape batch_size batch_input_shape dtype input_tensor "
    "sparse name",
    "keras.layers.LSTM": "units activation recurrent_activation use_bias kernel_initializer "
    "recurrent_initializer bias_initializer unit_forget_bias kernel_regularizer "
    "recurrent_regularizer bias_regularizer activity_regularizer kernel_constraint "
    "recurrent_constraint bias_constraint dropout recurrent_dropout implementation "
    "return_sequences return_state go_backwards stateful unroll",
    "keras.layers.LSTMCell": "units activation recurrent_activation use_bias kernel_initializer "
    "recurrent_initializer bias_initializer unit_forget_bias kernel_regularizer "
    "recurrent_regularizer bias_regularizer kernel_constraint recurrent_constraint "
    "bias_constraint dropout recurrent_dropout implementation",
    "keras.layers.LeakyReLU": "alpha",
    "keras.layers.SeparableConv2D": "filters nb_row nb_col",
    "keras.layers.dot": "inputs axes normalize",
    "keras.optimizers.Adadelta": "lr rho epsilon decay",
    "keras.optimizers.Adagrad": "lr epsilon decay",
    "keras.optimizers.Adam": "lr beta_1 beta_2 epsilon decay amsgrad",
    "keras.optimizers.Adamax": "lr beta_1 beta_2 epsilon decay",
    "keras.optimizers.Nadam": "lr beta_1 beta_2 epsilon schedule_decay",
    "keras.optimizers.RMSprop": "lr rho epsilon decay",
    "keras.optimizers.SGD": "lr momentum decay nesterov",
    "keras.regularizers.L1": "l",
    "keras.regularizers.L2": "l",
    "keras.regularizers.l1": "l",
    "keras.regularizers.l2": "l",
}
