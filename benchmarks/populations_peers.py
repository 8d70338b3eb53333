"""Ways to train a population, each in a process of its own.

    python benchmarks/populations_peers.py PEER CASE

prints one line of JSON: seconds and CPU seconds of the first and of the second time, how many
members were trained (the rest is multiplied), and the loss that they reached: the median over
members of the lowest loss in their History, on the validation rows where there are some.
"""

from __future__ import annotations

import json
import os
import sys
import time
from itertools import pairwise

os.environ["KERAS_BACKEND"] = "jax"

import numpy as np
from populations_cases import CASES, alone, arguments, keras_model


def timed(work, times=2):
    """Seconds and CPU seconds of each time, and the last result."""
    found = {}
    for name in ("cold", "again")[:times]:
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        found[name] = time.perf_counter() - wall
        found[f"{name}_cpu"] = time.process_time() - cpu
    return found, result


def median_loss(histories):
    """The median over members of the lowest loss."""
    return float(np.median([np.nanmin(history) for history in histories]))


def fit_many(case):
    """`onefit.fit_many`."""
    import onefit

    x, y = case.data()
    net, members = keras_model(case), dict(case.members)
    if "folds" in members:
        members["folds"] = members["folds"]()

    def work():
        return onefit.fit_many(net, x, y, **members, **arguments(case))

    spent, nets = timed(work)
    judged = "val_loss" if "val_loss" in nets.history else "loss"
    return spent | {
        "members": len(nets),
        "trained": len(nets),
        "loss": median_loss(nets.history[judged]),
        "layout": sorted({str(job.plan.layout) for job in nets.jobs}),
        "program": nets.seconds,
    }


def in_turn(case):
    """The same members through the program of one, one after the other on one core's lane."""
    from onefit.population.layouts import plan
    from onefit.population.layouts.layout import ALONE, Layout

    plan.layout_of = lambda group, exact: Layout(ALONE, 1, 1, "one after the other")
    return fit_many(case)


def loop(case, fit):
    """What users write: a new model for each member, then `fit`."""
    import keras

    x, y = case.data()
    every = len(alone(case, 0))
    sample, losses = alone(case, case.sample), []

    def work():
        for seed, train, valid, rate in sample:
            keras.utils.set_random_seed(seed)
            net = keras_model(case, rate)
            rows = slice(None) if train is None else train
            held = {} if valid is None else {"validation_data": (x[valid], y[valid])}
            history = fit(net, x[rows], y[rows], **arguments(case), **held).history
            losses.append(history["val_loss" if held else "loss"])
            keras.backend.clear_session()

    spent, _ = timed(work, times=1)
    spent = {name: value * every / len(sample) for name, value in spent.items()}
    return spent | {"members": every, "trained": len(sample), "loss": median_loss(losses)}


def loop_onefit(case):
    """A loop of `onefit.fit`."""
    import onefit

    return loop(case, onefit.fit)


def loop_keras(case):
    """A loop of stock Keras on JAX."""
    import keras

    return loop(case, keras.Model.fit)


