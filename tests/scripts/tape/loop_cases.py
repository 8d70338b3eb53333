"""Loops over tensors in a `tf.function`: what they leave behind, and what they change.

Each case takes `tf` and gives functions with their arguments. TensorFlow runs those of `CASES`.
Those of `MORE` it refuses; Python alone says what they give.
"""

from __future__ import annotations

N, V = 5, [1.0, -2.0, 3.0, 4.0]


def names_without_a_value_before(tf):
    def a_for(n):
        for i in tf.range(n):
            y = i * 2
        return y, i

    def a_while(n):
        i = tf.constant(0)
        while i < n:
            y = i * 2
            i += 1
        return y

    return [(a_for, N), (a_while, N)]


def gradients_through_loops(tf):
    x = tf.constant(1.2)

    def a_for(n):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for _ in tf.range(n):
                y = y * tf.sin(x)
        return tape.gradient(y, x)

    def a_while(n):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y, i = x, 0
            while i < n:
                y = y * tf.sin(x)
                i += 1
        return tape.gradient(y, x)

    def an_array(n):
        with tf.GradientTape() as tape:
            tape.watch(x)
            parts = tf.TensorArray(tf.float32, size=n)
            for i in tf.range(n):
                parts = parts.write(i, x * tf.cast(i, tf.float32))
            y = tf.reduce_sum(parts.stack() ** 2)
        return tape.gradient(y, x)

    return [(a_for, N), (a_while, N), (an_array, N)]


def attributes_and_items(tf):
    class Counter:
        total = 0

    counter, held = Counter(), {"a": 0, "b": {"c": 1.0}}

    def called(n):
        counter.total = tf.constant(0)
        held["a"] = tf.constant(0)
        for i in tf.range(n):
            counter.total = counter.total + i
            if i > 2:
                held["a"] = held["a"] + 10 * i
        return counter.total, held["a"]

    return [(called, N)]


def lists_and_tuples(tf):
    def a_list(n):
        s = [tf.constant(0), tf.constant(0)]
        for i in tf.range(n):
            s = [s[0] + i, s[1] + 2 * i]
        return s

    def a_pair(n):
        a, b = tf.constant(0), tf.constant(1)
        while a < n * 10:
            a, b = b, a + b
        return a, b

    return [(a_list, N), (a_pair, N)]


def primes(tf):
    def called(n):
        found, k = tf.TensorArray(tf.int32, size=0, dynamic_size=True), 0
        for i in tf.range(2, n):
            is_prime = True
            for j in tf.range(2, i):
                if i % j == 0:
                    is_prime = False
                    break
            if is_prime:
                found = found.write(k, i)
                k += 1
        return found.stack()

    return [(called, 20)]


def chains_of_comparisons(tf):
    def called(n):
        low, high = 0, 10
        if low < n < high and n != 7:
            return n * 2
        return -n

    return [(called, n) for n in (5, 7, 12)]


def jumps_in_blocks(tf):
    def a_break_in_a_with(n):
        s = tf.constant(0)
        for i in tf.range(n):
            with tf.name_scope("x"):
                if i == 3:
                    break
                if i == 1:
                    continue
                s += i
            s += 100
        return s

    def a_return_in_a_try(n):
        try:
            if n > 3:
                return n
            return n * 2
        finally:
            pass

    def returns_at_once(n):
        for i in tf.range(n):
            return i + 7
        return -1

    def both_leave(n):
        s = 0
        for i in tf.range(n):
            if i == 3:
                s += 10
                break
            else:
                s += 1
                continue
        return s

    def a_dataset(n):
        s = 0
        for x in tf.data.Dataset.from_tensor_slices([1, 2, 3, 4]):
            if x == n:
                break
            s += x
        return s

    functions = [a_break_in_a_with, a_return_in_a_try, returns_at_once, both_leave]
    return [*((one, n) for one in functions for n in (2, 5)), (a_dataset, 3)]


def passes_over_a_dataset(tf):
    slices = tf.data.Dataset.from_tensor_slices

    def sums(n):
        s, w = tf.constant(0.0), tf.constant(1.0)
        for x, y in shuffled:
            s += tf.reduce_sum(x) * w + tf.cast(y[0], tf.float32)
            w *= 1.01
        return s, w, n

    def with_numbers(n):
        s = tf.constant(0, tf.int64)
        for i, (_, y) in enumerate(rows):
            s = s * 2 % 1000003 + tf.cast(i, tf.int64) * y
        for i, (_, y) in shuffled.enumerate(3):
            s = s * 2 % 1000003 + i * y[-1]
        return s + tf.cast(n, tf.int64)

    def with_a_break(n):
        s = tf.constant(0.0)
        for x, _ in slices(table).batch(2):
            if s > 100.0 * tf.cast(n, tf.float32):
                break
            s += tf.reduce_sum(x)
        return s

    def several(n):
        s = tf.constant(0.0)
        for _ in tf.range(n):
            for x, _ in shuffled:
                s = s * 1.01 + x[0, 0]
        return s

    def few(n):
        s = tf.constant(0.0)
        for x, _ in shuffled.take(2):
            s = s * 2.0 + x[0, 0]
        return s * tf.cast(n, tf.float32)

    table = [[float(n)] for n in range(50)], tf.constant([2 * n for n in range(50)], tf.int64)
    shuffled = slices(table).shuffle(50, seed=3).batch(8)
    rows = slices(table).shuffle(20, seed=5)
    functions = [sums, sums, with_numbers, with_a_break, several, few, few]
    return [(one, n) for one in functions for n in (2, 3)]


