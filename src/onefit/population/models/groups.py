"""The members of a structure, in groups of one size: their starts are drawn, their steps traced."""

from __future__ import annotations

from typing import Any

from onefit.population.members.checks import check_targets
from onefit.population.members.free_memory import MEMBER, check_members
from onefit.population.members.member import Member
from onefit.population.members.paths import Split
from onefit.population.members.shared_data import Data
from onefit.population.models.group import Group, group_of
from onefit.population.models.initial_weights import Starts
from onefit.population.models.structures import Source, Structure
from onefit.training.core.shapes import size_of
from onefit.training.data.arguments import prepare
from onefit.training.programs.store import kept


def groups_of(
    source: Source,
    structure: Structure,
    members: list[Member],
    splits: list[Split],
    data: Data,
    given: dict[str, Any],
) -> list[Group]:
    """A group for each pair of sizes, and number of epochs, among a structure's members."""
    first = structure.first

    def build(place: int = first) -> Any:
        model = source.make(splits[place])
        check_targets(model, given["y"])
        prepare(model, data.of(members[place], splits[place]))
        return model

    starts: Starts = kept(
        source.owner,
        ("starts", structure.key, tuple(sorted(structure.numbers[0].items())), data.key),
        lambda: Starts(build, members[first].seed, members[first].rows(data.rows)),
    )
    # The starts of an earlier population may be the ones that were kept: they have let go of its
    # data.
    starts.build = build
    # Each is kept as it starts, and as it ends.
    check_members(len(structure.members), MEMBER + 2 * size_of(starts.state))
    found = starts.of(
        [members[place].seed for place in structure.members],
        [members[place].rows(data.rows) for place in structure.members],
        structure.members,
    )
    columns = structure.columns()
    alike: dict[Any, list[int]] = {}
    for at, place in enumerate(structure.members):
        member = members[place]
        # Sizes are shapes of the program; members that end after different epochs would not go in
        # step.
        alike.setdefault((data.sizes_of(member), member.epochs), []).append(at)
    groups = []
    for (sizes, epochs), places in alike.items():
        own = [members[structure.members[at]] for at in places]
        weighed = data.weigh(own, [splits[m.number] for m in own])
        arguments = {**given, "batch_size": sizes[0].batch, "epochs": epochs or given["epochs"]}
        groups.append(
            group_of(
                starts.model,
                own,
                [found[at] for at in places],
                {path: values[places] for path, values in columns.items()},
                weighed,
                sizes,
                arguments,
                source.owner,
            )
        )
    starts.build = None  # it holds the data
    return groups
