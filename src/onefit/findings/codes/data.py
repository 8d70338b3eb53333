"""OF3xx: what looks wrong with the data, or with what Keras makes of it."""

from __future__ import annotations

from onefit.findings.codes.code import Code

DATA: dict[str, Code] = {
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
}
