"""`tf.data` without TensorFlow: pipelines over NumPy's arrays, TensorFlow's elements and order.

A file here is a concept of its: where elements come from (`sources.py`), in which order
(`order.py`), side by side (`batching.py`, `combining.py`), through a user's function
(`mapping.py`, `interleaving.py`). Each has the stages, and the methods of `Dataset` that add them.
docs/design/0052 says why.

>>> from onefit.scripts.tensorflow.data.seeds import set_global
>>> set_global(None)
>>> numbers = Dataset.range(6).shuffle(4, seed=1).batch(4)
>>> [batch.tolist() for batch in numbers.as_numpy_iterator()]
[[0, 4, 5, 2], [3, 1]]
"""

from __future__ import annotations

from onefit.scripts.tensorflow.data import experimental as experimental
from onefit.scripts.tensorflow.data.dataset import Dataset as Dataset
from onefit.scripts.tensorflow.data.dataset import Iterator as Iterator
from onefit.scripts.tensorflow.data.dataset import NumpyIterator as NumpyIterator
from onefit.scripts.tensorflow.data.files import (
    FixedLengthRecordDataset as FixedLengthRecordDataset,
)
from onefit.scripts.tensorflow.data.files import TextLineDataset as TextLineDataset
from onefit.scripts.tensorflow.data.files import TFRecordDataset as TFRecordDataset
from onefit.scripts.tensorflow.data.leaves import DatasetSpec as DatasetSpec
from onefit.scripts.tensorflow.data.options import Options as Options
from onefit.scripts.tensorflow.data.options import ThreadingOptions as ThreadingOptions
from onefit.scripts.tensorflow.data.stage import AUTOTUNE as AUTOTUNE
from onefit.scripts.tensorflow.data.stage import INFINITE, UNKNOWN
from onefit.scripts.tensorflow.missing import names_of

INFINITE_CARDINALITY, UNKNOWN_CARDINALITY = INFINITE, UNKNOWN

ALSO = "AUTOTUNE INFINITE_CARDINALITY UNKNOWN_CARDINALITY experimental"
__getattr__ = names_of("tensorflow.data")
