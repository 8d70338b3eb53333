"""OF2xx: what changed in Keras since an old script was written."""

from __future__ import annotations

from onefit.findings.codes.code import Code

OLD_SCRIPTS: dict[str, Code] = {
    "OF200": Code(
        "note",
        "the script was written for an older Keras",
        "onefit upgrade SCRIPT shows what Keras 3 wants instead; --era NAME decides otherwise",
        "It uses names, arguments or modules that only an older Keras had, so it gets these, and "
        "the defaults and formulas of that time: it trains what it trained then. The era is read "
        "from the script before it runs: `keras1`, `keras2` or `tf2`. `--era keras3` translates "
        "nothing.",
    ),
    "OF201": Code(
        "note",
        "a module of Keras moved",
        "import from keras.layers, keras.utils and the like: each room of Keras is one module now",
        "Keras 1 and 2 had a file for each kind of layer (`keras.layers.core`, "
        "`keras.layers.convolutional`), `keras.utils.np_utils`, `keras.engine`, `keras.objectives`."
        " Keras 2.4 to 3 took these modules away. An old script finds them all the same.",
    ),
    "OF202": Code(
        "note",
        "a name of Keras changed",
        "use the name of Keras 3",
        "`Deconvolution2D` is `Conv2DTranspose`, `maxnorm` is `max_norm`: "
        "the same thing under another name.",
    ),
    "OF203": Code(
        "note",
        "an argument of Keras changed",
        "use the argument of Keras 3",
        "Keras 2 renamed most arguments of Keras 1 (`nb_epoch`, `border_mode`, `W_regularizer`), "
        "Keras 3 those of optimizers (`lr`) and generators (`workers`). `decay` of an optimizer "
        "was taken away; in an old script it works as it did.",
    ),
    "OF204": Code(
        "note",
        "a function, method or layer of Keras is no more",
        "see docs/old-scripts.md for what to write instead",
        "`fit_generator`, `predict_classes`, `Merge`, `MaxoutDense` and others have gone. An old "
        "script finds a stand-in that does the same.",
    ),
    "OF205": Code(
        "note",
        "a default of Keras changed",
        "write the value down: Adadelta(learning_rate=1.0)",
        "The default learning rate of Adadelta was 1.0 in Keras 1 and 2 and is 0.001 in Keras 3; "
        "LSTM and GRU used hard_sigmoid; GRU's `reset_after` was False. A script that relied on a "
        "default trains something else today, silently. An old script gets the defaults of its "
        "time; docs/old-scripts.md has the table.",
    ),
    "OF206": Code(
        "note",
        "a formula of Keras changed",
        "nothing: the script computes what it computed then",
        "`hard_sigmoid`, RMSprop's and Adagrad's epsilon, Nadam's schedule, the variance that "
        "BatchNormalization keeps, weighted losses, and which layers a compiled model trains were "
        "computed otherwise. Keras 1 and 2 put weights that are not trained behind the others, in "
        "a model that is part of another; `onefit upgrade` lists where a script handles these "
        "arrays, but not where it only hands them on, `b.set_weights(a.get_weights())`.",
    ),
    "OF207": Code(
        "note",
        "a log has another name today",
        "use the names of Keras 3: val_accuracy, learning_rate",
        "Up to Keras 2.2 the metric `accuracy` was logged as `acc`, and the learning rate as `lr`. "
        "An old script finds its names in the History, and callbacks watch them. Their order is "
        "another one, too: `val_loss`, `val_acc`, `loss`, `acc` in Keras 1 and 2, sorted in Keras "
        "3; `onefit upgrade` lists the lines that show it.",
    ),
    "OF208": Code(
        "note",
        "a file has a name that Keras 3 does not take",
        "save models as .keras and weights as .weights.h5",
        "Keras 1 and 2 wrote HDF5 under any name, `tf.keras` wrote a folder where a name had no "
        "suffix. An old script writes and reads the files that it names: HDF5, or a folder with a "
        "file of Keras 3's in it. In an upgraded script `tf.train.latest_checkpoint` is the newest "
        "file of weights, where the script writes no checkpoints of TensorFlow's own.",
    ),
    "OF209": Code(
        "note",
        "lists of numbers are given as data",
        "give np.array(x)",
        "`tf.keras` made arrays of lists of numbers; for Keras 3 a list is a list of inputs.",
    ),
    "OF210": Code(
        "note",
        "a function of keras.backend is no more",
        "use keras.ops",
        "Scripts call it K: `K.mean`, `K.function`, `K.learning_phase`. Keras 3 has `keras.ops` "
        "instead. An old script finds the functions, on JAX arrays.",
    ),
    "OF211": Code(
        "note",
        "preprocessing that left plain Keras",
        "use keras.layers.Random* and keras.utils, or keep the script's era",
        "`ImageDataGenerator` and `Tokenizer` are no part of Keras 3's public names.",
    ),
    "OF212": Code(
        "note",
        "keras.wrappers.scikit_learn is no more",
        "use keras.wrappers.SKLearnClassifier, or SciKeras",
        "`KerasClassifier(build_fn=...)` went with Keras 2.13. An old script finds both classes.",
    ),
    "OF213": Code(
        "note",
        "tf.keras is the package keras",
        "import keras",
        "Keras was a part of TensorFlow from 2.0 to 2.15; Keras 3 is a package of its own again, "
        "and runs without TensorFlow. What a script uses of TensorFlow beyond `tf.keras` is no "
        "part of it; an activation such as `tf.nn.relu` is Keras's too. Some of Keras 3 itself "
        "computes with TensorFlow, whatever the backend is: "
        "`TextVectorization`, `StringLookup`, `Hashing`, `image_dataset_from_directory`, "
        "`TensorBoard`, `model.export` and others need it beside Keras 3, and are listed.",
    ),
    "OF214": Code(
        "note",
        "a name of Python or NumPy has gone",
        "use time.perf_counter, and Python's own float, int and bool",
        "`time.clock` went with Python 3.8, `np.float` and the like with NumPy 1.24. An old script "
        "finds them.",
    ),
    "OF215": Code(
        "note",
        "cross-entropies are of probabilities, which Keras on JAX clips",
        "scale the inputs, or use from_logits=True with an output without an activation",
        "tf.keras 2 took the cross-entropy of a sigmoid or a softmax from its logits, and so does "
        "Keras 3 on TensorFlow. Where an output saturates, Keras on JAX has another loss and no "
        "gradient. An old script trains what it trained; `onefit upgrade --logits` writes these "
        "losses into it, and `--prove` does so where they make a difference.",
    ),
    "OF216": Code(
        "note",
        "the script loads a model that an older Keras saved",
        "save it again under onefit run, as .keras; --era keras3 reads it as plain Keras 3 does",
        "The file says which Keras wrote it. Plain Keras 3 refuses what it says of the optimizer, "
        "or leaves out its decay, and cannot train a model whose metrics tf.keras 2 wrote down. So "
        "a script that shows nothing old goes on as one of the file's time once it has loaded a "
        "model that is compiled. With `compile=False`, where the script uses names of Keras 3 "
        "only, and of a model's JSON, which plain Keras 3 cannot read, the layers compute what "
        "they did, and the rest is Keras 3's.",
    ),
    "OF217": Code(
        "note",
        "nothing shows for which Keras the script was written; older ones computed otherwise",
        "--era keras2, or --era tf2 for tf.keras, trains what it trained then; --era keras3 says "
        "that it is one for Keras 3",
        "All names and arguments of the script are those of an older Keras and of Keras 3, so it "
        "runs as one for Keras 3. But `LSTM` and `GRU`, and optimizers such as `Adadelta`, had "
        "other defaults up to Keras 2.3, and `hard_sigmoid`, `ConvLSTM2D` and `Nadam` computed "
        "otherwise up to tf.keras 2.15: a script that was written then trains something else. So "
        "did `train_on_batch`, `stateful=True` and a few other words of tf.keras. The "
        "finding names them as Keras 3 takes them. With `--era`, or with the arguments written "
        "down, it is not told any more.",
    ),
}
