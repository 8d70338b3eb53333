"""The drawing of a network: nothing overlaps, and the files are what their names say."""

import io
import itertools
from xml.etree import ElementTree

import pytest
import records

from onefit.reports.layout import Node, lay_out
from onefit.reports.network import encoded, nodes
from onefit.runs.record import Layer


def chain_with_shortcuts():
    names = [f"layer {number}" for number in range(8)]
    made = [Node(name, [name], names[max(0, at - 1) : at]) for at, name in enumerate(names)]
    made[4].inputs.append(names[0])
    made[7].inputs += [names[2], names[0]]
    made.insert(1, Node("second input", ["second input", "a long line of text in the box"]))
    made[-1].inputs.append("second input")
    return made


@pytest.mark.parametrize("upright", [True, False])
def test_boxes_do_not_overlap_and_arrows_cross_none(upright):
    drawing = lay_out(chain_with_shortcuts(), upright)
    for one, other in itertools.combinations(drawing.boxes, 2):
        apart = (
            one.x + one.width <= other.x or other.x + other.width <= one.x
            or one.y + one.height <= other.y or other.y + other.height <= one.y
        )  # fmt: skip
        assert apart, (one.lines, other.lines)
    assert len(drawing.arrows) == 11
    for arrow in drawing.arrows:
        for x, y in arrow[1:-1]:
            for box in drawing.boxes:
                inside = box.x < x < box.x + box.width and box.y < y < box.y + box.height
                assert not inside, box.lines
    for box in drawing.boxes:
        assert box.x >= 0 and box.x + box.width <= drawing.width + 1e-9
        assert box.y >= 0 and box.y + box.height <= drawing.height + 1e-9


def test_arrows_lead_from_layer_to_layer():
    drawing = lay_out(nodes(records.layers()))
    bottoms = [box.y + box.height for box in drawing.boxes]
    assert [arrow[0][1] for arrow in drawing.arrows] == bottoms[:-1]
    assert [arrow[-1][1] for arrow in drawing.arrows] == [box.y for box in drawing.boxes[1:]]


def test_names_that_keras_gives_are_not_told():
    named = ["dense", "dense_12", "conv2d", "global_average_pooling2d_1", "input_layer", "lstm_3",
             "batch_normalization", "multi_head_attention"]  # fmt: skip
    kinds = ["Dense", "Dense", "Conv2D", "GlobalAveragePooling2D", "InputLayer", "LSTM",
             "BatchNormalization", "MultiHeadAttention"]  # fmt: skip
    for name, kind in zip(named, kinds):
        assert nodes([Layer(name, kind)])[0].lines == [kind]
        assert nodes([Layer(f"my_{name}", kind)])[0].lines == [kind, f"my_{name}"]


def test_what_a_box_says():
    layer = Layer("conv2d_1", "Conv2D", [None, 8, 16], 1160, "relu")
    assert nodes([layer])[0].lines == ["Conv2D · relu", "? × 8 × 16", "1,160 weights"]


@pytest.mark.parametrize(
    ("ending", "first"), [("png", b"\x89PNG"), ("jpg", b"\xff\xd8"), ("PDF", b"%PDF")]
)
def test_files_are_what_their_endings_say(ending, first):
    assert encoded(nodes(records.layers()), ending).startswith(first)


def test_a_png_has_as_many_pixels_as_asked():
    from PIL import Image

    sizes = []
    for dpi in (96, 192):
        file = io.BytesIO(encoded(nodes(records.layers()), "png", dpi=dpi))
        with Image.open(file) as image:
            sizes.append(image.size)
            darkest, lightest = image.convert("L").getextrema()
            assert darkest < 60 and lightest == 255, "there is ink on paper"
    assert sizes[1] == pytest.approx([2 * side for side in sizes[0]], abs=1)


def test_an_svg_is_xml_with_the_names_in_it():
    root = ElementTree.fromstring(encoded([Node("a", ["<Dense> & more"])], "svg"))
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert "<Dense> & more" in "".join(root.itertext())


@pytest.mark.parametrize("kind", ["a", "\u6f22"])
def test_a_long_name_is_shortened_and_told_in_full(kind):
    name = f"begin_{kind * 300}_end"
    drawing = lay_out(nodes([Layer(name, "Dense", [2], 6), Layer("b", "Dense", inputs=[name])]))
    assert drawing.width < 900, "letters of Chinese are twice as wide"
    long, short = drawing.boxes
    assert long.lines[1].startswith("begin_") and long.lines[1].endswith("_end")
    assert "\u2026" in long.lines[1] and (long.whole, short.whole) == (name, "")
    root = ElementTree.fromstring(encoded([Node(name, [f"{name} (Dense)"])], "svg"))
    titles = [one.text for one in root.iter("{http://www.w3.org/2000/svg}title")]
    assert float(root.get("width")) < 1000 and titles == [f"{name} (Dense)"]


def test_other_endings_are_refused():
    with pytest.raises(ValueError, match=r"svg, png.*Received: 'docx'"):
        encoded([Node("a", ["a"])], "docx")


def test_the_names_that_keras_gives_to_layers_are_not_drawn():
    keras = pytest.importorskip("keras")
    from keras.src.utils.naming import to_snake_case

    kinds = [name for name, one in vars(keras.layers).items() if isinstance(one, type)]
    assert len(kinds) > 100
    for number, kind in enumerate(kinds):
        name = to_snake_case(kind) + (f"_{number}" if number % 2 else "")
        assert nodes([Layer(name, kind, [1])])[0].lines == [kind, "1"]
