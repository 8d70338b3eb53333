"""`tf.distribute`: strategies of one device, which change nothing.

What scripts write around a strategy works: `scope`, `run`, `reduce`, distributed datasets.
Strategies of several machines or TPUs are errors that name them.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from enum import Enum
from typing import Any

from onefit.scripts.tensorflow.missing import names_of, namespace, refuse

_entered: list[tuple[Strategy, bool]] = []
"""The strategies of the blocks that are open, and whether each is in its `run`."""


class ReduceOp(Enum):
    """How the values of replicas become one."""

    SUM = "SUM"
    MEAN = "MEAN"


class InputContext:
    """What a function that makes a dataset is told: there is one pipeline."""

    num_input_pipelines = num_replicas_in_sync = 1
    input_pipeline_id = 0

    def get_per_replica_batch_size(self, global_batch_size: int) -> int:
        """The whole batch."""
        return global_batch_size


class ReplicaContext:
    """The only replica.

    Args:
        strategy: Its strategy.
    """

    num_replicas_in_sync = 1
    replica_id_in_sync_group = 0

    def __init__(self, strategy: Strategy) -> None:
        """Keep the strategy."""
        self.strategy = strategy

    def all_reduce(self, reduce_op: Any, value: Any, options: Any = None) -> Any:
        """The value: there is no other."""
        return value


class Strategy:
    """A strategy of one device.

    >>> strategy = MirroredStrategy()
    >>> with strategy.scope():
    ...     print(strategy.num_replicas_in_sync, strategy.run(lambda x: x + 1, args=(1,)))
    1 2
    """

    num_replicas_in_sync = 1

    @contextlib.contextmanager
    def scope(self) -> Iterator[Strategy]:
        """A block in which this is the strategy."""
        with self._entered(in_replica=False):
            yield self

    @contextlib.contextmanager
    def _entered(self, in_replica: bool) -> Iterator[None]:
        _entered.append((self, in_replica))
        try:
            yield
        finally:
            _entered.pop()

    def run(
        self, fn: Callable[..., Any], args: Any = (), kwargs: Any = None, options: Any = None
    ) -> Any:
        """Call a function, on the one replica."""
        with self._entered(in_replica=True):
            return fn(*args, **(kwargs or {}))

    experimental_run_v2 = run  # before TensorFlow 2.2

    def reduce(self, reduce_op: Any, value: Any, axis: int | None) -> Any:
        """The value of the one replica; with `axis`, summed or averaged along it.

        Args:
            reduce_op: `ReduceOp.SUM`, `ReduceOp.MEAN`, or its name.
            value: A tensor.
            axis: An axis, or `None`.
        """
        from onefit.scripts.tensorflow import math

        how = ReduceOp(reduce_op.upper() if isinstance(reduce_op, str) else reduce_op.value)
        if axis is None:
            return value
        total = math.reduce_sum(value, axis=axis)
        # The mean of all replicas is one quotient, and so no integer where the values are some.
        return total if how is ReduceOp.SUM else math.truediv(total, value.shape[axis])

    def gather(self, value: Any, axis: int) -> Any:
        """The values of all replicas along an axis: there is one."""
        return value

    def experimental_local_results(self, value: Any) -> tuple[Any, ...]:
        """The values of all replicas: one."""
        return (value,)

    def experimental_distribute_dataset(self, dataset: Any, options: Any = None) -> Any:
        """The dataset."""
        return dataset

    def distribute_datasets_from_function(
        self, dataset_fn: Callable[[InputContext], Any], options: Any = None
    ) -> Any:
        """The dataset that a function makes."""
        return dataset_fn(InputContext())

    experimental_distribute_datasets_from_function = distribute_datasets_from_function


class _Settings:
    """Taken, and of no effect.

    Args:
        *settings: Taken, and of no effect.
        **named: Taken, and of no effect.
    """

    def __init__(self, *settings: Any, **named: Any) -> None:
        """Take TensorFlow's arguments."""


class CrossDeviceOps(_Settings):
    """How replicas would exchange values: there is one."""


class HierarchicalCopyAllReduce(CrossDeviceOps):
    """A kind of `CrossDeviceOps`."""


class NcclAllReduce(CrossDeviceOps):
    """A kind of `CrossDeviceOps`."""


