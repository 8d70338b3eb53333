"""`tf.data.Options`: how fast elements come, never what they are, so they are taken and kept."""

from __future__ import annotations

from typing import Any, ClassVar

from onefit.scripts.tensorflow.annotations import TensorLike


class _Settings:
    """Settings with the names that TensorFlow's have; each is `None` until it is set."""

    NAMES: ClassVar[str] = ""
    KINDS: ClassVar[dict[type, str]] = {}
    """Which settings are of a type."""
    PARTS: ClassVar[dict[str, type[_Settings]]] = {}

    def __init__(self) -> None:
        """Nothing is set yet."""
        for name, part in self.PARTS.items():
            object.__setattr__(self, name, part())

    def __getattr__(self, name: str) -> Any:
        if name in self.NAMES.split():
            return None
        raise AttributeError(f"{type(self).__name__} has no setting {name!r}.")

    def __setattr__(self, name: str, value: TensorLike) -> None:
        if self.__dict__.get("_fixed"):
            raise ValueError(
                "Mutating `tf.data.Options()` returned by `tf.data.Dataset.options()` has no "
                "effect. Use `tf.data.Dataset.with_options(options)` to set or update dataset "
                "options."
            )
        if name not in self.NAMES.split() and name not in self.PARTS:
            raise AttributeError(
                f"Cannot set the property {name} on {type(self).__name__}: there is none."
            )
        kinds = [kind for kind, names in self.KINDS.items() if name in names.split()]
        for kind in (*kinds, *([self.PARTS[name]] if name in self.PARTS else [])):
            if not isinstance(value, kind):
                raise TypeError(
                    f'Property "{name}" must be of type {kind}, got: {value} (type: {type(value)})'
                )
        object.__setattr__(self, name, value)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.chosen() == self.chosen()

    def chosen(self) -> dict[str, Any]:
        """The settings that are set."""
        return {name: value for name, value in vars(self).items() if name != "_fixed"}

    __hash__ = None  # type: ignore[assignment]


class AutotuneOptions(_Settings):
    """What TensorFlow tunes by itself."""

    NAMES = "autotune_algorithm cpu_budget enabled initial_parallelism min_parallelism ram_budget"
    KINDS: ClassVar = {
        bool: "enabled",
        int: "cpu_budget initial_parallelism min_parallelism ram_budget",
    }


class DistributeOptions(_Settings):
    """How a dataset is cut among several workers."""

    NAMES = "auto_shard_policy num_devices"
    KINDS: ClassVar = {int: "num_devices"}


class OptimizationOptions(_Settings):
    """How TensorFlow rewrites a pipeline."""

    NAMES = (
        "apply_default_optimizations filter_fusion filter_parallelization inject_prefetch "
        "map_and_batch_fusion map_and_filter_fusion map_fusion map_parallelization "
        "noop_elimination parallel_batch seq_interleave_prefetch shuffle_and_repeat_fusion"
    )
    KINDS: ClassVar = {bool: NAMES}


class ServiceOptions(_Settings):
    """How TensorFlow's service is used."""

    NAMES = "pinned"


class ThreadingOptions(_Settings):
    """How many threads TensorFlow uses."""

    NAMES = "max_intra_op_parallelism private_threadpool_size"
    KINDS: ClassVar = {int: NAMES}


class Options(_Settings):
    """The options of a dataset.

    >>> options = Options()
    >>> options.threading.private_threadpool_size = 4
    >>> options.deterministic is None
    True
    """

    NAMES = (
        "dataset_name deterministic experimental_external_state_policy experimental_slack "
        "experimental_symbolic_checkpoint experimental_warm_start framework_type"
    )
    KINDS: ClassVar = {
        bool: "deterministic experimental_slack experimental_symbolic_checkpoint",
        str: "dataset_name",
    }
    PARTS: ClassVar[dict[str, type[_Settings]]] = {
        "autotune": AutotuneOptions,
        "experimental_distribute": DistributeOptions,
        "experimental_optimization": OptimizationOptions,
        "experimental_service": ServiceOptions,
        "threading": ThreadingOptions,
    }

    @property
    def experimental_threading(self) -> Any:
        """The old name of `threading`."""
        return self.threading

    @property
    def experimental_deterministic(self) -> Any:
        """The old name of `deterministic`."""
        return self.deterministic

    def __setattr__(self, name: str, value: Any) -> None:
        """Set one, under an old name too."""
        super().__setattr__(_OLD_NAMES.get(name, name), value)

    def merge(self, options: Options) -> Options:
        """These options, with the others' where they are set."""
        merged = Options()
        for source in (self, options):
            for name, value in source.chosen().items():
                if name in self.PARTS:
                    vars(getattr(merged, name)).update(value.chosen())
                else:
                    setattr(merged, name, value)
        return merged

    def fixed(self) -> Options:
        """These options, which cannot be set any more."""
        for one in (self, *(getattr(self, name) for name in self.PARTS)):
            vars(one)["_fixed"] = True
        return self


_OLD_NAMES = {
    "experimental_threading": "threading",
    "experimental_deterministic": "deterministic",
}
