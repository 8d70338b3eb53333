"""The stand-in's functions give what TensorFlow gave for the same calls.

Integers, text, orders and copies are the same; floats to a tolerance.
"""

from __future__ import annotations

import calls
import numpy as np
import pytest

TOLERANCES = {"random": (1e-6, 3e-7), "image": (5e-6, 1e-6), "jpeg": (0, 0)}  # relative, absolute
CASES = [(topic, call) for topic in calls.topics() for call in calls.calls(topic)]


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in
    from onefit.scripts import naming, preprocessing

    naming.provide()
    stand_in.installation.uninstall()  # it goes over what `preprocessing` puts, and off before it
    preprocessing.provide()
    yield stand_in
    stand_in.installation.uninstall()
    preprocessing.withdraw()
    naming.withdraw()
    stand_in.random.set_seed(None)


@pytest.mark.parametrize("topic", calls.topics())
def test_every_call_has_a_result_of_tensorflow(topic):
    assert list(calls.results(topic)) == calls.calls(topic)


@pytest.mark.filterwarnings(
    "ignore:The tf.function <lambda> has arrays whose lengths:RuntimeWarning"
)
@pytest.mark.parametrize("topic", calls.topics())
def test_same_results_as_tensorflow(tf, topic):
    if topic == "records":
        pytest.importorskip("google.protobuf")
        pytest.importorskip("google_crc32c")
    if topic == "tf_keras":
        tf.installation.install()
    else:
        tf.installation.uninstall()
    wrong = []
    for call, theirs in calls.results(topic).items():
        ours = calls.outcome(tf, call, topic)
        try:
            _compare(ours, theirs, *TOLERANCES.get(topic, (2e-6, 1e-6)))
        except AssertionError as error:
            wrong.append(f"{call}\n{error}")
    assert not wrong, f"{len(wrong)} calls:\n" + "\n".join(wrong)


def _compare(ours, theirs, relative, absolute):
    if isinstance(theirs, dict) and "dtype" in theirs:
        assert isinstance(ours, dict) and "dtype" in ours, f"{ours}, not {theirs}"
        kinds = [one["dtype"] for one in (ours, theirs)]
        assert kinds[0] == kinds[1], kinds
        assert ours["shape"] == theirs["shape"], (ours["shape"], theirs["shape"])
        if "float" in kinds[0] or "complex" in kinds[0]:
            if "16" in kinds[0]:
                relative, absolute = 2e-3, 2e-3
            np.testing.assert_allclose(ours["values"], theirs["values"], relative, absolute)
        else:
            assert ours["values"] == theirs["values"]
    elif isinstance(theirs, dict) and "error" in theirs:
        assert isinstance(ours, dict) and ours.get("error") == theirs["error"], (ours, theirs)
    elif isinstance(theirs, dict):
        assert isinstance(ours, dict) and list(ours) == list(theirs), f"{ours}, not {theirs}"
        for key in theirs:
            _compare(ours[key], theirs[key], relative, absolute)
    elif isinstance(theirs, list):
        assert isinstance(ours, list) and len(ours) == len(theirs), f"{ours}, not {theirs}"
        for one, other in zip(ours, theirs):
            _compare(one, other, relative, absolute)
    elif isinstance(theirs, float):
        assert ours == pytest.approx(theirs, rel=relative, abs=absolute)
    else:
        assert ours == theirs


def test_bytes_are_resized_as_their_numbers_are(tf):
    pixels = np.random.default_rng(0).integers(0, 256, (2, 7, 5, 3), "uint8")
    for size in ((3, 9), (20, 2), (7, 5)):
        of_bytes = tf.image.resize(pixels, size).numpy()
        np.testing.assert_array_equal(of_bytes, tf.image.resize(pixels.astype("float32"), size))
