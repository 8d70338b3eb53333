"""The errors that onefit raises. Keras's own errors pass through as Keras raises them.

    OnefitError
    ├── BackendError       Keras runs on a backend other than JAX
    ├── CheckpointError    another training uses the folder of a checkpoint
    ├── ForkError          a forked child has not JAX's threads, which the call needs
    ├── DiagnosisError     a training that cannot be examined: no data, or data that is gone
    ├── FallbackError      strict mode: something would run step by step
    ├── PopulationError    members that cannot be: none at all, an unknown name, too many folds
    │   └── CopyError          a model of which no copies can be made
    └── NeedsTensorFlow    a script asks for a part of TensorFlow that only TensorFlow has
        ├── NeedsTensorFlowName      by a name: `tf.io`
        └── NeedsTensorFlowModule    by an import: `import tensorflow.data`

Each message says what was expected, what was received and what to do.
"""

from __future__ import annotations


class OnefitError(Exception):
    """The root of every error of onefit's own.

    >>> raise OnefitError("expected a, received b, do c")
    Traceback (most recent call last):
    ...
    onefit.errors.OnefitError: expected a, received b, do c
    """


class BackendError(OnefitError, RuntimeError):
    """Keras was imported with a backend other than JAX before onefit could choose it."""


class CheckpointError(OnefitError, RuntimeError):
    """Another process, or another thread, trains with the folder of a checkpoint."""


class ForkError(OnefitError, RuntimeError):
    """The child of a fork cannot train, nor compile: JAX's threads stayed with its parent."""


class DiagnosisError(OnefitError, ValueError):
    """A training that cannot be examined: its data is not there, or the model is not compiled."""


class FallbackError(OnefitError, RuntimeError):
    """In strict mode a fit, evaluate or predict would have run step by step."""


class PopulationError(OnefitError, ValueError):
    """Members that cannot be: none at all, a name that the model has not, folds that do not fit."""


class CopyError(PopulationError):
    """A model cannot be made again from its config."""


class NeedsTensorFlow(OnefitError):
    """A script uses a part of TensorFlow that onefit's stand-in does not have.

    It is raised as one of two kinds, because Python allows no class to be both an AttributeError
    and an ImportError: `hasattr` and `try: import` have to understand it.
    """


class NeedsTensorFlowName(NeedsTensorFlow, AttributeError):
    """A name, as in `tf.io`."""


class NeedsTensorFlowModule(NeedsTensorFlow, ImportError):
    """A module, as in `import tensorflow.data`."""
