"""OF206: layers that merge tensors with masks."""

from __future__ import annotations

from onefit.scripts.eras.call import Call
from onefit.scripts.eras.rule import Meaning, Rule, Translated

_MERGE = "keras.src.layers.merging.base_merge.Merge"
_NAMES = ["Add", "Average", "Concatenate", "Maximum", "Minimum", "Multiply", "Subtract"]
_CALLS = tuple(f"keras.layers.{name}" for one in _NAMES for name in (one, one.lower()))


def masked(call: Call) -> None:
    """Steps count where all masks let them; which tensors have one, a source does not tell."""
    # For sources alone: what happens mentions nothing, and has the masks of the time already.
    if call.mentions("mask_zero=") or call.mentions("Masking()"):
        raise ValueError("of several masks all had to let a step count; in Keras 3 one is enough")


RULES: tuple[Rule, ...] = (
    Translated(_CALLS, masked, "OF206"),
    Meaning(f"{_MERGE}.compute_mask", "merge_masks:of_all", "", "OF206"),
    Meaning("keras.layers.Concatenate.compute_mask", "merge_masks:of_columns", "", "OF206"),
    Meaning(f"{_MERGE}._apply_merge_op_and_or_mask", "merge_masks:without_masks", "", "OF206"),
    Meaning("keras.layers.Multiply._merge_function", "merge_masks:product", "", "OF206"),
)
