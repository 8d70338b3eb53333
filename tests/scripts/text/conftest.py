"""The tests find the calls that they share with the recorder, and the name `tensorflow`."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="module")
def tf():
    import onefit.scripts.tensorflow as stand_in
    from onefit.scripts import naming, preprocessing
    from onefit.scripts.tensorflow import installation

    naming.provide()
    preprocessing.provide()
    installation.install()
    yield stand_in
    installation.uninstall()
    preprocessing.withdraw()
    naming.withdraw()
