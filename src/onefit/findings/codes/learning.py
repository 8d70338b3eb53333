"""OF5xx: why a network does not learn, or learns less than it could."""

from __future__ import annotations

from onefit.findings.codes.code import Code

LEARNING: dict[str, Code] = {
    "OF501": Code(
        "error",
        "softmax over one unit is always 1",
        'use `Dense(1, activation="sigmoid")` for two classes, `Dense(1)` for a number',
        "Softmax divides each unit's exponential by the sum over all units. With one unit that is "
        "1, whatever the weights and the inputs are, so the gradient is 0 and nothing is learned.",
    ),
    "OF502": Code(
        "error",
        "the output cannot reach the targets",
        "leave the activation of the last layer out: `Dense(1)`",
        "A sigmoid lies between 0 and 1, a tanh between -1 and 1, and the units of a softmax add "
        "up to 1. Targets outside of that are never met: the distance from each of them to the "
        "nearest number that the activation can give is a loss that no training takes away.",
    ),
    "OF503": Code(
        "warning",
        "the output is a relu",
        "leave the activation of the last layer out, or use sigmoid or softmax for classes",
        "A relu is 0 for everything below 0, with a gradient of 0. An output unit that is 0 for "
        "every row has stopped learning for good; negative targets are out of its reach, and a "
        "cross-entropy takes the logarithm of that 0.",
    ),
    "OF504": Code(
        "warning",
        "sigmoid where one of several classes is meant",
        'use `activation="softmax"` with a categorical cross-entropy',
        "The units of a sigmoid layer do not know of each other; where each row has exactly one "
        "class, softmax makes them probabilities that add up to 1. Often the network learns with "
        "a sigmoid too, only more slowly.",
    ),
    "OF505": Code(
        "error",
        "logits and `from_logits` do not go together",
        "pass `from_logits=True` to the loss if the last layer is linear, and leave it out if the "
        "last layer has a sigmoid or a softmax",
        "A cross-entropy takes probabilities, or the numbers before the sigmoid or the softmax "
        "(logits) with `from_logits=True`. Taken for probabilities, logits are clipped to the "
        "range from 0 to 1, where their gradient is 0; probabilities taken for logits are "
        "squashed twice, and the loss cannot come near 0. In scripts for `tf.keras` a loss with "
        "`from_logits=True` reads what goes into the sigmoid or softmax, as Keras on TensorFlow "
        "does, and nothing is told.",
    ),
    "OF507": Code(
        "warning",
        "the inputs are not scaled",
        "scale them: `keras.layers.Normalization()` with `adapt(x)` as the first layer, or "
        "`x / 255.0` for pictures",
        "The initial weights of Keras expect inputs around -1 to 1. Large ones make the first "
        "activations and gradients large, so that units saturate or die in the first steps; a "
        "column that is much larger than the others hides them. New rows, those of the validation "
        "too, have to be scaled with the same numbers.",
    ),
    "OF508": Code(
        "warning",
        "the targets are not scaled",
        "train on `(y - y.mean()) / y.std()`, and undo it on the predictions",
        "The output starts near 0 and each step of Adam moves a weight by about the learning "
        "rate. Targets in the thousands are many steps away, and squared errors of a million make "
        "the gradients of plain SGD explode.",
    ),
    "OF509": Code(
        "warning",
        "the loss does not match the task",
        "use a cross-entropy for classes, and mean_squared_error or mean_absolute_error for "
        "numbers",
        "A squared error of a class number says that class 3 is nearer to class 4 than to class "
        "9, and a cross-entropy of real numbers is the likelihood of nothing.",
    ),
    "OF510": Code(
        "warning",
        "the training ended too soon",
        "train for more epochs: `epochs=`",
        "Each batch is one update of the weights. A few dozen updates are rarely enough, whatever "
        "else is right, and a loss that still falls at the end would have gone on falling.",
    ),
    "OF511": Code(
        "warning",
        "the learning rate is too high",
        "divide it by ten: `learning_rate=`",
        "A step that is too long jumps over the minimum, and lands higher than it started: the "
        "loss rises, jumps, or becomes NaN.",
    ),
    "OF512": Code(
        "warning",
        "the learning rate is too low",
        "multiply it by ten: `learning_rate=`",
        "With very short steps the loss falls along a straight line and the training ends before "
        "anything has changed.",
    ),
    "OF513": Code(
        "warning",
        "units of a relu layer are dead",
        'use `activation="gelu"` or `"leaky_relu"`, or a lower learning rate',
        "A relu unit whose sum is below 0 for every row gives 0 for every row, gets no gradient, "
        "and never changes again. Some dead units do no harm; a layer that is dead cuts the "
        "network in two.",
    ),
    "OF514": Code(
        "warning",
        "the gradients vanish",
        'use `activation="relu"` with `kernel_initializer="he_normal"` in hidden layers, or '
        "`BatchNormalization` between them",
        "The slope of a sigmoid is at most 1/4. Through several such layers the gradient of the "
        "first ones is so small that they hardly move.",
    ),
    "OF515": Code(
        "warning",
        "the gradients explode",
        "set `clipnorm=1.0` in the optimizer, scale the data, or lower the learning rate",
        "In deep networks, in recurrent ones, and with large inputs or targets, gradients can "
        "grow from layer to layer and from step to step until the weights are no finite numbers.",
    ),
    "OF516": Code(
        "error",
        "the initial weights cannot be learned from",
        'leave `kernel_initializer` out, or use `"he_normal"` for relu',
        "Units of a layer that start with the same weights get the same gradients, and stay "
        "copies of each other. Weights of 0 pass no gradient on, and very large ones saturate "
        "every unit.",
    ),
    "OF517": Code(
        "warning",
        "success is a matter of the start",
        "train several times from other starts and keep the best: `onefit.fit(..., restarts=8)`; "
        "or make the network wider",
        "A small network reaches from some initial weights what it cannot reach from others. One "
        "training does not tell which; many from other starts are counted easily.",
    ),
    "OF518": Code(
        "warning",
        "the network is too small for the task",
        'give hidden layers an activation, `activation="relu"`, and more units',
        "Linear layers one after another are one linear layer, however many there are. What a "
        "hidden layer of one unit passes on is one number a row, and what is lost there no later "
        "layer can know.",
    ),
    "OF519": Code(
        "warning",
        "the network ignores its inputs",
        "compare each row of x with its row of y: are they in the same order, and does x say "
        "anything about y?",
        "A network that gives the same answer to every row has found the best constant: the mean, "
        "or the shares of the classes. Its inputs say nothing about the targets, or do not reach "
        "the output.",
    ),
    "OF520": Code(
        "warning",
        "the classes are out of balance",
        "weight the classes, `class_weight=`, and judge by the recall of each class",
        "Where one class is most of the rows, always answering it has a high accuracy, and the "
        "others hardly count in the loss.",
    ),
    "OF521": Code(
        "warning",
        "the network learns its rows by heart",
        "stop where the validation is best: "
        "`keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)`; or use more "
        "data, a smaller network, `Dropout`",
        "From the epoch at which the loss on new rows rises while that on the rows of training "
        "falls, the network fits what is particular to these rows.",
    ),
    "OF522": Code(
        "warning",
        "the rows are in an order, and the last ones are validated on",
        "shuffle the rows before the fit: "
        "`order = np.random.permutation(len(x)); x, y = x[order], y[order]`",
        "`validation_split` takes the last rows as they come, before anything is shuffled. Where "
        "the rows are sorted by class, the validation has classes that the training has never "
        "seen.",
    ),
    "OF523": Code(
        "warning",
        "rows or columns that repeat, contradict or give the answer away",
        "remove the duplicates, and the columns that are not known when a prediction is made",
        "The same inputs with different targets set a loss below which no network gets. Rows that "
        "are in the training and in the validation make the validation too good, and so does a "
        "column that is the target under another name.",
    ),
    "OF524": Code(
        "warning",
        "training and evaluation are two different networks",
        "use `BatchNormalization(momentum=0.9)` for few steps, and a dropout rate of at most 0.5",
        "`BatchNormalization` normalises with the batch in training, and with moving averages "
        "afterwards, which need some hundred steps to get there. `Dropout` drops numbers in "
        "training only; behind the last layer with weights it drops the answers themselves, and "
        "what that costs at least can be computed.",
    ),
    "OF525": Code(
        "warning",
        "the regularisation is too strong",
        "make the factor of the regulariser smaller, or leave it out",
        "A penalty on the weights that is larger than the loss of the data is what the training "
        "makes smaller: the best weights are those near 0.",
    ),
    "OF526": Code(
        "warning",
        "a metric does not fit the task",
        'use `metrics=["mae"]` for numbers, and `metrics=["accuracy"]`, as a string, for classes',
        "An accuracy counts the answers that are exactly right. Of real numbers that is none, and "
        "`metrics.Accuracy()` compares probabilities with class numbers as they are.",
    ),
    "OF527": Code(
        "warning",
        "labels disagree with their neighbours",
        "look at the rows that are named: a wrong label is best corrected or removed",
        "Rows whose label differs from that of nearly all rows like them are often mistakes of "
        "labelling.",
    ),
    "OF528": Code(
        "error",
        "nothing can be trained",
        "set `trainable = True` on the layers that are to learn, and compile the model again",
        "All weights of the model are frozen, or none of them has a way to the loss: every "
        "epoch leaves the model as it was.",
    ),
    "OF529": Code(
        "error",
        "numbers that an Embedding has no row for",
        "let `input_dim` be the largest number plus 1, and give whole numbers from 0",
        "An `Embedding` looks each whole number up in a table. Keras on JAX does not check the "
        "number: one beyond the table gets NaN or another number's row, and a fraction is cut off.",
    ),
    "OF530": Code(
        "warning",
        "the data are not what the layer expects",
        "give the layer the axes in the order in which Keras has them: rows, steps or height and "
        "width, channels",
        "A convolution slides over all axes but the last, a recurrent layer goes along the first. "
        "Axes in another order compute something, and mostly not what is meant.",
    ),
}
