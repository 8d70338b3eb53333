"""What scripts do with `tf.function`: each case gives numbers and texts."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from typing import Any

import numpy as np


def side_effects_once_a_trace(tf):
    log = []

    @tf.function
    def doubled(x, factor=2):
        log.append((str(x.dtype), x.shape.as_list(), factor))
        return x * factor

    results = [
        doubled(tf.constant([1.0, 2.0])),
        doubled(tf.constant([3.0, 4.0])),
        doubled(tf.constant([1.0])),
        doubled(tf.constant([1, 2])),
        doubled(tf.constant([1, 2]), 3),
        doubled(tf.constant([5, 6]), factor=3),
        doubled(x=tf.constant([7, 8]), factor=3),
    ]
    return [results, log, doubled.experimental_get_tracing_count()]


def python_arguments(tf):
    log = []

    @tf.function
    def called(x, flag, name, *more, sizes):
        log.append([flag, name, len(more), sizes])
        return x + (1.0 if flag else -1.0) + len(name) + sum(more) + sizes[0]

    x = tf.constant(1.0)
    results = [
        called(x, True, "a", sizes=[1, 2]),
        called(x, False, "a", sizes=[1, 2]),
        called(x, True, "ab", 2.0, sizes=[1, 2]),
        called(x, True, "a", sizes=[1, 2]),
    ]
    return [results, log]


def nested_arguments(tf):
    @tf.function
    def called(batch):
        return {"sum": batch["x"] + batch["y"][0], "rest": (batch["y"][1], None, 3)}

    return called({"x": tf.constant(1.0), "y": (tf.constant(2.0), tf.constant([3]))})


def a_variable_changes(tf):
    count, log = tf.Variable(0), []

    @tf.function
    def counted(step):
        log.append("traced")
        count.assign_add(step)
        return count * 10

    return [[counted(tf.constant(2)) for _ in range(3)], count, log]


def a_variable_made_at_the_first_call(tf):
    held, log = [], []

    @tf.function
    def added(x):
        log.append("traced")
        if not held:
            held.append(tf.Variable(tf.ones_like(x) * 5.0))
        held[0].assign_add(x)
        return held[0]

    return [added(tf.constant([1.0])), added(tf.constant([2.0])), log]


def a_variable_made_at_each_call(tf):
    @tf.function
    def made(x):
        return tf.Variable(1.0) + x

    try:
        made(tf.constant(1.0))
    except ValueError as error:
        return "singleton tf.Variable" in str(error) or "variables at its first call" in str(error)


def an_argument_that_is_drawn_where_it_is_left_out(tf):
    @tf.function
    def sampled(eps=None):
        if eps is None:
            eps = tf.random.normal((3, 2))
        return eps * 2.0

    given = sampled(tf.constant([[1.0, 2.0]]))
    first, second = sampled(), sampled()
    return [given, list(first.shape), bool(tf.reduce_any(first != second))]


def methods(tf):
    class Scale(tf.Module):
        def __init__(self, factor):
            super().__init__()
            self.factor, self.log = tf.Variable(factor), []

        @tf.function
        def __call__(self, x):
            self.log.append("traced")
            return self.factor * x

        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
        def total(self, x):
            return tf.reduce_sum(x) * self.factor

    two, three = Scale(2.0), Scale(3.0)
    x = tf.constant([1.0, 2.0])
    return [two(x), three(x), two(x), len(two.log), len(three.log), two.total([1.0, 2.0, 3.0])]


def closures_are_taken_in(tf):
    factor = 2.0

    @tf.function
    def scaled(x):
        return x * factor

    first = scaled(tf.constant(1.0))
    factor = 5.0
    return [first, scaled(tf.constant(1.0)), scaled(tf.constant([1.0]))]


def functions_in_functions(tf):
    @tf.function
    def inner(x):
        return x * x

    @tf.function
    def outer(x):
        return inner(x) + inner(x + 1.0)

    return outer(tf.constant(2.0))


def a_tape_around_a_function(tf):
    w = tf.Variable([1.0, 2.0])

    @tf.function
    def squared(x):
        return tf.reduce_sum(w * w * x)

    x = tf.constant([3.0, 4.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = squared(x)
    return tape.gradient(y, [w, x])


def a_tape_in_a_function(tf):
    w = tf.Variable([1.0, 2.0])

    @tf.function
    def slopes(x):
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = tf.reduce_sum(w * x**3)
            first = tape.gradient(y, x)
        return first, outer.gradient(first, x)

    return [slopes(tf.constant([3.0, 4.0])), slopes(tf.constant([1.0, 1.0]))]


def a_constant_watched_in_a_function(tf):
    @tf.function
    def slope():
        x = tf.constant(3.0)
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
        return tape.gradient(y, x)

    return slope()


def shapes_are_known(tf):
    @tf.function
    def flat(x):
        rows = tf.shape(x)[0]
        return tf.reshape(x, [rows, tf.size(x) // rows]), tf.zeros([rows, 2]), x.shape.as_list()

    return flat(tf.ones((2, 3, 4)))


def random_numbers_differ(tf):
    @tf.function
    def drawn():
        return tf.random.normal((4,)), tf.random.uniform((4,))

    (a, b), (c, d) = drawn(), drawn()
    return [bool(tf.reduce_any(a == c)), bool(tf.reduce_any(b == d))]


def a_signature(tf):
    log = []

    @tf.function(
        input_signature=[tf.TensorSpec([None, 2], tf.float32), tf.TensorSpec([], tf.int32)]
    )
    def called(x, n):
        log.append("traced")
        return tf.reduce_sum(x) * tf.cast(n, tf.float32)

    results = [called(tf.ones((3, 2)), tf.constant(2)), called([[1.0, 2.0]], 3)]
    try:
        called(tf.ones((3, 3)), 1)
    except (TypeError, ValueError) as error:
        return [results, type(error).__name__]


def a_concrete_function(tf):
    @tf.function
    def power(x, n):
        return x**n

    cubed = power.get_concrete_function(tf.TensorSpec([2], tf.float32), 3)
    return [cubed(tf.constant([1.0, 2.0])), power(tf.constant([1.0, 2.0]), 2)]


def gradient_descent(tf):
    w = tf.Variable([[0.5], [-0.5]])
    optimizer = tf.keras.optimizers.SGD(0.1, momentum=0.9)
    x = tf.constant([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]])
    y = tf.constant([[1.0], [0.0], [2.0]])

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(x @ w - y))
        optimizer.apply_gradients(zip(tape.gradient(loss, [w]), [w]))
        return loss

    return [[step() for _ in range(5)], w]


def a_block_outside_of_the_trace(tf):
    log = []

    @tf.function
    def called(x):
        with tf.init_scope():
            known = tf.constant(1.0) + 1.0
            log.append([tf.executing_eagerly(), str(known.numpy())])
        log.append(tf.executing_eagerly())
        return x + known

    return [[called(tf.constant(1.0)), called(tf.constant(2.0))], log]


def a_constant_that_is_watched(tf):
    x = tf.constant(1.5)

    @tf.function
    def slope():
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x**3
        return tape.gradient(y, x)

    return [slope(), x, x * 2.0, slope(), tf.sin(x)]


def the_value_of_a_variable(tf):
    v = tf.Variable([1.0, 2.0])

    @tf.function
    def called():
        v.assign(v.value() * 2.0)
        return v.value() + v

    with tf.GradientTape() as tape:
        y = tf.reduce_sum(v.value() ** 2)
    return [tape.gradient(y, v), called(), called(), v]


def texts_and_numbers_are_tensors(tf):
    v = tf.Variable([1.0, 2.0])

    @tf.function
    def told(text, number):
        more = ("a", [b"b", 1.5, None, True])
        return {"text": text + "!", "number": number, "v": v, "more": more}

    @tf.function(input_signature=[tf.TensorSpec([], tf.string)])
    def length(text):
        return tf.strings.length(text), 1

    results = told(tf.constant("x"), 2), told("x", 2), told("y", tf.constant(2))
    return [_shown(one) for one in (*results, length("abc"), length(tf.constant("ab")))]


def concrete_functions_and_their_dtypes(tf):
    @tf.function
    def doubled(x):
        return x + x

    @tf.function
    def times(x, factor):
        return x * factor

    @tf.function
    def summed(parts):
        return tf.reduce_sum(parts["x"]) + parts["more"][0]

    @tf.function
    def lengths(text):
        return tf.strings.length(text)

    number = doubled.get_concrete_function(tf.TensorSpec([], tf.float32))
    vector = doubled.get_concrete_function(tf.TensorSpec([None], tf.float32))
    fourfold = times.get_concrete_function(tf.constant(2.0), 4.0)
    more = [tf.TensorSpec([], tf.float32)]
    nested = summed.get_concrete_function({"x": tf.TensorSpec([None]), "more": more})
    texts = lengths.get_concrete_function(tf.TensorSpec(None, tf.string))
    calls = [
        lambda: number(2),
        lambda: number(tf.constant(2)),
        lambda: vector(np.array([1.0, 2.0])),
        lambda: vector([1, 2]),
        lambda: vector(x=tf.constant([1.0])),
        lambda: vector(x=tf.constant([1])),
        lambda: fourfold(tf.constant(5.0)),
        lambda: fourfold(tf.constant(5.0), 4.0),
        lambda: fourfold(tf.constant(5.0), 7.0),
        lambda: nested({"x": [1, 2], "more": [1]}),
        lambda: texts("ab"),
        lambda: texts(tf.constant(["a", "bcd"])),
        lambda: texts(tf.constant(1)),
    ]
    return [_result_or_error(call) for call in calls]


def python_at_every_call(tf):
    log = []

    @tf.function
    def noted(x):
        tf.py_function(lambda one: log.append(one.numpy().item()), inp=[x], Tout=[])
        return x * 2

    @tf.function
    def counted():
        return tf.numpy_function(lambda: np.float32(len(log)), [], tf.float32)

    @tf.function
    def shifted(x):
        y = tf.py_function(lambda one: one * one + len(log), inp=[x], Tout=tf.float32)
        y.set_shape([])
        return y + 1.0

    results = [noted(1), noted(1), counted(), noted(tf.constant(3)), counted()]
    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = shifted(x)
    return [results, log, y, tape.gradient(y, x)]


def optimizers_of_64_bits(tf):
    found = []
    for name in ("SGD", "Adam", "RMSprop", "Adagrad"):
        v = tf.Variable([1.0, 2.0], dtype=tf.float64)
        optimizer = getattr(tf.keras.optimizers, name)(0.1)

        def step(v=v, optimizer=optimizer):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(v**3)
            optimizer.apply_gradients(zip(tape.gradient(loss, [v]), [v]))
            return loss

        found += [step(), tf.function(step)(), v]
    return found


def functions_in_functions_of_their_name(tf):
    def more(function):
        @functools.wraps(function)
        def wrapper(*args):
            return function(*args) + 100.0

        return wrapper

    @more
    def size(x):
        if x > 0:
            return x
        return -x

    class Held:
        @tf.function
        @more
        def twice(self, x):
            return x * 2

    @tf.function
    def called(x):
        return size(x)

    x = tf.constant(-1.0)
    return [tf.function(size)(x), called(x), called(-3 * x), Held().twice(x)]


def objects_that_are_called(tf):
    class Size:
        def __init__(self, factor):
            self.factor = factor

        def __call__(self, x):
            if x > 0:
                return self.factor * x
            return -self.factor * x

    doubled = Size(2.0)

    @tf.function
    def called(x):
        return doubled(x) + 1.0

    x = tf.constant(-3.0)
    return [tf.function(Size(3.0))(x), called(x), called(-x)]


def lambdas_on_the_line_of_their_function(tf):
    # fmt: off
    @tf.function
    def chosen(x): return tf.cond(x > 0, lambda: x, lambda: x * x)
    # fmt: on
    return [chosen(tf.constant(3.0)), chosen(tf.constant(-3.0))]


def texts_that_tensors_choose(tf):
    @tf.function
    def by_cond(x):
        return tf.cond(x > 0, lambda: tf.constant("+"), lambda: tf.constant("-"))

    @tf.function
    def by_if(x):
        sign = "0"
        if x > 0:
            sign = "+"
        elif x < 0:
            sign = "-"
        return sign

    @tf.function
    def by_return(x):
        def two(n):
            if tf.strings.length(tf.strings.as_string(n)) == 1:
                return tf.strings.format("0{}", n)
            else:
                return tf.strings.format("{}", n)

        return tf.strings.join([two(tf.constant(7)), two(x)], separator=":")

    @tf.function
    def by_while(n):
        text = tf.constant("")
        for _ in tf.range(n):
            text = text + "a"
        return text

    @tf.function
    def by_number(n):
        return tf.switch_case(n, [lambda: "a", lambda: "b"])

    @tf.function
    def no_matter(x):
        if x > 0:
            name, y = "a", x
        else:
            name, y = "b", -x
        del name
        return y

    numbers = [tf.constant(n) for n in (1, -1, 0)]
    found = [by_cond(one) for one in numbers[:2]] + [by_if(one) for one in numbers]
    found += [by_return(tf.constant(n)) for n in (3, 13)]
    found += [by_while(tf.constant(n)) for n in (0, 3)]
    found += [by_number(tf.constant(n)) for n in (0, 1)]
    return [_shown(found), no_matter(tf.constant(-2.0))]


def the_time_of_each_call(tf):
    @tf.function
    def now():
        return tf.timestamp()

    first = now()
    time.sleep(0.01)
    second = now()
    return [first.dtype.name, bool(second > first), bool(abs(second - time.time()) < 60)]


def _shown(result: Any) -> Any:
    """Texts have no values of a dtype that JSON knows."""
    if isinstance(result, dict):
        return {key: _shown(one) for key, one in result.items()}
    if isinstance(result, list | tuple):
        return [_shown(one) for one in result]
    return repr(result)


def _result_or_error(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except Exception as error:
        return type(error).__name__


def variables_of_computed_values(tf):
    held, other = [], tf.Variable(4.0)

    @tf.function
    def grown(x):
        other.assign_add(x)
        if not held:
            held.extend([tf.Variable(x * 2.0), tf.Variable(lambda: other + x), tf.Variable(7.0)])
        held[0].assign_add(x)
        return held[0] + held[1] + held[2]

    results = [grown(tf.constant(1.0)), grown(tf.constant(10.0))]
    return [results, held[0].numpy(), held[1].numpy(), other.numpy()]


def a_module_makes_its_weights_of_noise(tf):
    class Dense(tf.Module):
        def __init__(self):
            super().__init__()
            self.w = None

        @tf.function
        def __call__(self, x):
            if self.w is None:
                self.w = tf.Variable(tf.random.normal([x.shape[-1], 3]) * 0.0 + 2.0)
                self.b = tf.Variable(tf.zeros([3]) + tf.reduce_sum(x))
            return x @ self.w + self.b

    made = Dense()
    return [made(tf.ones([1, 2])), made(tf.zeros([4, 2])), len(made.trainable_variables)]


def gradients_within_a_function(tf):
    v, frozen = tf.Variable(3.0), tf.Variable(5.0, trainable=False)

    @tf.function
    def slopes(x, w):
        y = tf.nn.relu(tf.matmul(x, w))
        z = tf.reduce_sum(y**3) * v * v * frozen
        first = tf.gradients(z, [x, w, y, v, frozen])
        second = tf.gradients(first[3], [v, w])
        both = tf.gradients([x * 2.0, x * 3.0], x, grad_ys=[tf.ones_like(x), x])
        still = x * x
        return (
            first,
            second,
            both,
            tf.gradients(still * x, [x, still], stop_gradients=[still]),
            tf.gradients(y, w + 1.0),
            tf.gradients(v * 2.0, x),
            tf.gradients(v * 2.0, x, unconnected_gradients=tf.UnconnectedGradients.ZERO),
        )

    @tf.function
    def with_a_tape(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.gradients(tf.sin(x) * x, x)[0]
        return tape.gradient(y, x)

    x, w = tf.constant([[1.0, 2.0]]), tf.constant([[1.0, -1.0], [0.5, 2.0]])
    return [slopes(x, w), slopes(x, w), with_a_tape(tf.constant(0.5))]


def ifs_in_lambdas(tf):
    limit = tf.constant(2.0)
    signed = tf.function(lambda x: x * 2 if tf.reduce_sum(x) > 0 else x - 1)
    given = tf.function(lambda x, y=3.0: (x if x > y else -x) + y)
    between = tf.function(lambda x: limit * x if x > limit and not x > 10.0 else tf.abs(x))
    inner = lambda x: x if x > 0 else x * 10  # noqa: E731

    @tf.function
    def outer(x):
        return inner(x) + 1

    return [
        *(signed(tf.constant([one])) for one in (1.0, -1.0)),
        *(given(tf.constant(one)) for one in (1.0, 5.0)),
        *(between(tf.constant(one)) for one in (1.0, 5.0, -15.0)),
        *(outer(tf.constant(one)) for one in (3, -3)),
    ]


def variables_of_text(tf):
    title = tf.Variable("a", name="title")

    @tf.function
    def longer(more):
        title.assign(title + more)
        return title + "!"

    @tf.function
    def marked(text):
        return tf.strings.join([text, "?"])

    found = [longer("b"), longer("b"), marked(title), title.read_value()]
    title.assign("c")
    return [_shown([*found, longer("d"), marked(title), marked(title.value())]), str(title)]


CASES: dict[str, Callable[[Any], Any]] = {
    name: part
    for name, part in list(globals().items())
    if getattr(part, "__module__", "") == __name__ and name[0] != "_" and callable(part)
}
