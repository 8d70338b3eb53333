"""What onefit relies on inside of Keras: each private name has one home, and is still there."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import callbacks, layers

import onefit
from onefit.training.host import keras_private
from onefit.training.host.keras_private import ATTRIBUTES
from onefit.training.host.stock import FIT

SOURCE = Path(onefit.__file__).parent
ROOMS = ("training", "population", "inspection")
FILES = {
    path: ast.parse(path.read_text()) for room in ROOMS for path in (SOURCE / room).rglob("*.py")
}
# of Python, and of the oldest or newest version of Keras alone
OTHERS = {"_getframe", "_backends", "_maybe_symbolic_build"}
NEWER = {"_epoch", "_inner_optimizers"}
NAMED_TUPLES = {"_replace", "_asdict", "_fields"}


def _is_private(name):
    return name.startswith("_") and not name.startswith("__")


def _named(tree):
    """The private attributes that a file reads or sets of other objects than its own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and _is_private(node.attr):
            if not (isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")):
                yield node.attr
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("getattr", "hasattr"):
            name = getattr(node.args[1], "value", "")
            if isinstance(name, str) and _is_private(name):
                yield name


def _own(tree):
    """The private names that a file gives to things of its own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            if ast.unparse(node.value) == "self":
                yield node.attr
        elif isinstance(node, ast.AnnAssign | ast.Assign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def test_private_modules_of_keras_are_imported_in_one_file():
    importers = {
        path.name
        for path, tree in FILES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("keras.src")
    }
    assert importers == {"keras_private.py"}


def test_every_name_is_used():
    names = {name for name in vars(keras_private) if not name.startswith("__")}
    used = {
        alias.name
        for tree in FILES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and str(node.module).endswith("keras_private")
        for alias in node.names
    }
    assert names - used == {"ATTRIBUTES", "annotations", "jax_trainer"}


def test_private_attributes_are_listed():
    found = {name for tree in FILES.values() for name in set(_named(tree)) - set(_own(tree))}
    functions = {
        node.name for tree in FILES.values() for node in tree.body if hasattr(node, "name")
    }
    listed = {name for names in ATTRIBUTES.values() for name in names}
    assert found - OTHERS - NAMED_TUPLES - functions <= listed
    assert listed <= {name for tree in FILES.values() for name in _named(tree)} | {"_value"}


@pytest.fixture(scope="module")
def objects():
    """Objects of Keras's, of each kind one or two."""
    model = keras.Sequential([keras.Input((2,)), layers.Dense(3), layers.Dense(1)])
    model.compile("adam", "mse", metrics=["mae"], weighted_metrics=["mse"])
    FIT(model, np.ones((4, 2), "float32"), np.ones((4, 1), "float32"), verbose=0)
    return {
        "model": [model, model._functional],
        "layer": [model.layers[0]],
        "tensor": [model.inputs[0]],
        "losses": [model._compile_loss],
        "metrics": [model._compile_metrics],
        "metric": [keras.metrics.MeanMetricWrapper(keras.losses.mean_squared_error)],
        "optimizer": [model.optimizer],
        "variable": [model.weights[0]],
        "initializer": [keras.initializers.GlorotUniform(1)],
        "seed generator": [keras.random.SeedGenerator(1)],
        "iterator": [keras_private.JAXEpochIterator(np.ones((4, 2)), batch_size=2)],
        "adapter": [
            keras_private.JAXEpochIterator(np.ones((4, 2)), batch_size=2).data_adapter,
        ],
        "callback": [
            callbacks.EarlyStopping("loss"),
            callbacks.TensorBoard(),
            keras.utils.Progbar(1),
        ],
    }


@pytest.mark.parametrize("kind", ATTRIBUTES)
def test_private_attributes_are_there(objects, kind):
    missing = {
        name for name in ATTRIBUTES[kind] if not any(hasattr(o, name) for o in objects[kind])
    }
    assert missing <= NEWER


def test_a_variable_holds_its_value(objects):
    variable = objects["variable"][0]
    assert isinstance(variable, keras_private.Variable)
    assert variable._value is variable.value
    assert not keras_private.in_stateless_scope()
    with keras.StatelessScope() as scope:
        assert keras_private.in_stateless_scope()
        assert keras_private.get_stateless_scope() is scope


def test_an_adapter_knows_its_rows():
    x = np.arange(10.0).reshape(5, 2)
    iterator = keras_private.JAXEpochIterator(x, batch_size=2, shuffle=True)
    adapter = iterator.data_adapter
    assert type(adapter) is keras_private.ArrayDataAdapter
    assert (adapter._num_samples, adapter._batch_size, adapter._shuffle) == (5, 2, True)
    np.testing.assert_array_equal(keras.tree.flatten(adapter._inputs)[0], x)


def test_hooks_that_do_nothing_are_marked():
    assert keras_private.is_default(callbacks.Callback().on_batch_end)
    assert not keras_private.is_default(callbacks.EarlyStopping("loss").on_epoch_end)


def test_the_trainer_is_that_of_models():
    assert keras_private.JAXTrainer in keras.Model.__mro__
    assert "epochs" in inspect.signature(keras_private.JAXTrainer.fit).parameters


def test_the_session_keeps_seeds():
    keras.utils.set_random_seed(3)
    seed = keras_private.global_state.get_global_attribute(keras_private.GLOBAL_RANDOM_SEED)
    assert seed == 3


def test_dropout_takes_its_root_from_math():
    assert keras_private.gaussian_dropout.math.sqrt(4.0) == 2.0
