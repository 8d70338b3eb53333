"""`tf.signal`: transforms, windows and frames, mel spectrograms."""

from __future__ import annotations

from onefit.scripts.tensorflow.missing import names_of
from onefit.scripts.tensorflow.signal import mel, transforms, windows
from onefit.scripts.tensorflow.visible import defined

globals().update(defined(mel, transforms, windows))
__getattr__ = names_of("tensorflow.signal")
