"""What scripts do with `if`, `while` and `for` over tensors in a `tf.function`, and `tf.cond`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def an_if(tf):
    @tf.function
    def called(x):
        if tf.reduce_sum(x) > 0:  # noqa: SIM108
            y = x * 2
        else:
            y = -x
        return y

    return [called(tf.constant([1.0, 2.0])), called(tf.constant([-1.0, -2.0]))]


def returns_in_branches(tf):
    @tf.function
    def called(x):
        """A docstring stays one."""
        if x > 10:
            return x * 2
        if x > 5 and not x > 7:
            return x + 100
        if x == 2 or x == 3:
            return -x
        return x

    return [called(tf.constant(n)) for n in (1, 2, 3, 6, 8, 11)]


def an_if_that_is_known(tf):
    log = []

    @tf.function
    def called(x, training):
        if training:
            log.append("training")
            extra = 1.0
        else:
            extra = 2.0
        if x.shape[0] > 2:
            return x[:2] * extra
        return x * extra

    x = tf.constant([1.0, 2.0, 3.0])
    return [called(x, True), called(x, False), called(x[:2], True), log]


def an_if_that_changes_a_variable(tf):
    count, other = tf.Variable(0), tf.Variable(1.0)

    @tf.function
    def called(x):
        if x > 0:
            count.assign_add(1)
        else:
            other.assign(x)
        return count + 0

    return [[called(tf.constant(x)) for x in (1.0, 2.0, -3.0)], count, other]


def blocks_that_do_something_besides(tf):
    seen = []

    @tf.function
    def called(x):
        if x > 1:
            seen.append("first")
        elif x > 0:
            seen.append("second")
        else:
            seen.append("third")
        return x + 1.0

    return [called(tf.constant(-1.0)), seen]


def a_while(tf):
    @tf.function
    def collatz(n):
        steps = 0
        while n > 1:
            if n % 2 == 0:  # noqa: SIM108
                n = n // 2
            else:
                n = 3 * n + 1
            steps += 1
        return steps, n

    return [collatz(tf.constant(n)) for n in (1, 7, 27)]


def a_while_with_break_and_continue(tf):
    @tf.function
    def called(n):
        total, i = 0, tf.constant(0)
        while i < 100:
            i += 1
            if i % 3 == 0:
                continue
            if i > n:
                break
            total += i
        return total, i

    return [called(tf.constant(n)) for n in (4, 10)]


def a_for_over_a_range(tf):
    log = []

    @tf.function
    def called(n, x):
        for i in tf.range(n):
            log.append("traced")
            x = x * 2.0 + tf.cast(i, tf.float32)
        return x

    return [called(4, tf.constant(1.0)), called(4, tf.constant(2.0)), log]


def a_for_over_a_tensor(tf):
    @tf.function
    def called(x):
        total = tf.constant(0.0)
        for value in x:
            if value < 0:
                continue
            if value > 10:
                break
            total += value
        return total

    return called(tf.constant([1.0, -2.0, 3.0, 11.0, 5.0]))


def a_for_over_python(tf):
    @tf.function
    def called(x):
        parts = []
        for number, factor in enumerate([1.0, 2.0, 3.0]):
            if number == 1:
                continue
            parts.append(x * factor)
        for _ in range(2):
            x = x + 1.0
        return parts, x

    return called(tf.constant(1.0))


def a_loop_that_changes_a_variable(tf):
    w = tf.Variable([1.0, 1.0])

    @tf.function
    def called():
        for i in tf.range(3):
            w.assign_add([1.0, tf.cast(i, tf.float32)])
        return tf.reduce_sum(w)

    return [called(), called(), w]


def a_tape_around_a_loop(tf):
    @tf.function
    def called(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for _ in tf.range(3):
                y = y * x
            i = tf.constant(0)
            while i < 2:
                y = y * x
                i += 1
            if y > 0:
                y = y * 2.0
        return y, tape.gradient(y, x)

    return [called(tf.constant(2.0)), called(tf.constant(-2.0))]


def descent_in_a_loop(tf):
    w = tf.Variable(5.0)

    @tf.function
    def train(steps):
        loss = 0.0
        for _ in tf.range(steps):
            with tf.GradientTape() as tape:
                loss = w * w
            w.assign_sub(0.1 * tape.gradient(loss, w))
        return loss

    return [train(10), w]


def functions_that_are_called(tf):
    def clipped(x, limit=1.0):
        if x > limit:
            return limit
        return x

    class Doubled:
        def __init__(self):
            self.factor = 2.0

        def of(self, x):
            return x * self.factor if x > 0 else x

    doubled = Doubled()

    @tf.function
    def called(x):
        return clipped(x), clipped(x, limit=5.0), doubled.of(x)

    return [called(tf.constant(3.0)), called(tf.constant(-3.0))]


def conds(tf):
    def called(x):
        return [
            tf.cond(x > 0, lambda: x * 2, lambda: x - 1),
            tf.switch_case(x, [lambda: 10 + x, lambda: 20 + x], default=lambda: -x),
            tf.case([(x < 0, lambda: 0), (x > 1, lambda: 1)], default=lambda: 2),
        ]

    compiled = tf.function(called)
    return [[called(tf.constant(x)), compiled(tf.constant(x))] for x in (-1, 0, 1, 2)]


def while_loops(tf):
    def called(n):
        i, total = tf.while_loop(lambda i, t: i < n, lambda i, t: (i + 1, t * 2.0), (0, 1.0))
        bounded = tf.while_loop(lambda i: True, lambda i: [i + 1], [0], maximum_iterations=3)
        return i, total, bounded

    return [called(tf.constant(5)), tf.function(called)(tf.constant(5))]


def maps_and_scans(tf):
    def called(x):
        pairs = tf.map_fn(lambda row: (tf.reduce_sum(row), row[0]), x, fn_output_signature=(
            tf.float32, tf.float32))  # fmt: skip
        both = tf.map_fn(lambda t: t[0] * t[1], (x, x + 1.0), fn_output_signature=tf.float32)
        return [
            pairs, both,
            tf.scan(lambda a, row: a + row, x),
            tf.scan(lambda a, row: a * 2.0 + row, x, initializer=tf.zeros(2)),
            tf.foldl(lambda a, row: a - row, x), tf.foldr(lambda a, row: a - row, x),
            tf.vectorized_map(lambda row: row * 2.0, x),
        ]  # fmt: skip

    x = tf.constant([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    return [called(x), tf.function(called)(x)]


def functions_that_are_given(tf):
    def chosen(y):
        if y > 1:
            return y * 2
        return y - 1

    @tf.function
    def called(x):
        def grown(i, total):
            if i > 2:
                total = total + x[0]
            return i + 1, total

        def signed():
            if x[1] > 1:  # noqa: SIM108
                found = x
            else:
                found = -x
            return found

        whole = tf.while_loop(lambda i, _: i < 5, grown, [tf.constant(0), tf.constant(0.0)])
        mapped = tf.map_fn(chosen, x), tf.scan(lambda a, y: a + chosen(y), x)
        return [*mapped, *whole, tf.cond(x[0] > 0, signed, lambda: x)]

    return [called(tf.constant([0.5, 1.5, 2.5])), called(tf.constant([2.0, 0.5, -1.0]))]


def lengths_of_weights(tf):
    def orthogonal(w):
        return 0.01 * tf.reduce_sum(
            tf.abs(tf.matmul(w, w, transpose_b=True) - tf.eye(tf.shape(w)[0]))
        )

    first = [[0.1, 0.2], [-0.3, 0.4], [0.5, 0.6]]
    start = tf.keras.initializers.Constant(first)
    layer = tf.keras.layers.Dense(2, kernel_initializer=start, kernel_regularizer=orthogonal)
    model = tf.keras.Sequential([tf.keras.Input((3,)), layer])
    model.compile("sgd", "mse")
    x, y = tf.reshape(tf.range(12.0), (4, 3)).numpy() / 12, tf.ones((4, 2)).numpy()
    history = model.fit(x, y, epochs=3, shuffle=False, verbose=0)
    return [tf.constant(history.history["loss"]), tf.constant(layer.get_weights()[0])]


CASES: dict[str, Callable[[Any], Any]] = {
    name: part
    for name, part in list(globals().items())
    if getattr(part, "__module__", "") == __name__ and name[0] != "_" and callable(part)
}
