"""Advice that was told as verified, tried once more from seeds that the doctor has not seen."""

from __future__ import annotations

from typing import Any

import numpy as np

SEEDS = range(5000, 5020)
MARGIN = 0.1
"""A gain of skill below which advice has not helped: as the doctor's own margin."""


def again(diagnosis: Any) -> dict[str, Any] | None:
    """Whether all that was advised together helps, beyond chance and by more than the margin.

    Args:
        diagnosis: What `onefit.diagnose` has returned.

    Returns:
        The median skills before and after, in how many of 20 pairs it was better, and whether it
        helps; `None` where nothing was advised by experiment.
    """
    from scipy import stats

    seen = diagnosis.examination
    if seen is None or not seen.chosen:
        return None
    before, after = (skills(one, seen.on_training_rows) for one in (seen.setup, seen.best.setup))
    gaps = after - before
    reach = stats.t.ppf(0.975, len(gaps) - 1) * gaps.std(ddof=1) / np.sqrt(len(gaps))
    return {
        "changes": list(seen.best.setup.changes),
        "before": float(np.median(before)), "after": float(np.median(after)),
        "better": int((gaps > 0).sum()), "of": len(gaps),
        "helps": bool(gaps.mean() > MARGIN and gaps.mean() - reach > 0),
    }  # fmt: skip


def skills(setup: Any, on_training_rows: bool) -> Any:
    """The skill of a setup from each seed, its networks trained one by one with plain `fit`."""
    import keras

    from onefit.doctor.experiment import one_skill
    from onefit.doctor.task import truth

    judged = setup.rows if on_training_rows else setup.judged
    true = truth(setup.task, setup.scaled(judged.y))
    held = setup.held
    found = []
    for seed in SEEDS:
        keras.utils.set_random_seed(seed)
        model = setup.make()
        model.fit(
            setup.rows.x, setup.rows.y, sample_weight=setup.rows.weights, epochs=setup.epochs,
            class_weight=setup.class_weight, batch_size=setup.batch, shuffle=setup.shuffle,
            callbacks=list(setup.callbacks),
            validation_data=(held.x, held.y) if held is not None and setup.callbacks else None,
            verbose=0,
        )  # fmt: skip
        predicted = keras.tree.flatten(model.predict(judged.x, verbose=0))[0]
        found.append(one_skill(setup, true, np.asarray(predicted, np.float64)))
    return np.asarray(found)
