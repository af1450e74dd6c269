"""Names of the columns that the features make: no two alike."""

from __future__ import annotations

from collections.abc import Sequence

from scoring.contract_features import FEATURE, FeatureCompiler
from scoring.contract_problems import ContractError, Problem
from scoring.contract_sections import Input
from scoring.declarations import ListOf, Ref

from .columns import Entry, Part

FEATURES_KIND = ListOf(Ref("feature", lambda: FEATURE, FEATURE.expected), at_least=1)


def with_unique_names(parts: Sequence[Part], inputs: Sequence[Input]) -> list[Entry]:
    """The entries, with the key "as" where the names that they make by themselves stand there already.

    Raises ContractError for an entry that doesn't suit the inputs.
    """
    taken: set[str] = set()
    made: list[Entry] = []
    for part in parts:
        names = names_of(part.entry, inputs)
        chosen = _distinct(names, taken, part.origin)
        entry = part.entry
        if chosen != list(names):
            if isinstance(entry, str):
                entry = {"operation": "select", "input": entry, "columns": [0]}
            entry = {**entry, "as": chosen}
        taken.update(chosen)
        made.append(entry)
    return made


def names_of(entry: Entry, inputs: Sequence[Input]) -> tuple[str, ...]:
    """Names of the columns of an entry by itself."""
    problems: list[Problem] = []
    checked = FEATURES_KIND.check([entry], "/features", problems)
    if not problems:
        compiler = FeatureCompiler({each.name: each.type for each in inputs}, problems)
        node = compiler._node(checked[0], "/features/0")
        if node:
            return node.names
    raise ContractError(problems, "the converted features")


def _distinct(names: Sequence[str], taken: set[str], origin: str) -> list[str]:
    chosen: list[str] = []
    for name in names:
        free = name
        if free in taken or free in chosen:
            free = f"{origin}__{name}" if origin else name
        count = 2
        stem = free
        while free in taken or free in chosen:
            free, count = f"{stem}_{count}", count + 1
        chosen.append(free)
    return chosen
