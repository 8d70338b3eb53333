"""The settings of a session, which scripts make for the memory of a GPU."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, Self

from onefit.scripts.tensorflow.missing import refuse


class GPUOptions(SimpleNamespace):
    """Settings for a GPU, `allow_growth` for example: taken, and of no effect."""


class ConfigProto(SimpleNamespace):
    """Settings of a session: taken, and of no effect.

    >>> config = ConfigProto(allow_soft_placement=True)
    >>> config.gpu_options.allow_growth = True
    """

    def __init__(self, **settings: Any) -> None:
        """Keep them."""
        super().__init__(**{"gpu_options": GPUOptions(), "graph_options": SimpleNamespace(),
                            **settings})  # fmt: skip


class Session:
    """What holds settings, and cannot run: there is no graph.

    Args:
        target: Taken, and of no effect.
        graph: Taken, and of no effect.
        config: Taken, and of no effect.
    """

    def __init__(self, target: str = "", graph: Any = None, config: Any = None) -> None:
        """Take TensorFlow's arguments."""
        self.config = config

    def run(self, fetches: Any, feed_dict: Any = None, *_: Any, **__: Any) -> Any:
        """Not without a graph; a list of settings that are of no effect is none.

        Raises:
            NeedsTensorFlowName: Always, but for `global_variables_initializer()` and the like.
        """
        if fetches is None:
            return None
        refuse("a graph of TensorFlow 1, which Session.run", "Session")

    def close(self) -> None:
        """Nothing is open."""

    def __enter__(self) -> Self:
        """A block of no effect."""
        return self

    def __exit__(self, *error: Any) -> None:
        """A block of no effect."""


class InteractiveSession(Session):
    """The same as `Session`."""