class ReductionToOneDevice(CrossDeviceOps):
    """A kind of `CrossDeviceOps`."""


class InputOptions(_Settings):
    """How batches would be read ahead: taken, and of no effect."""


class RunOptions(_Settings):
    """How `run` would run: taken, and of no effect."""


class MirroredStrategy(Strategy):
    """TensorFlow's strategy of several devices of one machine; here there is one.

    Args:
        devices: Taken, and of no effect. Defaults to `None`.
        cross_device_ops: Taken, and of no effect. Defaults to `None`.
    """

    def __init__(self, devices: Any = None, cross_device_ops: Any = None) -> None:
        """Take TensorFlow's arguments."""


class OneDeviceStrategy(Strategy):
    """The strategy of one device.

    Args:
        device: Its name; taken, and of no effect.
    """

    def __init__(self, device: str) -> None:
        """Take TensorFlow's argument."""


class MultiWorkerMirroredStrategy(Strategy):
    """TensorFlow's strategy of several machines; without a `TF_CONFIG` there is this one.

    Args:
        cluster_resolver: `None`: a cluster needs TensorFlow.
        communication_options: Taken, and of no effect. Defaults to `None`.
    """

    def __init__(self, cluster_resolver: Any = None, communication_options: Any = None) -> None:
        """Take TensorFlow's arguments."""
        if cluster_resolver is not None or os.environ.get("TF_CONFIG"):
            refuse("MultiWorkerMirroredStrategy of several machines", "MultiWorkerMirroredStrategy")


class CentralStorageStrategy(Strategy):
    """TensorFlow's strategy with variables on one device; here there is one.

    Args:
        compute_devices: Taken, and of no effect. Defaults to `None`.
        parameter_device: Taken, and of no effect. Defaults to `None`.
    """

    def __init__(self, compute_devices: Any = None, parameter_device: Any = None) -> None:
        """Take TensorFlow's arguments."""


class TPUClusterResolver:
    """Looks for a TPU of TensorFlow's: there is none.

    Args:
        tpu: Its name. Defaults to `None`.
        *settings: Taken, and of no effect.
        **named: Taken, and of no effect.

    Raises:
        ValueError: Always, as TensorFlow's does where there is no TPU: scripts go on without.
    """

    def __init__(self, tpu: Any = None, *settings: Any, **named: Any) -> None:
        """Find none."""
        raise ValueError(
            "Please provide a TPU Name to connect to. (JAX uses the TPUs that it finds by itself.)"
        )

    @classmethod
    def connect(cls, tpu: Any = None, zone: Any = None, project: Any = None) -> TPUClusterResolver:
        """Look for a TPU.

        Raises:
            ValueError: Always.
        """
        return cls(tpu)


class CommunicationImplementation(Enum):
    """How machines would exchange values."""

    AUTO = "AUTO"
    RING = "RING"
    NCCL = "NCCL"


class CommunicationOptions(_Settings):
    """How machines would exchange values: taken, and of no effect."""


_default = Strategy()


def get_strategy() -> Strategy:
    """The strategy of the block, else the one that changes nothing."""
    return _entered[-1][0] if _entered else _default


def has_strategy() -> bool:
    """Whether this is in the block of a strategy."""
    return get_strategy() is not _default


def get_replica_context() -> ReplicaContext | None:
    """The only replica; `None` in the block of a strategy, outside of `run`.

    Outside of all blocks a script is the replica of the strategy that changes nothing.
    """
    return None if in_cross_replica_context() else ReplicaContext(get_strategy())


def in_cross_replica_context() -> bool:
    """Whether this is in the block of a strategy, outside of `run`."""
    return bool(_entered) and not _entered[-1][1]


cluster_resolver = namespace(
    "tensorflow.distribute.cluster_resolver", TPUClusterResolver=TPUClusterResolver
)
experimental = namespace(
    "tensorflow.distribute.experimental",
    CentralStorageStrategy=CentralStorageStrategy,
    CollectiveCommunication=CommunicationImplementation,
    CommunicationImplementation=CommunicationImplementation,
    CommunicationOptions=CommunicationOptions,
    CollectiveHints=CommunicationOptions,
    MultiWorkerMirroredStrategy=MultiWorkerMirroredStrategy,
)
ALSO = "cluster_resolver experimental"
__getattr__ = names_of("tensorflow.distribute")
