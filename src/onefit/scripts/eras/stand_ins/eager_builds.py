"""What a script's layer computes of its weights in `build` is computed there, as in `tf.keras` 2.

Keras 3 builds the layers of a model that does not know its input's shape while it traces the model:
`self.kernel = K.clip(self.kernel, 0, 1)` would be part of that trace, and of no use after it.

Source: `Layer._maybe_build` in `keras/src/engine/base_layer.py` of 2.15, with `tf.init_scope`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import keras
from keras.src.backend.common import global_state
from keras.src.backend.common.stateless_scope import in_stateless_scope

from onefit.scripts.eras.stand_ins.construction import is_own

Method = Callable[..., Any]
_SCOPES = ("stateless_scope", "symbolic_scope")


def out_of_the_trace(original: Method) -> Method:
    """A `build` of the script's is run with arrays."""

    def _maybe_build(self: Any, call_spec: Any) -> None:
        if self.built or not in_stateless_scope() or not _builds_of_script(self):
            original(self, call_spec)
            return
        scopes = {name: global_state.get_global_attribute(name) for name in _SCOPES}
        for name in _SCOPES:
            global_state.set_global_attribute(name, None)
        try:
            with jax.ensure_compile_time_eval():
                original(self, call_spec)
        finally:
            for name, scope in scopes.items():
                global_state.set_global_attribute(name, scope)

    return _maybe_build


def _builds_of_script(layer: Any) -> bool:
    """Whether a layer's `build` is one of the script's, or that of a layer in it, as of a cell."""
    if isinstance(layer, keras.Model):
        return is_own(type(layer).build)
    return any(is_own(type(one).build) for one in layer._flatten_layers())
