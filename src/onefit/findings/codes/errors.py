"""OF6xx: what the commonest errors of Keras and JAX want of a script."""

from __future__ import annotations

from onefit.findings.codes.code import Code

ERRORS: dict[str, Code] = {
    "OF601": Code(
        "error",
        "the inputs have another shape than the network was made for",
        "let `keras.Input(...)` have the shape of a row of x, or bring x into the shape of the "
        "input",
        "A layer makes its weights for inputs of one size. Where a row of the data has another "
        "one, no product of the two can be computed. The shape of a network's input leaves the "
        "rows out: `keras.Input((4,))` for x of shape (rows, 4).",
    ),
    "OF602": Code(
        "error",
        "an axis is missing, or there is one too many",
        "add the axis, `x[..., None]`, or take it away with `Flatten()`",
        "A convolution over pictures wants rows, height, width and channels, also where there is "
        "one channel only. A recurrent layer wants rows, steps and numbers, and passes the steps "
        "on to another one with `return_sequences=True` alone.",
    ),
    "OF603": Code(
        "error",
        "the arrays have different numbers of rows",
        "give as many targets as inputs: compare `len(x)` and `len(y)`",
        "Row i of y belongs to row i of x. Often one of the two was cut, shuffled or filtered "
        "and the other was not, or x and y are swapped with those of the test.",
    ),
    "OF604": Code(
        "error",
        "the targets have another shape than the output",
        "let the last layer have as many units as y has numbers a row, or use "
        "sparse_categorical_crossentropy for class numbers",
        "categorical_crossentropy and binary_crossentropy compare number by number, so that y "
        "and the output have to have one shape. sparse_categorical_crossentropy takes one class "
        "number a row.",
    ),
    "OF605": Code(
        "error",
        "the model is not compiled",
        '`model.compile(optimizer="adam", loss=...)` before `fit` or `evaluate`',
        "`compile` says with which loss and which optimizer a model is trained. A model that was "
        "copied with `keras.models.clone_model`, or loaded with `compile=False`, has neither.",
    ),
    "OF606": Code(
        "error",
        "the data are not numbers",
        "convert them: `x.astype('float32')` for numbers, `keras.layers.StringLookup` or "
        "`pd.get_dummies` for words",
        "An array of text or of Python objects cannot be computed with. A table with one column "
        "of words becomes such an array as a whole; lists of different lengths do, too.",
    ),
    "OF607": Code(
        "error",
        "the model has another number of inputs or outputs",
        "give a list, or a dict by name, with one array for each input and one for each output",
        "A model with two inputs takes `fit([a, b], y)`, one with two outputs `fit(x, [c, d])`; "
        "a dict names them as the `Input` layers, or the output layers, are named.",
    ),
    "OF608": Code(
        "error",
        "Keras does not know a name",
        "compare the name with the list in Keras's documentation",
        "Losses, metrics, activations, optimizers and initializers can be given by name. A name "
        "that is not spelled as Keras spells it is unknown.",
    ),
    "OF609": Code(
        "error",
        "the shapes of two layers do not go together",
        "print `model.summary()` of the layers before it, and compare their shapes",
        "A pooling or a convolution without padding makes a picture smaller, until nothing is "
        "left; a reshape keeps the count of numbers; what is added or concatenated has to have "
        "the same shape in all other axes.",
    ),
    "OF610": Code(
        "error",
        "an argument is missing, or of a kind that Keras does not take",
        "give `fit` arrays of NumPy, with the targets as its second argument",
        "`fit(x)` without targets is for datasets that have them inside, and for models that "
        "compute their own loss. Lists of lists are no arrays: `np.array(...)` makes one.",
    ),
}
