"""Stock Keras in the place of a program, with the reasons told."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from onefit.findings import Finding
from onefit.runs import journal
from onefit.training.host import fork, switches
from onefit.training.host.variables import kept_on_error
from onefit.training.plan.plan import STEPS, Plan, describe

if TYPE_CHECKING:
    from keras import Model


def step_by_step(
    verb: str,
    method: Callable[..., Any],
    model: Model,
    given: dict[str, Any],
    found: Iterable[Finding],
) -> Any:
    """Let stock Keras do it.

    Args:
        verb: `"fit"`, `"evaluate"` or `"predict"`.
        method: Keras's own method of that name.
        model: The model.
        given: The method's arguments.
        found: Why it is not a program.

    Returns:
        What Keras returns.

    Raises:
        FallbackError: In strict mode.
        ForkError: In a process that was forked after JAX had started.
    """
    fork.check(verb)
    findings = tuple(found)
    switches.announce(lambda: Plan(verb, STEPS, describe(model), findings=findings))
    with kept_on_error(model):
        result = method(model, **given)
    journal.note(verb, in_program=False, compile_seconds=0.0, run_seconds=0.0, findings=findings)
    return result
