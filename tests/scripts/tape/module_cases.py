"""Modules that hold each other, and variables whose values have different shapes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def modules_that_hold_each_other(tf):
    class Part(tf.Module):
        def __init__(self, name):
            super().__init__(name=name)
            self.w = tf.Variable(1.0, name=f"{name}_w")

    first, second, third = Part("first"), Part("second"), Part("third")
    first.next, second.next, third.next = second, third, first
    first.me = first

    @tf.function
    def product(x):
        return x * first.w + second.w * third.w

    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        y = product(x)
    return [
        *([_names(one.variables), _names(one.submodules)] for one in (first, second, third)),
        *(y, tape.gradient(y, first.trainable_variables)),
    ]


def a_parent_that_its_children_know(tf):
    class Child(tf.Module):
        def __init__(self, parent, name):
            super().__init__(name=name)
            self.parent, self.v = parent, tf.Variable(1.0, name=f"{name}_v")

    class Parent(tf.Module):
        def __init__(self):
            super().__init__(name="parent")
            self.children = [Child(self, "k1"), Child(self, "k2")]
            self.by_name = {"b": Child(self, "k3"), "a": Child(self, "k4")}
            self.b, self.A = (tf.Variable(1.0, trainable=False, name=name) for name in "bA")
            inner = tf.Variable(2.0, name="n2"), [Child(self, "k5")]
            self.nested = [tf.Variable(1.0, name="n1")], inner
            self.held = {"me": self, "all": [self, self.children]}

    parent = Parent()
    child = parent.children[0]
    return [
        *(_names(one.variables) for one in (parent, child)),
        *(_names(parent.trainable_variables), _names(parent.non_trainable_variables)),
        *(_names(one.submodules) for one in (parent, child)),
    ]


def keys_of_dicts_in_their_order(tf):
    module = tf.Module()
    module.by_number = {n: tf.Variable(1.0, name=f"n{n}") for n in (2, 1, 10)}
    module.by_word = {"b": [tf.Variable(1.0, name="b0")], "a": {"q": tf.Variable(1.0, name="aq")}}
    return _names(module.variables)


def variables_of_open_shapes(tf):
    open_length, free = (
        tf.Variable([5.0], shape=shape) for shape in ([None], tf.TensorShape(None))
    )

    @tf.function
    def total(x):
        return tf.reduce_sum(open_length * x)

    @tf.function
    def assigned(x):
        return free.assign(x) * 2.0

    found = [total(1.0), open_length.assign([1.0, 2.0, 3.0]), total(1.0), total(2.0)]
    found += [assigned(tf.constant([1.0, 2.0])), free, assigned(tf.constant([[3.0]])), free]
    return [*found, free.shape.rank, open_length.shape.as_list()]


def names_in_scopes(tf):
    class Inner(tf.Module):
        @tf.Module.with_name_scope
        def __call__(self, x):
            if not hasattr(self, "w"):
                self.w = tf.Variable(x, name="w")
            return tf.get_current_name_scope()

    class Outer(tf.Module):
        def __init__(self, name=None):
            super().__init__(name=name)
            self.plain = tf.Variable(0.0, name="plain")
            with self.name_scope as scope:
                self.scope, self.b, self.inner = scope, tf.Variable(0.0, name="b"), Inner()

        def __call__(self, x):
            return self.inner(x)

    found = []
    with tf.name_scope("first"):
        for name in ("a", "a/", "", "x/y", None):
            try:
                with tf.name_scope(name) as scope:
                    v = tf.Variable(1.0)
                    found.append([scope, tf.get_current_name_scope(), v.name])
            except ValueError as error:
                found.append(str(error))
        second = Outer("second")
    for module in (Outer(), second):
        found.append([module(1.0), module.scope, module.name, module.name_scope.name])
        found += [_names(module.variables), module.inner.name_scope.name]
    return [*found, tf.get_current_name_scope(), tf.Variable(1.0, name="p/q").name]


def _names(things: Any) -> list[str]:
    return [one.name.split(":")[0] for one in things]


CASES: dict[str, Callable[[Any], Any]] = {
    name: part
    for name, part in list(globals().items())
    if getattr(part, "__module__", "") == __name__ and name[0] != "_" and callable(part)
}