class Steps:
    """A class with a private name."""

    def __init__(self):
        self.__factor = 3

    def scaled(self, n):
        """A method."""
        total = n * 0
        while total < 20:
            total += n * self.__factor
        return total


def private_names(tf):
    return [(Steps().scaled, N)]


def returns_in_loops(tf):
    def a_for(v):
        for x in v:
            if x < 0:
                return x * 10.0
        return tf.constant(0.0)

    def a_while(n):
        i = tf.constant(0)
        while i < n:
            if i == 3:
                return i * 100
            i += 1
        return i

    def several(n):
        for i in tf.range(n):
            if i == 2:
                return i
            elif i == 4:
                return i * 10
        return -1

    def nested(n):
        for i in tf.range(n):
            for j in tf.range(n):
                if i * j == 6:
                    return {"i": i, "j": [j]}
        return {"i": n, "j": [n]}

    def in_an_if(n):
        if n > 2:
            for i in tf.range(n):
                if i == 1:
                    return i
        return n * 5

    def with_other_jumps(n):
        s = n * 0
        for i in tf.range(n):
            if i == 1:
                continue
            if i == 4:
                break
            if s > 4:
                return s
            s += i
        return s + 1000

    integers = [a_while, several, nested, in_an_if, with_other_jumps]
    return [(a_for, V), (a_for, [1.0, 2.0]), *((f, n) for f in integers for n in (2, 3, 9))]


def other_jumps(tf):
    def a_while_true(n):
        i = tf.constant(0)
        while True:
            i += 1
            if i >= n:
                break
        return i

    def an_else(n):
        s = tf.constant(0)
        for i in tf.range(n):
            if i == 3:
                break
            s += i
        else:
            s += 100
        return s

    def a_return_in_a_with(n):
        with tf.name_scope("x"):
            if n > 3:
                return n
        return n * 2

    def early_returns(n):
        x = n + 1
        if x > 3:
            y = x * 2
            if y > 11:
                return y
            x = y
        return x + 1

    def over_python(n):
        for i in range(5):
            if n == i + 2:
                return n + i
        return n

    functions = [a_while_true, an_else, a_return_in_a_with, early_returns, over_python]
    return [(one, n) for one in functions for n in (2, 4, 9)]


def blocks_of_match(tf):
    def statements(x):
        match (x.shape.rank, "up"):
            case (0, "down"):
                x = -x
            case (rank, way) if way == "up":
                if x > 2.0:
                    x = x * 10.0
                elif x > 0.5:
                    x = x + 7.0
        return x + float(rank)

    def returns(x):
        match x.dtype.name:
            case "int32":
                return x
            case "float32":
                if x > 2.0:
                    return x * 10.0
        return -x

    def returns_always(x):
        match x.dtype.name:
            case "int32":
                return x
            case _:
                if x > 2.0:
                    return x * 10.0
                return -x

    def jumps(n):
        found = tf.constant(0)
        for i in tf.range(n):
            match "odd":
                case "odd":
                    if i % 2 == 1:
                        continue
                    if i > 6:
                        break
            found += i
        return found

    def returns_in_a_loop(n):
        found = tf.constant(0)
        for i in tf.range(n):
            match "first":
                case "first":
                    if i > 6:
                        return found * 100
                case _:
                    found += 1
            found += i
        return found

    of_numbers, of_counts = (statements, returns, returns_always), (jumps, returns_in_a_loop)
    return [
        *((called, value) for called in of_numbers for value in (1.0, 3.0)),
        *((called, value) for called in of_counts for value in (4, 10)),
    ]


MORE = {
    one.__name__: one for one in (private_names, returns_in_loops, other_jumps, blocks_of_match)
}
CASES = {
    one.__name__: one
    for one in (
        names_without_a_value_before, attributes_and_items, lists_and_tuples, primes,
        chains_of_comparisons, jumps_in_blocks, passes_over_a_dataset, gradients_through_loops,
    )
}  # fmt: skip


def results(tf, case):
    """What the functions of a case give as programs."""
    return [tf.function(called)(tf.constant(value)) for called, value in case(tf)]
