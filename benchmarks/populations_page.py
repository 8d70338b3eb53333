"""The page on populations' benchmarks, from the numbers."""

from __future__ import annotations

from bars import MET
from populations_bars import bars

BEST = "fit_many"
NAMES = {
    "fit_many": "`onefit.fit_many`",
    "in turn": "its members one after the other",
    "onefit.fit": "a loop of `onefit.fit`",
    "Keras": "a loop of stock Keras",
    "PyTorch vmap": "PyTorch, `stack_module_state` and `vmap`",
    "scikit-learn": "scikit-learn, `cross_val_score`, `n_jobs=2`",
    "pytabkit": "pytabkit, `RealMLP_TD_Classifier(n_cv=10)`",
}
TEXT = """# Populations, measured

Written by `benchmarks/populations.py` on {cores} cores, with {versions}.

*First* is the first call in a process that finds no compiled program anywhere, and *again* a second
one of the same population; both are seconds of wall time, medians of {turns} turns of processes of
their own. A loop trains the members that the table says, and its time is multiplied to all of them.
*Loss* is the median over the members trained of the lowest loss in their History, on the validation
rows where there are some: a fast run that learned nothing is no result. The last column divides by
the time of `fit_many`, again by again; a loop has no second time, since each of its models is new.

{goals}
{cases}
- A loop of fits makes a new model for each member, as users do, and has to trace or compile it each
  time. *One after the other* is the program of one member with all that compiled: what is left to
  win by putting members together.
- PyTorch starts from weights of its own, and cuts folds of unequal size to the smallest.
- scikit-learn's `MLPClassifier` stops by its training loss. pytabkit trains a network with tricks
  of its own, so its time stands for the technique and not for the same result.

{scripts}"""


def page(known):
    """The page.

    Args:
        known: The results of `populations.py` by case.
    """
    cases = [section(case) for case in known.values() if "peers" in case]
    turns = [case["peers"][BEST]["turns"] for case in known.values() if "peers" in case]
    machine = known.get("machine", {"cores": "?", "versions": {}})
    versions = ", ".join(f"{name} {version}" for name, version in machine["versions"].items())
    scripts = [about for name in (tutorial, memory) if (about := name(known))]
    return TEXT.format(
        cores=machine["cores"],
        versions=versions,
        turns=min(turns, default=0),
        goals=goals(known),
        cases="\n".join(cases),
        scripts="\n".join(scripts),
    )


def goals(known):
    """The table of claims."""
    lines = [
        "## The bars",
        "",
        "| what | bar | measured | met | if not, the limit |",
        "|---|---|---|---|---|",
    ]
    lines += [
        f"| {bar.what} | {bar.goal} | {bar.measured} | {MET[bar.met]} | {'' if bar.met else why} |"
        for bar, why in bars(known)
    ]
    return "\n".join([*lines, ""])


def section(case):
    """A table of the peers."""
    lines = [
        f"## {case['what']}",
        "",
        "| | first | again | CPU seconds, again | trained | loss | times `fit_many` |",
        "|---|---|---|---|---|---|---|",
    ]
    left_out = []
    best = case["peers"][BEST]
    for peer, told in case["peers"].items():
        if "missing" in told:
            if "folds alone" not in told["missing"]:
                left_out.append(f"{peer} ({told['missing']})")
            continue
        last = "again" if "again" in told else "cold"
        ratio = told[last] / best[last]
        loss = "" if told["loss"] is None else f"{told['loss']:.3g}"
        lines.append(
            f"| {NAMES[peer]} | {seconds(told, 'cold')} | {seconds(told, 'again')} | "
            f"{seconds(told, 'again_cpu')} | {told['trained']:,} of {told['members']:,} | {loss} | "
            f"{'' if peer == BEST else f'{ratio:,.3g}'} |"
        )
    if left_out:
        lines += ["", f"Left out: {'; '.join(left_out)}."]
    lines += ["", f"The layout: {'; '.join(best.get('layout', []))}.", ""]
    return "\n".join(lines)


def seconds(told, name):
    """A time, or nothing."""
    return f"{told[name]:,.3g}" if name in told else ""


def tutorial(known):
    """The tutorial with restarts."""
    told = known.get("tutorial")
    if not told:
        return ""
    reached = told["once_reached"], told["restarts_reached"]
    return f"""## The tutorial with 16 restarts

| | the script as it is | `--restarts 16` | ratio |
|---|---|---|---|
{row("whole script, seconds", told, "wall")}
{row("whole script, CPU seconds", told, "cpu")}
{row(f"{told['seeds']} seeds in one process, CPU seconds", told, "seeds_cpu")}
| of {told["seeds"]} seeds reach 4 of 4 rows | {reached[0]} | {reached[1]} | |
"""


def row(name, told, what):
    """A line of two times and their ratio."""
    once, often = told[f"once_{what}"], told[f"restarts_{what}"]
    return f"| {name} | {once:.3g} | {often:.3g} | {often / once:.2f} |"


def memory(known):
    """The memory of many populations."""
    told = known.get("memory")
    if not told:
        return ""
    sizes = ", ".join(f"{size:,}" for size in told["MiB"])
    return f"## Memory\n\n{told['what']}: after 1,000, 2,000 and all of them {sizes} MiB.\n"
