"""The registry of codes. A code, once published, keeps its meaning.

OF1xx say why something runs step by step, as stock Keras would run it. OF2xx say what changed in
Keras since an old script was written. OF3xx say what looks wrong with the data or with what Keras
makes of it.
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
        "compile without run_eagerly=True",
        "`run_eagerly=True` asks Keras to run Python between the operations of every step, "
        "usually to debug. That is what it gets.",
    ),
    "OF102": Code(
        "note",
        "the model asks not to be compiled by XLA",
        "compile without jit_compile=False",
        "`jit_compile=False` asks Keras to run each operation of a step on its own. The numbers "
        "of the operations fused by XLA can differ in the last bit, so onefit does not decide "
        "otherwise.",
    ),
    "OF103": Code(
        "note",
        "a callback wants to be called at every step",
        "move what it does from the batch hooks to on_epoch_end, or accept the speed of Keras",
        "A callback that overrides `on_train_batch_begin`, `on_train_batch_end` or their siblings "
        "runs Python at each step, and may read or change the weights there. Callbacks with "
        "epoch, train and test hooks only are called between epochs, with the model in step. "
        "`TerminateOnNaN` is part of the program.",
    ),
    "OF104": Code(
        "note",
        "a layer says that XLA cannot compile it",
        "replace the layer, or set supports_jit = True on it if it can be traced",
        "Keras lets a layer declare `supports_jit = False`; a model that has one runs eagerly.",
    ),
    "OF105": Code(
        "note",
        "a keras.distribution is in force",
        "call keras.distribution.set_distribution(None) before the fit",
        "Under a distribution Keras shards data and variables over devices step by step. onefit "
        "does not put this into a program yet.",
    ),
    "OF106": Code(
        "note",
        "Keras runs on Flax NNX variables",
        "do not set KERAS_NNX_ENABLED",
        "With NNX the variables carry state of their own that a program cannot hold.",
    ),
    "OF107": Code(
        "note",
        "the model replaces a part of Keras's training loop",
        "override train_step, test_step or compute_loss instead: these come along",
        "A class that overrides `make_train_function`, `evaluate` or the like, or a model whose "
        "`train_function` was set, decides itself how steps are run; onefit would bypass it.",
    ),
    "OF108": Code(
        "note",
        "the data is sparse, ragged or not of numbers",
        "convert it to dense arrays of numbers first",
        "Batches of sparse matrices differ in shape from step to step, and a program has fixed "
        "shapes. (Those that a generator yields are trained on: there is a program for each number "
        "of entries, as there is a step for each in Keras.) Arrays of strings or objects cannot be "
        "put on a device; Keras's own error says what it makes of them.",
    ),
    "OF109": Code(
        "note",
        "a step gives back a state of another shape or dtype",
        "make train_step return the state with the shapes and dtypes that it was given",
        "A loop's body has to give back what it takes. Keras itself would trace such a step anew "
        "each time.",
    ),
    "OF110": Code(
        "note",
        "an operation of the model is slower inside a program than outside",
        "nothing: this way is the faster one here",
        "XLA's CPU backend has fast kernels that it uses only outside of loops. Convolutions are "
        "rewritten so that they keep theirs; for the few operations where this cannot be done, "
        "running step by step is faster, and onefit chooses it.",
    ),
    "OF111": Code(
        "note",
        "TerminateOnNaN watches a stream",
        "train on arrays, or leave the callback out",
        "The steps of several batches of a stream are one call, and batches are taken while steps "
        "run. Keras takes none after the batch whose loss is not a number, and what is left in the "
        "stream then would differ.",
    ),
    "OF112": Code(
        "note",
        "there is nothing to train on",
        "give at least one row",
        "Keras's own behaviour on empty data decides.",
    ),
    "OF113": Code(
        "note",
        "predictions are asked for a stream of batches",
        "give predict arrays",
        "The outputs of a stream have no size that is known beforehand, and a program writes into "
        "arrays of fixed size.",
    ),
    "OF114": Code(
        "note",
        "JAX is asked to look at every operation",
        "turn jax_disable_jit, jax_debug_nans and jax_debug_infs off when the fault is found",
        "With these switches JAX runs operations one by one, or runs a step again to find the "
        "first that gives no number. Keras's own steps let it.",
    ),
    "OF115": Code(
        "note",
        "an error was raised while the program was put together",
        "mend what the error says; if stock Keras does not raise it, report it to onefit",
        "Stock Keras decides what becomes of the call: a mistake is its error, at the moment at "
        "which it raises it. If it trains without one, the fault is in onefit, and the evidence "
        "is worth a report.",
    ),
    "OF190": Code(
        "warning",
        "a part of onefit failed, and stock Keras ran in its place",
        "report it, with the output of `onefit show --json` and, if you can, the script",
        "onefit uses names inside Keras and JAX, which change between versions, and it may have "
        "faults of its own. What it cannot do is then done by stock Keras, with the same numbers "
        "at the speed of Keras. `--strict` makes it an error.",
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
    "OF301": Code(
        "error",
        "columns are not numbers",
        "convert them: `table.astype('float32')` for nullable numbers, `pd.get_dummies` or "
        "`keras.layers.StringLookup` for words",
        "A network computes with numbers of one plain type. A table's columns of words, dates or "
        "categories have to be turned into numbers first; so have pandas's nullable types, such as "
        "`Int64`, of which an array is an array of Python objects.",
    ),
    "OF302": Code(
        "error",
        "NaN or infinity in the data",
        "remove the rows or fill the values: `table.dropna()`, `numpy.nan_to_num`",
        "One NaN or infinity in a batch makes its loss a NaN, the loss makes every weight a NaN, "
        "and nothing mends that afterwards. Missing values in a table are NaN.",
    ),
    "OF303": Code(
        "error",
        "the labels do not go with the output and the loss",
        "give class numbers from 0 to the number of outputs minus 1 to "
        "sparse_categorical_crossentropy, one-hot rows to categorical_crossentropy, and 0 or 1 to "
        "binary_crossentropy",
        "Keras on JAX does not check labels. A class number beyond the last output gets a loss "
        "that means nothing, or NaN, and the training goes on.",
    ),
    "OF304": Code(
        "warning",
        "class_weight names a class that no row has",
        "write the classes as they stand in y",
        "Keras multiplies the loss of each row by the weight of its class. A weight for a class "
        "that is not there changes nothing, and a class without a weight counts as 1. Often the "
        "classes were numbered anew in between.",
    ),
    "OF305": Code(
        "warning",
        "the data ended before the training did",
        "let the generator go on for ever and give steps_per_epoch, or use a keras.utils.PyDataset",
        "A generator can be read once. When it ends in the first epoch, Keras trains the later "
        "epochs on what is left, which is nothing.",
    ),
    "OF306": Code(
        "warning",
        "ReduceLROnPlateau cannot change a learning rate that follows a schedule",
        "give the optimizer a number as its learning rate, or leave the callback out",
        "With a `LearningRateSchedule` the rate is computed from the step. The callback reads a "
        "rate and sets another one, which the optimizer does not take.",
    ),
    "OF307": Code(
        "error",
        "the loss became NaN or infinite",
        "look for NaN in the data, then divide the learning rate by ten or set clipnorm=1.0 in the "
        "optimizer",
        "From the step on at which the loss becomes NaN every weight is NaN, and the epochs after "
        "it change nothing. `keras.callbacks.TerminateOnNaN` ends the training there.",
    ),
}