def torch_vmap(case):
    """PyTorch: `stack_module_state`, and `vmap` over the gradient of a member's loss."""
    import torch
    from torch.func import functional_call, grad_and_value, stack_module_state, vmap

    members = alone(case, 0)
    x, y = (torch.as_tensor(part) for part in case.data())
    hidden = [case.inputs[0] if not case.filters else 13 * 13 * case.filters, *case.widths]
    rates = torch.tensor([member[3] for member in members])
    smallest = [min((len(m[k]) for m in members if m[k] is not None), default=0) for k in (1, 2)]
    own = None
    if smallest[0]:  # folds of unequal size are cut to the smallest
        own, held = (
            torch.as_tensor(np.stack([m[k][:size] for m in members]))
            for k, size in zip((1, 2), smallest)
        )

    def network():
        layers = []
        if case.filters:
            convolution = torch.nn.Conv2d(1, case.filters, 3)
            layers = [convolution, torch.nn.ReLU(), torch.nn.MaxPool2d(2), torch.nn.Flatten()]
        for a, b in pairwise(hidden):
            layers += [torch.nn.Linear(a, b), torch.nn.ReLU()]
        for layer in layers:
            if hasattr(layer, "weight"):  # as Keras starts
                torch.nn.init.xavier_uniform_(layer.weight)
                torch.nn.init.zeros_(layer.bias)
        return torch.nn.Sequential(*layers[:-1])

    if case.filters:
        x = x.permute(0, 3, 1, 2).contiguous()

    def loss(weights, rows, targets):
        out = functional_call(base, weights, (rows,))
        if case.classes == 1:
            return torch.nn.functional.binary_cross_entropy_with_logits(out[:, 0], targets)
        return torch.nn.functional.cross_entropy(out, targets)

    base = network()
    gradient, value = vmap(grad_and_value(loss)), vmap(loss)

    def work():
        torch.manual_seed(0)
        weights, _ = stack_module_state([network() for _ in members])
        weights = {name: w.detach() for name, w in weights.items()}
        first, second, best_weights = ({n: w.clone() for n, w in weights.items()} for _ in range(3))
        for moments in (first, second):
            for w in moments.values():
                w.zero_()
        count, step = len(members), 0
        best, waited = torch.full((count,), torch.inf), torch.zeros(count)
        rows = smallest[0] or len(x)
        for _ in range(case.epochs):
            order = torch.argsort(torch.rand(count, rows), 1)
            order = order if own is None else own.gather(1, order)
            seen = torch.zeros(count)
            for start in range(0, rows, case.batch):
                chosen = order[:, start : start + case.batch]
                slopes, losses = gradient(weights, x[chosen], y[chosen])
                seen += losses * chosen.shape[1] / rows
                step += 1
                for name, g in slopes.items():
                    first[name].lerp_(g, 0.1)
                    second[name].lerp_(g * g, 0.001)
                    rate = rates.view(-1, *[1] * (g.ndim - 1)) * (
                        (1 - 0.999**step) ** 0.5 / (1 - 0.9**step)
                    )
                    change = rate * first[name] / (second[name].sqrt() + 1e-7)
                    if case.patience:
                        going = (waited < case.patience).view(-1, *[1] * (g.ndim - 1))
                        change = change * going
                    weights[name] -= change
            judged = value(weights, x[held], y[held]) if case.patience else seen
            better = (judged < best) & (waited < max(1, case.patience))
            best = torch.where(better, judged, best)
            if case.patience:
                waited = torch.where(better, 0, waited + 1)
                for name, w in weights.items():
                    mask = better.view(-1, *[1] * (w.ndim - 1))
                    best_weights[name] = torch.where(mask, w, best_weights[name])
                if bool((waited >= case.patience).all()):
                    break
        return best

    spent, best = timed(work)
    count = len(members)
    return spent | {"members": count, "trained": count, "loss": float(best.nanmedian())}


def sklearn_folds(case):
    """scikit-learn: `cross_val_score` of an `MLPClassifier`, two processes, some of the seeds.

    It has no early stopping by rows of one's own, so that it stops when its loss does.
    """
    if "folds" not in case.members:
        return {"missing": "it has folds alone"}
    import warnings

    from sklearn.model_selection import cross_val_score
    from sklearn.neural_network import MLPClassifier

    os.environ["PYTHONWARNINGS"] = "ignore"
    x, y = case.data()
    seeds = 2

    def work():
        scores = []
        for seed in range(seeds):
            net = MLPClassifier(
                case.widths[:-1], batch_size=case.batch, learning_rate_init=case.rate, alpha=0,
                max_iter=case.epochs, n_iter_no_change=case.patience, random_state=seed,
            )  # fmt: skip
            folds = case.members["folds"]()
            scores.append(cross_val_score(net, x, y, cv=folds, n_jobs=2, scoring="neg_log_loss"))
        return scores

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        spent, scores = timed(work, times=1)
    every = len(alone(case, 0))
    trained = seeds * case.members["folds"]().get_n_splits()
    spent = {"cold": spent["cold"] * every / trained}  # the processes' CPU time is not seen here
    return spent | {"members": every, "trained": trained, "loss": float(-np.median(scores))}


def pytabkit_folds(case):
    """pytabkit: `RealMLP_TD_Classifier` with `n_cv=10`, its cross-validation on one axis.

    It is another, larger network with tricks of its own; the time stands for the technique.
    """
    if "folds" not in case.members:
        return {"missing": "it has folds alone"}
    from pytabkit import RealMLP_TD_Classifier

    x, y = case.data()
    folds, restarts = case.members["folds"]().get_n_splits(), case.members["restarts"]
    seeds = 2

    def work():
        for seed in range(seeds):
            net = RealMLP_TD_Classifier(
                device="cpu", random_state=seed, n_cv=folds, n_refit=0, n_epochs=case.epochs,
                hidden_sizes=list(case.widths[:-1]), batch_size=case.batch, verbosity=0,
            )  # fmt: skip
            net.fit(x, y.astype(int))

    spent, _ = timed(work, times=1)
    spent = {name: value * restarts / seeds for name, value in spent.items()}
    return spent | {"members": folds * restarts, "trained": folds * seeds, "loss": None}


PEERS = {
    "fit_many": fit_many,
    "in turn": in_turn,
    "onefit.fit": loop_onefit,
    "Keras": loop_keras,
    "PyTorch vmap": torch_vmap,
    "scikit-learn": sklearn_folds,
    "pytabkit": pytabkit_folds,
}

if __name__ == "__main__":
    try:
        told = PEERS[sys.argv[1]](CASES[sys.argv[2]])
    except ImportError as error:
        told = {"missing": str(error)}
    print(json.dumps(told))
