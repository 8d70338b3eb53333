"""What populations mean to reach, and what was measured: one row a claim."""

from __future__ import annotations

from bars import Bar, at_least, at_most

FIRST = "tracing and XLA's compile, once in a process: {:.2g} of its {:.2g} s"
KEPT = 1.05  # what counts as not slower: the spread of two medians


def bars(known):
    """All bars whose case has results, each with what stands in the way if it is missed.

    Args:
        known: The results of `populations.py` by case.
    """
    for name, of_case in _BARS.items():
        if name in known:
            told = known[name]
            yield from of_case(told.get("peers", told))


def _xor(peers):
    many, loop = peers["fit_many"], peers["Keras"]["cold"]
    what = "1,000 starts of the tutorial's network, 1,000 epochs each"
    yield at_most(f"{what}, again", 0.3, many["again"], "s"), ""
    yield at_least(f"{what}, again", 1000, loop / many["again"], LOOP), ""
    yield at_least(f"{what}, first call", 1000, loop / many["cold"], LOOP), first(many)


def _folds(peers):
    many = peers["fit_many"]
    what = "10 folds x 10 seeds"
    for call, name in (("again", "again"), ("first call", "cold")):
        stock, own = (peers[p]["cold"] / many[name] for p in ("Keras", "onefit.fit"))
        yield at_least(f"{what}, {call}", 30, stock, LOOP), first(many)
        yield at_least(f"{what}, {call}", 1.7, own, "as fast as a loop of `onefit.fit`"), ""


def _wide(peers):
    yield _not_slower("8 members of a 784-512-512-10 net", peers), ""


def _convolutional(peers):
    yield _not_slower("8 members of a convolutional net", peers), ""


def _not_slower(what, peers):
    ratio = peers["in turn"]["again"] / peers["fit_many"]["again"]
    met = ratio * KEPT >= 1
    return Bar(what, "not slower than one after the other", f"{ratio:.3g} times as fast", met)


def _rates(peers):
    ratio = peers["in turn"]["again"] / peers["fit_many"]["again"]
    yield at_least("256 learning rates", 2, ratio, "as fast as one after the other"), ""


def _tutorial(told):
    starts = told["restarts_reached"]
    what = f"{told['seeds']} seeds of the tutorial with 16 restarts reach 4 of 4 rows"
    yield Bar(what, "all", f"{starts}", starts == told["seeds"]), ""
    what = "the tutorial with 16 restarts, beside one start"
    for name, key in (("whole script", "wall"), ("in one process, CPU seconds", "seeds_cpu")):
        ratio = told[f"restarts_{key}"] / told[f"once_{key}"]
        yield at_most(f"{what}, {name}", 1.3, ratio, "times"), ONE_PROCESS


def _memory(told):
    sizes = told["MiB"]
    what = "resident memory after 3,000 members, beside after 1,000"
    yield at_most(what, 1.02, sizes[-1] / sizes[0], "times"), ""


def first(many):
    """What a first call spends its time on."""
    return FIRST.format(many["cold"] - many["again"], many["cold"])


LOOP = "as fast as a loop of stock Keras"
ONE_PROCESS = "a model's first fit is tracing and little else; a population's is traced once more"
_BARS = {
    "xor": _xor,
    "tutorial": _tutorial,
    "folds": _folds,
    "wide": _wide,
    "convolutional": _convolutional,
    "rates": _rates,
    "memory": _memory,
}
