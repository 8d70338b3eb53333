"""The settings of a session, which scripts make for the memory of a GPU: taken, and of no effect.

Fields are those of TensorFlow 1.14's messages; another one is an error, as it was then.
"""

from __future__ import annotations

from typing import Any, ClassVar

_OF_THREADS = "intra_op_parallelism_threads inter_op_parallelism_threads use_per_session_threads"


class _Settings:
    """A message: it has its fields and no others, each with the value of nothing set."""

    fields = ""
    parts: ClassVar[dict[str, Any]] = {}

    def __init__(self, **settings: Any) -> None:
        # By `vars`, because `__setattr__` refuses a name that is not there yet.
        for name in self.fields.split():
            vars(self)[name] = 0
        for name, kind in self.parts.items():
            vars(self)[name] = kind()
        for name, value in settings.items():
            if name not in vars(self):
                told = f'Protocol message {type(self).__name__} has no "{name}" field.'
                raise ValueError(told)
            vars(self)[name] = value

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in vars(self):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        vars(self)[name] = value

    def __repr__(self) -> str:
        given = {name: value for name, value in vars(self).items() if value}
        return f"{type(self).__name__}({', '.join(f'{n}={v!r}' for n, v in given.items())})"

    def __bool__(self) -> bool:
        return any(vars(self).values())


class _Experimental(_Settings):
    """Settings that changed from one TensorFlow to the next: any name is one."""

    def __setattr__(self, name: str, value: Any) -> None:
        vars(self)[name] = value


class OptimizerOptions(_Settings):
    """How TensorFlow's graph is simplified."""

    fields = (
        "do_common_subexpression_elimination do_constant_folding max_folded_constant_in_bytes "
        "do_function_inlining opt_level global_jit_level"
    )
    # The numbers of two enumerations of the message, `Level` and `GlobalJitLevel`.
    L1, L0, DEFAULT, OFF, ON_1, ON_2 = 0, -1, 0, -1, 1, 2


class GraphOptions(_Settings):
    """How TensorFlow's graph is run."""

    fields = (
        "enable_recv_scheduling build_cost_model build_cost_model_after infer_shapes "
        "place_pruned_graph enable_bfloat16_sendrecv timeline_step"
    )
    parts: ClassVar[dict[str, Any]] = {
        **{"optimizer_options": OptimizerOptions, "rewrite_options": _Experimental},
    }


class GPUOptions(_Settings):
    """Settings for a GPU, `allow_growth` for example.

    >>> GPUOptions(allow_growth=True)
    GPUOptions(allow_growth=True)
    """

    fields = (
        "per_process_gpu_memory_fraction allow_growth allocator_type deferred_deletion_bytes "
        "visible_device_list polling_active_delay_usecs polling_inactive_delay_msecs "
        "force_gpu_compatible"
    )
    parts: ClassVar[dict[str, Any]] = {"experimental": _Experimental}


class ConfigProto(_Settings):
    """Settings of a session.

    >>> config = ConfigProto(allow_soft_placement=True)
    >>> config.gpu_options.allow_growth = True
    >>> config.gpu_options.alow_growth = True
    Traceback (most recent call last):
    ...
    AttributeError: 'GPUOptions' object has no attribute 'alow_growth'
    """

    fields = (
        f"{_OF_THREADS} placement_period allow_soft_placement log_device_placement "
        "operation_timeout_in_ms isolate_session_state"
    )
    parts: ClassVar[dict[str, Any]] = {
        **{"device_count": dict, "session_inter_op_thread_pool": list, "device_filters": list},
        **{"gpu_options": GPUOptions, "graph_options": GraphOptions},
        **dict.fromkeys(["rpc_options", "cluster_def", "experimental"], _Experimental),
    }
