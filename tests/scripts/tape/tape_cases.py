"""What scripts do with tapes and variables: each case gives numbers, `None`, or texts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def gradient_of_a_product(tf):
    x, y = tf.constant(3.0), tf.constant(4.0)
    with tf.GradientTape() as tape:
        tape.watch([x, y])
        z = x * y + x
    return tape.gradient(z, [x, y])


def a_constant_is_not_watched(tf):
    x, w = tf.constant(3.0), tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * w
    return tape.gradient(y, {"x": x, "w": w})


def a_variable_that_is_not_trainable(tf):
    w, v = tf.Variable(2.0, trainable=False), tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = w * v
    return [tape.gradient(y, (w, v)), [one.numpy() for one in tape.watched_variables()]]


def variables_are_not_watched_by_themselves(tf):
    w, v = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(v)
        y = w * v
    return tape.gradient(y, [w, v])


def two_variables_of_one_value(tf):
    w = tf.Variable([1.0, 2.0])
    v = tf.Variable(w)
    v.assign(w)
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(w * w * v)
    return tape.gradient(y, [w, v])


def unconnected(tf):
    x, y = tf.Variable([1.0, 2.0]), tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        z = y * 2
    zero = tf.UnconnectedGradients.ZERO
    return [
        tape.gradient(z, [x, y]),
        tape.gradient(z, [x, y], unconnected_gradients=zero),
        tape.gradient(z, x, unconnected_gradients="zero"),
        tape.jacobian(z, x, unconnected_gradients=zero),
    ]


def once_only(tf):
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = x * x
    first = tape.gradient(y, x)
    try:
        return [first, tape.gradient(y, x)]
    except RuntimeError as error:
        return [first, type(error).__name__, "persistent" in str(error)]


def persistent(tf):
    x = tf.constant([1.0, 3.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        z = y * y
    return [tape.gradient(z, x), tape.gradient(y, x), tape.gradient(z, y), tape.gradient(z, [x, y])]


def nested(tf):
    x = tf.Variable(1.5)
    with tf.GradientTape() as third, tf.GradientTape() as second, tf.GradientTape() as first:
        y = x**5
    dy = first.gradient(y, x)
    return [dy, second.gradient(dy, x) is None, third is not None]


def derivatives_of_higher_order(tf):
    x = tf.Variable(1.5)
    with tf.GradientTape() as third:
        with tf.GradientTape() as second:
            with tf.GradientTape() as first:
                y = tf.sin(x) * x**3
            dy = first.gradient(y, x)
        d2y = second.gradient(dy, x)
    return [dy, d2y, third.gradient(d2y, x)]


def a_penalty_on_a_gradient(tf):
    w, x = tf.Variable([[0.1, -0.2], [0.3, 0.1]]), tf.constant([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            inner.watch(x)
            out = tf.reduce_sum(tf.tanh(tf.matmul(x, w)), axis=1)
        slopes = inner.gradient(out, x)
        norm = tf.sqrt(tf.reduce_sum(tf.square(slopes), axis=1))
        penalty = tf.reduce_mean((norm - 1.0) ** 2)
    return [penalty, outer.gradient(penalty, w)]


def several_targets(tf):
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        y, z = x * x, {"sum": tf.reduce_sum(x)}
    return [
        tape.gradient([y, z], x),
        tape.gradient([y], x, output_gradients=[tf.constant([10.0, 100.0])]),
        tape.gradient(y, x, output_gradients=tf.constant([2.0, 3.0])),
    ]


def integers_have_no_gradient(tf):
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.argmax(x)
    return tape.gradient(y, x)


def a_source_on_the_way(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
        z = y * x
    return tape.gradient(z, [x, y])


def the_source_is_the_target(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
    return tape.gradient(x, x)


def a_variable_is_the_target(tf):
    first, second = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape() as tape:
        result = first
    fixed = tf.Variable(2.0, trainable=False)
    with tf.GradientTape() as of_fixed:
        pass
    with tf.GradientTape() as of_both:
        product = first * second
    return [
        tape.gradient(result, [first, second]),
        of_fixed.gradient(fixed, fixed),
        of_both.gradient([product, first], [first, second]),
    ]


def jacobians(tf):
    x = tf.constant([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    w = tf.Variable([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = tf.matmul(x * x, w)
        total = tf.reduce_sum(y)
    return [tape.jacobian(y, [x, w]), tape.batch_jacobian(y, x), tape.jacobian(total, w)]


def a_hessian(tf):
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = x[0] ** 2 * x[1] ** 3
        g = inner.gradient(y, x)
    return outer.jacobian(g, x)


def not_recorded(tf):
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * x
        with tape.stop_recording():
            z = x * 3.0
        w = y + z
    return [w, tape.gradient(w, x)]


def stopped(tf):
    x = tf.Variable(2.0)
    with tf.GradientTape(persistent=True) as tape:
        y = tf.stop_gradient(x * x) * x
        z = tf.stop_gradient(x)
    return [tape.gradient(y, x), tape.gradient(z, x)]


def reset(tf):
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * x
        tape.reset()
        z = x * x * x
    return [y, tape.gradient(z, x)]


def an_assignment_in_between(tf):
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * x
        x.assign(5.0)
        z = y * x
    return [z, tape.gradient(z, x), x.numpy()]


def watched_late(tf):
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        y = x * x
        tape.watch(x)
        z = x * 3.0
    return tape.gradient([y, z], x)


def own_gradient(tf):
    @tf.custom_gradient
    def log1pexp(x):
        e = tf.exp(x)

        def grad(upstream):
            return upstream * (1 - 1 / (1 + e))

        return tf.math.log(1 + e), grad

    @tf.custom_gradient
    def pair(x, y):
        return x * y, lambda upstream: (upstream * 10.0, upstream + x)

    x, y = tf.constant(100.0), tf.Variable([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        a, b = log1pexp(x), pair(y, y * 3.0)
    return [tape.gradient(a, x), b, tape.gradient(b, y), pair(2.0, 3.0)]


def reading_a_tape_that_runs(tf):
    x = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        y = x * x
        dy = tape.gradient(y, x)
    return [dy, tape.gradient(dy, x)]


def doubles(tf):
    x = tf.Variable([1.0, 2.0], dtype=tf.float64)
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(x**2 / 3)
    return [y, tape.gradient(y, x)]


def descent(tf):
    w, b = tf.Variable(0.0), tf.Variable([0.0])
    x = tf.constant([[1.0], [2.0], [3.0]])
    y = 3.0 * x + 1.0
    losses = []
    for _ in range(20):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(w * x + b - y))
        dw, db = tape.gradient(loss, [w, b])
        w.assign_sub(0.1 * dw)
        b.assign_sub(0.1 * db)
        losses.append(loss)
    return [w, b, losses]


def arrays_of_numpy_on_the_left(tf):
    import operator

    names = ("matmul", "add", "sub", "mul", "truediv", "pow", "mod")
    array = np.array([[1.0, 2.0], [3.0, 4.0]], "float32")
    found = []
    for function in (getattr(operator, name) for name in names):
        v = tf.Variable([[2.0, 1.0], [1.0, 2.0]])

        @tf.function
        def traced(function=function, v=v):
            with tf.GradientTape() as tape:
                y = function(array, v)
            return y, tape.gradient(y, v)

        with tf.GradientTape() as tape:
            y = function(array, v)
        found += [y, tape.gradient(y, v), *traced()]
    return [*found, np.float64(2.0) * v, (np.ones((2, 2)) * v).dtype.name, array < v]


CASES: dict[str, Callable[[Any], Any]] = {
    name: part
    for name, part in list(globals().items())
    if getattr(part, "__module__", "") == __name__ and name[0] != "_" and callable(part)
}


def plain(result: Any) -> Any:
    """A result in JSON's types."""
    if isinstance(result, dict):
        return {key: plain(part) for key, part in result.items()}
    if isinstance(result, list | tuple):
        return [plain(part) for part in result]
    if result is None or isinstance(result, str | bool | int | float):
        return result
    array = result.numpy() if hasattr(result, "numpy") else result
    return {"dtype": array.dtype.name, "shape": list(array.shape), "values": array.ravel().tolist()}
