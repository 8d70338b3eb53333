"""The page on the doctor's benchmark, from its results."""

from __future__ import annotations

from typing import Any

NAMES = {
    "development": "twins, the half that the checks were written with",
    "held back": "twins, the half that was held back until the end",
    "others": "other healthy programs",
    "cases": "109 programs from Stack Overflow (those that run without a network)",
}


def page(found: dict[str, Any], twins: dict[str, Any]) -> str:
    """The page."""
    advice = found["advice"]
    return TEXT.format(
        tables="\n".join(table(half, group) for half, group in found["groups"].items()),
        kinds="\n".join(
            f"| {name} | {one.get('first', 0)} of {one['of']} |"
            for name, one in found["kinds"].items()
        ),
        kept=len(twins["twins"]), tried=len(twins["twins"]) + len(twins["dropped"]),
        dropped=len(twins["dropped"]), healthy=len(twins["healthy"]),
        advised=advice["tried again"], helped=advice["helps again"],
        advised_at=measured(advice.get("commits", {})) or " That was at commits up to 268ae2b.",
        alarms=listed({name: ", ".join(said) for name, said in found["alarms"].items()}),
        missed=listed(
            {name: f"right: {', '.join(one['right'])}; said: {', '.join(one['said']) or 'nothing'}"
             for name, one in found["not named first"].items()}
        ),
        not_run=listed(found["not run"]),
        versions=", ".join(f"{name} {version}" for name, version in found["versions"].items()),
    )  # fmt: skip


def alarms(programs: int, seconds: float, counts: dict[str, tuple[int, int]]) -> str:
    """The source of `onefit.findings.alarms`."""
    rows = "".join(f'    "{code}": {pair},\n' for code, pair in counts.items())
    return ALARMS.format(programs=programs, seconds=seconds, rows=rows)


ALARMS = '''"""How often each finding of the doctor is told of a healthy program.

Written by `benchmarks/doctor/run.py --report`.
"""

PROGRAMS = {programs}
"""Healthy programs that were looked at."""

SECONDS = {seconds:g}
"""Seconds of experiments that each of them was given; 0 for checks alone."""

ALARMS: dict[str, tuple[int, int]] = {{
{rows}}}
"""For each code: of how many it was told as certain or verified, and of how many as a hunch."""
'''


def table(half: str, group: dict[str, Any]) -> str:
    """What each tool got in a half."""
    head = (
        f"\n**{NAMES[half]}**: {group['programs with a fault']} with a fault, "
        f"{group['healthy programs']} healthy. {times(group['seconds'])}"
        f"{measured(group.get('commits', {}))}\n\n"
        "| | fault named first: recall | precision | named at all | alarms on healthy | certain |\n"
        "|---|---|---|---|---|---|"
    )
    rows = [
        f"| {TOOLS.get(tool, tool)} | {share(n['recall'])} | {share(n['precision'])} | "
        f"{n['named']} of {n['broken']} | "
        f"{n['alarms']} of {n['healthy']} | {n['certain alarms']} |"
        for tool, n in group["tools"].items()
        if n["broken"] or n["healthy"]
    ]
    return "\n".join([head, *rows])


TOOLS = {"doctor": "`onefit doctor`", "verdict": "the verdict, by default"}


def times(seconds: dict[str, Any]) -> str:
    """How long an examination took, of those with experiments."""
    if not seconds:
        return "Checks alone were made, without experiments."
    return (
        f"`onefit doctor` was given {seconds['asked']:.0f} seconds for experiments on "
        f"{seconds['programs']} of them, and made checks alone on the others; it took "
        f"{seconds['median']} s in the median, and {seconds['most']} s at most."
    )


def measured(commits: dict[str, int]) -> str:
    """Which commits were measured, with how many programs each."""
    known = ", ".join(f"{name} ({count})" for name, count in commits.items() if name)
    return f" Measured, with so many programs each: {known}." if known else ""


def share(value: float | None) -> str:
    """A share, or a dash."""
    return "–" if value is None else f"{value:.2f}"


def listed(found: dict[str, str]) -> str:
    """Names with what there is to say."""
    return "\n".join(f"- `{name}`: {said}" for name, said in found.items()) or "None."


TEXT = """# How good is the doctor?

Written by `benchmarks/doctor/run.py` from its results. How to repeat it:
`benchmarks/README.md`. Versions: {versions}. The programs ran on a machine of two
processor cores on which several other things ran: the less of a core there is, the fewer changes
can be tried in the time that the doctor is given. Each table says which commits it is of.

A tool that looks for faults is worth as much as the share of faults that it names and as the
silence that it keeps on programs without one. Both are counted here, on programs in
`benchmarks/doctor/programs`: {healthy} small healthy ones, in the style of Keras's guides and of
well-known tutorials, with harmless oddities among them (a squared error on labels 0 and 1 that
works, a relu at the end for counts, sorted rows without a split, a large learning rate that is
right). Into some of them a script puts one fault each (`mutations.py`). Of {tried} programs so
made {kept} are twins: with both of two seeds they have lost at least a third of what their healthy
twin has learned. The other {dropped} learn as well or do not train, so there is no fault to name.

The fault is *named first* if the first finding has its code, or another code of the same cause;
which codes those are stands beside each fault in `mutations.py`. *Precision* is that share among
the programs about which anything was said. An *alarm* is any finding on a healthy program.

Programs from Stack Overflow that ran for more than half a minute were interrupted then, as by
Ctrl-C, and examined as they were; random weights stand in for VGG16's, and pandas's `replace`
gives a column of numbers, as it did then. The doctor was developed with them, so their number says
how far this has come, and not what to expect of other programs.
Some of those that are missed learn well as they are. What needs experiments depends on the time
that a core gives, which is counted since a382547 as far as there is one. One of them took 876
seconds at fc0c832, and takes two minutes on the same busy machine since its training is timed on
some of its ten thousand epochs. Of the other healthy programs two once drew an alarm, and one of
26 that were written later: a fit that goes on with trained weights for one epoch, a quantile
with a loss of its own, and an autoencoder with pixels that hardly vary. All three were mended.
Another 23 healthy and 28 broken ones, 24 of them with classes of their own, were written at the
end: none of the first drew an alarm, and of the others three were missed, a softmax over logits and
inputs of large numbers in such a class, which are mended, and a loop with a tape, which is not
looked into.

What is certain is told first, so programs of which a check is certain were measured again without
experiments, which change nothing of what is named first.

Where UMLAUT, AUTOTRAINER, DeepLocalize and NeuraLint are in the tables, they are their published
rules, written anew in `peers.py`, which says in what that differs from the tools.
{tables}

## Advice

What was advised as *verified* was tried again from 20 starts that the doctor had not seen, each
network trained by itself: it helped again in {helped} of {advised} programs.{advised_at}

## Each kind of fault

| fault | named first |
|---|---|
{kinds}

## What the doctor gets wrong

Alarms on healthy programs:

{alarms}

Faults with another name first, or none:

{missed}

Programs that did not train:

{not_run}
"""
