"""The order of the arguments of tf.keras 2.15, of all that Keras 3 orders or calls otherwise."""

from __future__ import annotations

TF2 = {
    "keras.Input": "shape batch_size name dtype sparse tensor ragged type_spec",
    "keras.Model.compile": "optimizer loss metrics loss_weights weighted_metrics run_eagerly "
    "steps_per_execution jit_compile pss_evaluation_shards",
    "keras.Model.evaluate": "x y batch_size verbose sample_weight steps callbacks max_queue_size "
    "workers use_multiprocessing return_dict",
    "keras.Model.fit": "x y batch_size epochs verbose callbacks validation_split validation_data "
    "shuffle class_weight sample_weight initial_epoch steps_per_epoch validation_steps "
    "validation_batch_size validation_freq max_queue_size workers use_multiprocessing",
    "keras.Model.load_weights": "filepath skip_mismatch by_name options",
    "keras.Model.predict": "x batch_size verbose steps callbacks max_queue_size workers "
    "use_multiprocessing",
    # Up to TensorFlow 2.11 `include_optimizer` stood before the format: `by_old_places` tells them
    # apart.
    "keras.Model.save": "filepath overwrite save_format format signatures options",
    "keras.Model.save_weights": "filepath overwrite save_format options",
    "keras.Model.test_on_batch": "x y sample_weight reset_metrics return_dict",
    "keras.Model.train_on_batch": "x y sample_weight class_weight reset_metrics return_dict",
    "keras.activations.relu": "x alpha max_value threshold",
    "keras.callbacks.BackupAndRestore": "backup_dir save_freq delete_checkpoint "
    "save_before_preemption",
    "keras.callbacks.LambdaCallback": "on_epoch_begin on_epoch_end on_batch_begin on_batch_end "
    "on_train_begin on_train_end",
    "keras.callbacks.ModelCheckpoint": "filepath monitor verbose save_best_only "
    "save_weights_only mode save_freq options initial_value_threshold",
    "keras.layers.BatchNormalization": "axis momentum epsilon center scale beta_initializer "
    "gamma_initializer moving_mean_initializer moving_variance_initializer beta_regularizer "
    "gamma_regularizer beta_constraint gamma_constraint synchronized",
    "keras.layers.Conv3DTranspose": "filters kernel_size strides padding output_padding "
    "data_format dilation_rate activation use_bias kernel_initializer bias_initializer "
    "kernel_regularizer bias_regularizer activity_regularizer kernel_constraint bias_constraint",
    "keras.layers.ConvLSTM1D": "filters kernel_size strides padding data_format dilation_rate "
    "activation recurrent_activation use_bias kernel_initializer recurrent_initializer "
    "bias_initializer unit_forget_bias kernel_regularizer recurrent_regularizer bias_regularizer "
    "activity_regularizer kernel_constraint recurrent_constraint bias_constraint return_sequences "
    "return_state go_backwards stateful dropout recurrent_dropout",
    "keras.layers.ConvLSTM2D": "filters kernel_size strides padding data_format dilation_rate "
    "activation recurrent_activation use_bias kernel_initializer recurrent_initializer "
    "bias_initializer unit_forget_bias kernel_regularizer recurrent_regularizer bias_regularizer "
    "activity_regularizer kernel_constraint recurrent_constraint bias_constraint return_sequences "
    "return_state go_backwards stateful dropout recurrent_dropout",
    "keras.layers.ConvLSTM3D": "filters kernel_size strides padding data_format dilation_rate "
    "activation recurrent_activation use_bias kernel_initializer recurrent_initializer "
    "bias_initializer unit_forget_bias kernel_regularizer recurrent_regularizer bias_regularizer "
    "activity_regularizer kernel_constraint recurrent_constraint bias_constraint return_sequences "
    "return_state go_backwards stateful dropout recurrent_dropout",
    "keras.layers.EinsumDense": "equation output_shape activation bias_axes kernel_initializer "
    "bias_initializer kernel_regularizer bias_regularizer activity_regularizer kernel_constraint "
    "bias_constraint",
    "keras.layers.Embedding": "input_dim output_dim embeddings_initializer "
    "embeddings_regularizer activity_regularizer embeddings_constraint mask_zero input_length "
    "sparse",
    "keras.layers.GRU": "units activation recurrent_activation use_bias kernel_initializer "
    "recurrent_initializer bias_initializer kernel_regularizer recurrent_regularizer "
    "bias_regularizer activity_regularizer kernel_constraint recurrent_constraint bias_constraint "
    "dropout recurrent_dropout return_sequences return_state go_backwards stateful unroll "
    "time_major reset_after",
    "keras.layers.Input": "shape batch_size name dtype sparse tensor ragged type_spec",
    "keras.layers.InputLayer": "input_shape batch_size dtype input_tensor sparse name ragged "
    "type_spec",
    "keras.layers.LSTM": "units activation recurrent_activation use_bias kernel_initializer "
    "recurrent_initializer bias_initializer unit_forget_bias kernel_regularizer "
    "recurrent_regularizer bias_regularizer activity_regularizer kernel_constraint "
    "recurrent_constraint bias_constraint dropout recurrent_dropout return_sequences return_state "
    "go_backwards stateful time_major unroll",
    "keras.layers.Layer": "trainable name dtype dynamic",
    "keras.layers.LeakyReLU": "alpha",
    "keras.layers.MultiHeadAttention": "num_heads key_dim value_dim dropout use_bias "
    "output_shape attention_axes kernel_initializer bias_initializer kernel_regularizer "
    "bias_regularizer activity_regularizer kernel_constraint bias_constraint",
    "keras.layers.RNN": "cell return_sequences return_state go_backwards stateful unroll "
    "time_major",
    "keras.layers.RandomContrast": "factor seed",
    "keras.layers.StringLookup": "max_tokens num_oov_indices mask_token oov_token vocabulary "
    "idf_weights encoding invert output_mode sparse pad_to_max_tokens",
    "keras.layers.dot": "inputs axes normalize",
    "keras.losses.Loss": "reduction name",
    "keras.losses.SparseCategoricalCrossentropy": "from_logits ignore_class reduction name",
    "keras.losses.sparse_categorical_crossentropy": "y_true y_pred from_logits axis ignore_class",
    "keras.metrics.Metric": "name dtype",
    "keras.metrics.sparse_categorical_crossentropy": "y_true y_pred from_logits axis ignore_class",
    "keras.optimizers.Adadelta": "learning_rate rho epsilon weight_decay clipnorm clipvalue "
    "global_clipnorm use_ema ema_momentum ema_overwrite_frequency jit_compile name",
    "keras.optimizers.Adafactor": "learning_rate beta_2_decay epsilon_1 epsilon_2 clip_threshold "
    "relative_step weight_decay clipnorm clipvalue global_clipnorm use_ema ema_momentum "
    "ema_overwrite_frequency jit_compile name",
    "keras.optimizers.Adagrad": "learning_rate initial_accumulator_value epsilon weight_decay "
    "clipnorm clipvalue global_clipnorm use_ema ema_momentum ema_overwrite_frequency jit_compile "
    "name",
    "keras.optimizers.Adam": "learning_rate beta_1 beta_2 epsilon amsgrad weight_decay clipnorm "
    "clipvalue global_clipnorm use_ema ema_momentum ema_overwrite_frequency jit_compile name",
    "keras.optimizers.AdamW": "learning_rate weight_decay beta_1 beta_2 epsilon amsgrad clipnorm "
    "clipvalue global_clipnorm use_ema ema_momentum ema_overwrite_frequency jit_compile name",
    "keras.optimizers.Adamax": "learning_rate beta_1 beta_2 epsilon weight_decay clipnorm "
    "clipvalue global_clipnorm use_ema ema_momentum ema_overwrite_frequency jit_compile name",
    "keras.optimizers.Ftrl": "learning_rate learning_rate_power initial_accumulator_value "
    "l1_regularization_strength l2_regularization_strength l2_shrinkage_regularization_strength "
    "beta weight_decay clipnorm clipvalue global_clipnorm use_ema ema_momentum "
    "ema_overwrite_frequency jit_compile name",
    "keras.optimizers.Lion": "learning_rate beta_1 beta_2 weight_decay clipnorm clipvalue "
    "global_clipnorm use_ema ema_momentum ema_overwrite_frequency jit_compile name",
    "keras.optimizers.Nadam": "learning_rate beta_1 beta_2 epsilon weight_decay clipnorm "
    "clipvalue global_clipnorm use_ema ema_momentum ema_overwrite_frequency jit_compile name",
    "keras.optimizers.RMSprop": "learning_rate rho momentum epsilon centered weight_decay "
    "clipnorm clipvalue global_clipnorm use_ema ema_momentum ema_overwrite_frequency jit_compile "
    "name",
    "keras.optimizers.SGD": "learning_rate momentum nesterov weight_decay clipnorm clipvalue "
    "global_clipnorm use_ema ema_momentum ema_overwrite_frequency jit_compile name",
    "keras.saving.save_model": "model filepath overwrite save_format format",
}
