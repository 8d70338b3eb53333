"""`keras.utils.plot_model` and `model_to_dot` where pydot and graphviz are missing."""

import re

import keras
import pytest

from onefit.scripts import plot_model


def nested():
    """Two inputs, a model inside, a layer that is used twice, and a function of `keras.ops`."""
    layers = keras.layers
    inside = keras.Sequential(
        [keras.Input((4,)), layers.Dense(3, name="in1"), layers.Dense(4, name="in2")], name="inside"
    )
    one, two = keras.Input((4,), name="one"), keras.Input((4,), name="two")
    shared = layers.Dense(4, activation="relu", name="shared")
    total = layers.Add(name="total")([shared(one), shared(two)])
    return keras.Model([one, two], keras.ops.abs(inside(total)))


def arrows(drawing):
    """The arrows of a drawing, by the first words of their boxes."""
    names = {node.name: node.lines[0].split()[0] for node in drawing.nodes}
    return {(names[one], names[node.name]) for node in drawing.nodes for one in node.inputs}


def test_arrows_of_a_nested_model():
    begin = {("one", "shared"), ("two", "shared"), ("shared", "total")}
    model = nested()
    function = model.operations[-1].name
    closed, opened = (
        arrows(plot_model.model_to_dot(model, expand_nested=expand)) for expand in (False, True)
    )
    assert closed == begin | {("total", "inside"), ("inside", function)}
    assert opened == begin | {("total", "in1"), ("in1", "in2"), ("in2", function)}


def test_what_boxes_say():
    drawing = plot_model.model_to_dot(
        nested(), show_shapes=True, show_dtype=True, show_layer_activations=True,
        show_trainable=True,
    )  # fmt: skip
    (shared,) = [node for node in drawing.nodes if node.lines[0] == "shared (Dense)"]
    assert shared.lines[1] == "Activation: relu"
    assert shared.lines[-3:] == ["Output shape: (None, 4)", "Output dtype: float32", "Trainable"]


@pytest.fixture
def provided():
    plot_model.provide()
    yield
    plot_model.withdraw()


def test_keras_checks_the_arguments_as_ever(provided, tmp_path):
    with pytest.raises(ValueError, match="not yet been built"):
        keras.utils.plot_model(keras.Sequential([keras.layers.Dense(1)]), tmp_path / "a.png")
    with pytest.raises(ValueError, match="layer_range"):
        keras.utils.plot_model(nested(), tmp_path / "a.png", layer_range=["a", "b"])


def test_the_methods_of_pydot_that_scripts_call(provided, tmp_path):
    drawing = keras.utils.model_to_dot(nested(), rankdir="LR", dpi=65)
    assert drawing.create(prog="dot", format="svg").startswith(b"<svg")
    assert drawing.create_png().startswith(b"\x89PNG")
    assert drawing.write_svg(tmp_path / "a.svg") and "inside" in (tmp_path / "a.svg").read_text()
    assert drawing.write_png(tmp_path / "a.png")


def test_a_long_name_makes_no_wide_drawing(provided, tmp_path):
    layers = [keras.Input((2,)), keras.layers.Dense(1, name="a" * 300)]
    keras.utils.plot_model(keras.Sequential(layers), tmp_path / "a.svg", show_layer_names=True)
    text = (tmp_path / "a.svg").read_text()
    assert float(re.search(r'width="([\d.]+)"', text)[1]) < 1000
    assert f"<title>{'a' * 300} (Dense)</title>" in text and "\u2026" in text


def test_afterwards_keras_is_as_it_was(provided):
    plot_model.withdraw()
    assert keras.utils.plot_model.__module__ == "keras.src.utils.model_visualization"
    assert keras.utils.model_to_dot.__module__ == "keras.src.utils.model_visualization"
