"""Every private name of JAX on which onefit relies; other files take them from here.

Where a version lacks one of them, this import fails, and stock Keras runs instead (`faults.py`).
`tests/training/host/test_jax_private.py` says what is relied on. (`fork.py` looks one more up
without an import, because it runs in the child of a fork.)
"""

from __future__ import annotations

# the store of compiled programs: `disk_cache.py` puts its own in its place
from jax._src import compilation_cache as compilation_cache

# the class of arrays: making one to ask for its class would start XLA
from jax._src.array import ArrayImpl as ArrayImpl

# the settings of JAX that a trace depends on, in this thread: a part of the keys of `jax.jit`
from jax._src.config import trace_context as trace_context

# whether a function is being traced in this thread
from jax._src.core import trace_state_clean as trace_state_clean

# makes a client of XLA that runs programs in the thread that asks
from jax._src.lib import xla_client as xla_client
