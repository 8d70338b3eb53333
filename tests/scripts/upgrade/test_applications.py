"""Networks whose layers were others in Keras 2.2.4 are listed where a script reads their layers."""

from __future__ import annotations

import pytest

from onefit.scripts.upgrade import upgraded

SOURCE = """\
from keras.applications{module} import {name}
base = {name}(weights=None)
for layer in base.{read}:
    layer.trainable = False
"""


# Keras 2.2.4 had 93, 157 and 177 layers, Keras 3.15 has 91, 156 and 177; VGG16 is the same.
@pytest.mark.parametrize(
    ("module", "name", "era", "is_told"),
    [
        ("", "MobileNet", "keras2", True),
        (".mobilenet", "MobileNet", "keras2", True),
        (".resnet50", "ResNet50", "keras2", True),
        ("", "VGG16", "keras2", False),
        ("", "MobileNet", "tf2", False),
    ],
)
def test_other_layers_are_listed(module, name, era, is_told):
    found = upgraded(SOURCE.format(module=module, name=name, read="layers[:5]"), era)
    assert any("of Keras 2.2 had" in one.told for one in found.remains) == is_told
