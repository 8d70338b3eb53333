"""A finding that an experiment has shown, with the changed model where the remedy is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from onefit.doctor.changes.change import Change
from onefit.doctor.setup import Setup
from onefit.errors import DiagnosisError
from onefit.findings import Finding
from onefit.population.models.copies import random_state_kept


@dataclass(frozen=True)
class Remedy(Finding):
    """A finding whose cure was tried and has helped. It is made by a diagnosis, not by hand.

    Args:
        change: The cure.
        setup: The training that it is a cure of.
    """

    change: Change | None = field(default=None, compare=False, repr=False)
    setup: Setup | None = field(default=None, compare=False, repr=False)

    def apply(self) -> Any:
        """The changed model, compiled, with fresh weights; the user's own stays as it is.

        Raises:
            DiagnosisError: If the cure changes data or arguments of `fit`, and no model.

        >>> import keras, numpy as np, onefit
        >>> x = np.linspace(-1, 1, 64).reshape(64, 1).astype("float32")
        >>> model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, "sigmoid")])
        >>> model.compile(keras.optimizers.Adam(0.1), "mse")
        >>> found = onefit.diagnose(model, x, 5 * x, epochs=30, time=2)
        >>> cured = found.findings[0].apply()
        >>> cured.layers[-1].activation.__name__, model.layers[-1].activation.__name__
        ('linear', 'sigmoid')
        """
        if self.change is None or self.setup is None:
            raise DiagnosisError("Expected a remedy that was tried. Received: a finding without.")
        if self.change.model is not None:
            with random_state_kept():
                made = self.change.model(self.setup)
            if made is not None:
                return made
        changed = self.change.apply(self.setup)
        same = changed.edits == self.setup.edits and changed.rate == self.setup.rate
        if same and changed.compiled is self.setup.compiled:
            raise DiagnosisError(
                "Expected a remedy that changes the model. Received: one that changes its data or "
                f"an argument of fit. Write: {self.fix}"
            )
        with random_state_kept():
            return changed.make(with_metrics=True)
