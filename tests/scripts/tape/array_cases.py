"""What scripts do with `tf.TensorArray`: each case gives numbers and texts."""

from __future__ import annotations


def written_and_read(tf):
    numbers = tf.TensorArray(tf.float32, size=3)
    numbers = numbers.write(0, 1.0).write(2, [3.0][0])
    numbers = numbers.write(1, 2.0)
    grown = tf.TensorArray(tf.int32, size=0, dynamic_size=True)
    for number in range(3):
        grown = grown.write(number, [number, number + 1])
    return [
        [numbers.read(1), numbers.stack(), numbers.size(), numbers.dtype.name],
        [grown.stack(), grown.concat(), grown.gather([2, 0]), grown.size()],
        [tf.TensorArray(tf.float32, size=2).unstack([[1.0], [2.0]]).read(1)],
        [tf.TensorArray(tf.int32, 3).scatter([2, 0], [[5], [6]]).stack()[0]],
        [tf.TensorArray(tf.int32, 2, infer_shape=False).split([1, 2, 3], [1, 2]).read(1)],
    ]


def errors(tf):
    told = []
    for call in (
        lambda: tf.TensorArray(tf.int32, size=1).write(1, 0),
        lambda: tf.TensorArray(tf.int32, size=1).write(0, 0).read(3),
    ):
        try:
            call()
        except tf.errors.OutOfRangeError:
            told.append("OutOfRangeError")
    return told


def in_loops_of_a_function(tf):
    @tf.function
    def squares(x):
        found = tf.TensorArray(tf.float32, size=x.shape[0])
        for number in tf.range(x.shape[0]):
            found = found.write(number, x[number] ** 2)
        return found.stack()

    @tf.function
    def rolled(x):
        found, state, number = tf.TensorArray(tf.float32, 4), x, tf.constant(0)
        while number < 4:
            state = state * 0.5 + tf.cast(number, tf.float32)
            found = found.write(number, state)
            number += 1
        return found.stack(), state

    @tf.function
    def signs(x):
        found = tf.TensorArray(tf.int32, 3)
        for number in tf.range(3):
            if x[number] > 0:  # noqa: SIM108
                found = found.write(number, 1)
            else:
                found = found.write(number, -1)
        return found.stack()

    @tf.function
    def looped(n):
        first = (tf.constant(0), tf.TensorArray(tf.int32, 5, element_shape=[]))
        _, found = tf.while_loop(
            lambda i, _: i < n, lambda i, found: (i + 1, found.write(i, i * i)), first
        )
        return found.stack()

    x = tf.constant([1.0, -2.0, 3.0])
    return [squares(x), rolled(x), signs(x), looped(tf.constant(5))]


def gradients(tf):
    x = tf.Variable([1.0, 2.0, 3.0])

    @tf.function
    def product():
        with tf.GradientTape() as tape:
            found, state = tf.TensorArray(tf.float32, 3), tf.constant(1.0)
            for number in tf.range(3):
                state = state * x[number]
                found = found.write(number, state)
            loss = tf.reduce_sum(found.stack())
        return tape.gradient(loss, x)

    return [product()]


CASES = {
    "array: written and read": written_and_read,
    "array: errors": errors,
    "array: loops": in_loops_of_a_function,
    "array: gradients": gradients,
}
