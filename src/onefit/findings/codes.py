"""The registry of codes. A code, once published, keeps its meaning.

OF1xx say why something runs step by step, as stock Keras would run it. OF2xx say what changed in
Keras since an old script was written. OF3xx say what looks wrong with the data or with what Keras
makes of it. OF4xx are about checkpoints.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Code:
    """What a code means.

    Args:
        severity: `"note"`, `"warning"` or `"error"`.
        title: What it says, as a clause.
        fix: What to do about it, as an imperative.
        why: What is behind it, as a paragraph of the documentation.
    """

    severity: str
    title: str
    fix: str
    why: str


CODES: dict[str, Code] = {
    "OF101": Code(
        "note",
        "the model asks to run eagerly",
        "compile the model without run_eagerly=True",
        "With `run_eagerly=True` Keras runs each operation of a step from Python, which is meant "
        "for debugging. A script that asks for this gets it.",
    ),
    "OF102": Code(
        "note",
        "the model asks not to be compiled by XLA",
        "compile the model without jit_compile=False",
        "With `jit_compile=False` Keras runs each operation of a step by itself. XLA fuses "
        "operations, and the results can then differ in the last bit, so onefit does not overrule"
        " the setting.",
    ),
    "OF103": Code(
        "note",
        "a callback wants to be called at every step",
        "move what it does from the batch hooks to `on_epoch_end`, or accept the speed of Keras",
        "A callback that overrides `on_train_batch_begin`, `on_train_batch_end` or a similar hook"
        " runs Python at every step, and may read or change the weights there. Callbacks that "
        "only have hooks for epochs, training and tests do not cause this: they are called "
        "between epochs. `TerminateOnNaN` is part of the program.",
    ),
    "OF104": Code(
        "note",
        "a layer says that XLA cannot compile it",
        "replace the layer, or set `supports_jit = True` on it if JAX can trace it",
        "A layer of Keras can declare `supports_jit = False`. Keras runs a model with such a "
        "layer eagerly.",
    ),
    "OF105": Code(
        "note",
        "a keras.distribution is in force",
        "call `keras.distribution.set_distribution(None)` before the fit",
        "Under a distribution Keras divides data and variables among devices at each step. onefit"
        " cannot put this into a program yet.",
    ),
    "OF106": Code(
        "note",
        "Keras runs on Flax NNX variables",
        "do not set KERAS_NNX_ENABLED",
        "With NNX, variables have state of their own that a program cannot hold.",
    ),
    "OF107": Code(
        "note",
        "the model replaces a part of Keras's training loop",
        "override `train_step`, `test_step` or `compute_loss` instead, which become part of the "
        "program",
        "A model whose class overrides `make_train_function`, `evaluate` or the like, or whose "
        "`train_function` was set, decides by itself how its steps are run. A program would "
        "bypass that.",
    ),
    "OF108": Code(
        "note",
        "the data is sparse, ragged or not of numbers",
        "convert the data to dense arrays of numbers first",
        "A program has fixed shapes, and sparse batches have another shape at every step. (Sparse"
        " batches that a generator yields are trained on: there is a program for each number of "
        "entries, as there is a step for each in Keras.) Arrays of strings or objects cannot be "
        "put on a device; Keras decides what it makes of them.",
    ),
    "OF109": Code(
        "note",
        "a step gives back a state of another shape or dtype",
        "make `train_step` return the state with the shapes and dtypes that it was given",
        "The body of a loop has to return what it takes. Keras itself would trace such a step "
        "anew each time.",
    ),
    "OF110": Code(
        "note",
        "an operation of the model is slower inside a program than outside",
        "nothing; step by step is the faster way here",
        "On a CPU, XLA has some fast kernels that it only uses outside of loops. onefit rewrites "
        "convolutions so that they keep these kernels. For the few operations for which this is "
        "not possible, running step by step is faster, and onefit chooses it.",
    ),
    "OF112": Code(
        "note",
        "there is nothing to train on",
        "give at least one row",
        "What happens with empty data is decided by Keras.",
    ),
    "OF114": Code(
        "note",
        "JAX is asked to look at every operation",
        "turn jax_disable_jit, jax_debug_nans and jax_debug_infs off once the fault is found",
        "With these switches JAX runs operations one by one, or repeats a step to find the first "
        "operation that gives no number. This works with the steps of Keras, and not inside a "
        "program.",
    ),
    "OF115": Code(
        "note",
        "an error was raised while the program was put together",
        "correct what the error says; if stock Keras does not raise it, report it to onefit",
        "Stock Keras then runs the call. A mistake in the script raises Keras's error, at the "
        "moment at which Keras raises it. If Keras trains without an error, the fault is in "
        "onefit, and a report with the evidence is welcome.",
    ),
    "OF116": Code(
        "note",
        "a function of a dataset is called for each element",
        "write it with operations of TensorFlow's alone; move what is Python's before the dataset",
        "A function in `map`, `filter` and the like is traced once and runs compiled. This one "
        "takes numbers, but could not be traced: it asks a tensor for its value, makes random "
        "numbers, or returns from within a loop. It is called with the values of each element "
        "instead, which gives the same elements, slowly.",
    ),
    "OF190": Code(
        "warning",
        "a part of onefit failed, and stock Keras ran in its place",
        "report it, with the output of `onefit show --json` and, if you can, the script",
        "onefit uses names inside Keras and JAX that change between versions, and it may have "
        "faults of its own. What it cannot do is done by stock Keras, with the same numbers and "
        "at the speed of Keras. With `--strict` it is an error.",
    ),
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
        "`CuDNNLSTM` is `LSTM`, `Deconvolution2D` is `Conv2DTranspose`, `maxnorm` is `max_norm`: "
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
        "computed otherwise.",
    ),
    "OF207": Code(
        "note",
        "a log has another name today",
        "use the names of Keras 3: val_accuracy, learning_rate",
        "Up to Keras 2.2 the metric `accuracy` was logged as `acc`, and the learning rate as `lr`. "
        "An old script finds its names in the History, and callbacks watch them.",
    ),
    "OF208": Code(
        "note",
        "a file has a name that Keras 3 does not take",
        "save models as .keras and weights as .weights.h5",
        "Keras 1 and 2 wrote HDF5 under any name, `tf.keras` wrote a folder where a name had no "
        "suffix. An old script writes and reads the files that it names: HDF5, or a folder with a "
        "file of Keras 3's in it.",
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
        "part of it.",
    ),
    "OF214": Code(
        "note",
        "a name of Python or NumPy has gone",
        "use time.perf_counter, and Python's own float, int and bool",
        "`time.clock` went with Python 3.8, `np.float` and the like with NumPy 1.24. An old script "
        "finds them.",
    ),
    "OF301": Code(
        "error",
        "columns are not numbers",
        "convert them: `table.astype('float32')` for nullable numbers, `pd.get_dummies` or "
        "`keras.layers.StringLookup` for words",
        "A network computes with plain numbers. Columns of a table that hold words, dates or "
        "categories have to be converted to numbers first. So do the nullable types of pandas, "
        "such as `Int64`: as an array they are arrays of Python objects.",
    ),
    "OF302": Code(
        "error",
        "NaN or infinity in the data",
        "remove the rows or fill the values: `table.dropna()`, `numpy.nan_to_num`",
        "A single NaN or infinity in a batch makes the loss of the batch NaN; the next update "
        "then makes every weight NaN, and no later step can repair that. Missing values of a "
        "table are NaN.",
    ),
    "OF303": Code(
        "error",
        "the labels do not match the output and the loss",
        "give class numbers from 0 to the number of outputs minus 1 to "
        "sparse_categorical_crossentropy, one-hot rows to categorical_crossentropy, 0 or 1 to "
        "binary_crossentropy, and as many numbers a row as the output has to other losses",
        "Keras on JAX does not check the values of labels. A class number beyond the last unit of"
        " the output, for example, gets a loss that means nothing, or NaN, and labels of another "
        "width than the output are stretched; the training goes on either way.",
    ),
    "OF304": Code(
        "warning",
        "class_weight names a class that no row has",
        "write the classes as they are in y",
        "Keras multiplies the loss of each row by the weight of its class. A weight for a class "
        "that does not occur has no effect, and classes without a weight count as 1. Often the "
        "classes have been renumbered in between.",
    ),
    "OF305": Code(
        "warning",
        "the data ended before the training did",
        "let the generator go on for ever and pass `steps_per_epoch`, or use a "
        "`keras.utils.PyDataset`; for data with a length, leave `steps_per_epoch` out",
        "A generator can be read only once. Keras reads two batches before the training to learn"
        " their shapes, and keeps them. If the generator ends before the last epoch, the epochs"
        " after that are trained on these two batches alone, or on none. The same goes for a"
        " generator of validation data: each validation begins with the two batches that were kept"
        " and goes on where the one before it stopped. Arrays and other data with a length begin"
        " anew when they have ended, and if `steps_per_epoch` does not divide the number of their"
        " batches, some epochs are shorter than the others.",
    ),
    "OF306": Code(
        "warning",
        "ReduceLROnPlateau cannot change a learning rate that follows a schedule",
        "give the optimizer a number as its learning rate, or leave the callback out",
        "With a `LearningRateSchedule` the learning rate is computed from the number of the step."
        " The callback sets another rate, and the optimizer does not use it.",
    ),
    "OF307": Code(
        "error",
        "the loss became NaN or infinite",
        "look for NaN in the data, then divide the learning rate by ten or set `clipnorm=1.0` in "
        "the optimizer",
        "From the step at which the loss becomes NaN, every weight is NaN, and the epochs after "
        "it change nothing. `keras.callbacks.TerminateOnNaN` would end the training there.",
    ),
    "OF401": Code(
        "warning",
        "the training begins anew, because it is no longer the one of the checkpoint",
        "undo the change to go on from the checkpoint; to begin anew, do nothing",
        "A checkpoint is of one training. If the script, the data, the model, the arguments of "
        "`compile` or `fit`, or the versions of the packages have changed since it was written, "
        "going on from it would give numbers that no single training gives. The old checkpoint "
        "stays in its folder until the new training has written its own.",
    ),
    "OF402": Code(
        "warning",
        "a checkpoint is damaged",
        "nothing: the one before it is used; look after the disk if it happens again",
        "Each checkpoint ends with a digest of its content. This one does not fit its digest, so "
        "nothing of it is used. The folder holds the last two checkpoints, at most a few seconds "
        "apart.",
    ),
    "OF403": Code(
        "warning",
        "a checkpoint could not be written",
        "make room on the disk, or name a folder that can be written",
        "The training goes on without. A checkpoint that was written before is still there, and "
        "the next one is tried again a little later.",
    ),
    "OF404": Code(
        "warning",
        "this training keeps no checkpoint of onefit's",
        "see docs/checkpoints.md for what can go on exactly",
        "A training that was interrupted goes on only if it then ends with the numbers of one that "
        "was not. That needs to be known of everything that takes part: of data that can be read "
        "once only, and of a callback that holds an open file, say, it is not known. The training "
        "runs as it would without a checkpoint.",
    ),
    "OF405": Code(
        "warning",
        "another training uses the folder of a backup",
        "give each training a `backup_dir` of its own",
        "Two trainings that write into one folder would go on from each other's numbers. The one "
        "that came second keeps no exact checkpoint.",
    ),
}
