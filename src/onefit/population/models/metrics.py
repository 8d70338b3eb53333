"""What the metrics of members may do between two epochs: only what a program can hold.

Keras resets metrics and asks for their results in Python, once an epoch. `fit` runs a model whose
metrics count, print or keep something epoch by epoch, so that they can. The members of a population
share one program, which traces both once: such a metric would be wrong for every member.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from onefit.errors import PopulationError
from onefit.training.core.phase import Phase
from onefit.training.programs.metrics import between_of, traced_between

if TYPE_CHECKING:
    from keras import Model


def check_methods(model: Model) -> None:
    """Refuse metrics whose code reads or writes more than variables and numbers; nothing is run.

    Args:
        model: The model, built and compiled.

    Raises:
        PopulationError: With the methods that do.
    """
    reaching = between_of(model).reaching
    if reaching:
        raise _refusal(f"{', '.join(reaching)}, which runs Python in each epoch")


def check_traces(model: Model, *phases: Phase | None) -> None:
    """Refuse metrics that cannot be traced, or that read variables which belong to no metric.

    Args:
        model: The model, built and compiled.
        phases: Its traced steps; `None` for a validation that there is not.

    Raises:
        PopulationError: With what the trace ended with.
    """
    try:
        for phase in filter(None, phases):
            traced_between(model, phase)
    except Exception as error:  # whatever the user's own metric does not want to do in a trace
        said = (str(error).splitlines() or [""])[0].rstrip(".")
        received = f"one for which this is not so: {type(error).__name__}: {said}"
        raise _refusal(received) from error


def _refusal(received: str) -> PopulationError:
    return PopulationError(
        "Expected metrics whose `reset_state` and `result` compute from their variables alone. "
        f"Received: {received}. Train the members one by one with `fit`, or leave the metric out."
    )
