"""An answer for each step of a sequence, where the labels have one for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from onefit.checks.steps import silent_steps
from onefit.doctor.changes.change import Argument, Change
from onefit.doctor.setup import Setup
from onefit.training.observation.case_layers import layers_of

if TYPE_CHECKING:
    from keras import Layer


def steps_change(setup: Setup) -> Change | None:
    """The last recurrent layer with `return_sequences=True`; `None` where y has not its steps."""
    silent = silent_steps(layers_of(setup.model)[0], setup.rows.y)
    if silent is None:
        return None
    place = silent.name

    def edit(layer: Layer, config: dict[str, Any]) -> None:
        if layer.name == place:
            config["return_sequences"] = True

    name = "return_sequences=True"
    why = f"y has a target for each of the {setup.rows.y.shape[1]} steps"
    return Change(
        "OF303", name, f"{name} in {place!r}", lambda given: given.with_edit(edit), why, place,
        arguments=(Argument(place, "return_sequences", "True"),),
    )  # fmt: skip
