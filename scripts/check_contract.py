"""Check a model contract for people: everything that is wrong with it, or a summary of what it says."""

import argparse
import sys
from collections.abc import Sequence

from scoring.contract import Contract, ContractError, Input
from scripts.model_paths import contract_path


def describe(error: ContractError) -> str:
    """The problems of a contract, three lines each."""
    lines = []
    for problem in error.problems:
        lines += [
            problem.pointer or "(the whole file)",
            f"  expected  {problem.expected}",
            f"  found     {problem.found}",
        ]
    noun = "problem" if len(error.problems) == 1 else "problems"
    return "\n".join([*lines, "", f"{len(error.problems)} {noun} in {error.source}"])


def summarize(contract: Contract) -> str:
    """Inputs → features → outputs of a sound contract, as tables."""
    inputs = [(each.name, each.type, _limits(each), each.unit or "") for each in contract.inputs]
    outputs = [(each.name, each.type, f"from {each.source}", each.unit or "") for each in contract.outputs]
    routes = ", ".join(f"{route.method} {route.path}" for route in contract.routes)
    endpoint = contract.endpoint
    answered = sum(each.response is not None for each in contract.examples)
    sections = [
        f"{contract.name} {contract.version}: {contract.description}",
        _table("inputs", inputs),
        _table("features", [(str(place), name) for place, name in enumerate(contract.feature_names)]),
        _table("outputs", outputs),
        f"endpoint  is sent {endpoint.content_type}, at most {endpoint.max_rows_per_call} rows a call, "
        f"and answers {endpoint.accept}\n"
        f"routes    {routes}; at most {contract.limits.max_instances} instances a request\n"
        f"examples  {len(contract.examples)}, {answered} with an answer\n"
        f"digest    {contract.digest}",
    ]
    return "\n\n".join(sections)


def _limits(declared: Input) -> str:
    parts = []
    if declared.enum:
        parts.append(", ".join(map(str, declared.enum)))
    elif declared.minimum is not None or declared.maximum is not None:
        low = "" if declared.minimum is None else declared.minimum
        parts.append(f"{low} … {'' if declared.maximum is None else declared.maximum}")
    if declared.has_default:
        parts.append(f"default {declared.default}")
    elif not declared.required:
        parts.append("optional")
    return "; ".join(parts)


def _table(title: str, rows: Sequence[Sequence[str]]) -> str:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    return "\n".join([f"{title} ({len(rows)})", *(f"  {line.rstrip()}" for line in lines)])


def main(argv: list[str] | None = None) -> int:
    """Exit 0 for a sound contract, 1 for one with problems."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.check_contract",
        description=__doc__,
        epilog="For example: python -m scripts.check_contract bike-rental",
    )
    parser.add_argument("model", help="a model's name (models/<name>), or the path of a contract")
    arguments = parser.parse_args(argv)
    try:
        contract = Contract.load(contract_path(arguments.model))
    except ContractError as error:
        print(describe(error), file=sys.stderr)
        return 1
    print(summarize(contract))
    return 0


if __name__ == "__main__":
    sys.exit(main())
