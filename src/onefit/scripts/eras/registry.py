"""All rules, in the order in which they are applied to a call.

New names come first, then what is dropped, then the defaults of the time.
"""

from __future__ import annotations

from onefit.scripts.eras.rule import Rule
from onefit.scripts.eras.rules import (
    activations,
    attributes,
    backend_names,
    callbacks,
    compiling,
    data,
    defaults,
    earlier_places,
    formulas,
    imported_names,
    initializations,
    keras1_arguments,
    keras2_arguments,
    merges,
    names,
    optimizers,
    preprocessing,
    recurrent_layers,
    removed_layers,
    saving,
    training,
    wrappers,
)

RULES: tuple[Rule, ...] = (
    *names.RULES,
    *imported_names.RULES,
    *removed_layers.RULES,
    *backend_names.RULES,
    *preprocessing.RULES,
    *wrappers.RULES,
    *earlier_places.RULES,
    *recurrent_layers.RULES,
    *attributes.RULES,
    *initializations.RULES,
    *activations.RULES,
    *keras1_arguments.RULES,
    *keras2_arguments.RULES,
    *optimizers.RULES,
    *defaults.RULES,
    *formulas.RULES,
    *merges.RULES,
    *compiling.RULES,
    *data.RULES,
    *training.RULES,
    *callbacks.RULES,
    *saving.RULES,
)
