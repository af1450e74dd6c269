"""The comparison with scikit-learn over all rows there are, as a table and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from scoring import Contract
from scoring.columns import ABSENT, Columns, read_columns
from scoring.contract_sections import Input

from .convert import Converted
from .edge_rows import edge_rows
from .parity import LIMIT, Parity, compare

SHOWN = 40


def report(contract: Contract, converted: Converted, data: Columns | None) -> list[Parity]:
    """Compare over real rows, the data's or else the examples', and over edge rows."""
    real = data if data is not None else _example_columns(contract)
    parities = []
    if real is not None:
        parities.append(compare("data" if data is not None else "examples", contract, converted, real))
    edges = edge_rows(contract.inputs, _typical(contract.inputs, real))
    return [*parities, compare("edges", contract, converted, edges)]


def print_parity(contract: Contract, converted: Converted, parities: Sequence[Parity]) -> None:
    """A table with a line for each column, the worst first if there are many."""
    print(f"{len(contract.inputs)} inputs → {len(contract.feature_names)} columns")
    for note in converted.ending.notes:
        print(f"  {note}")
    for parity in parities:
        print(f"\n{parity.rows}: {parity.compared} rows compared with scikit-learn")
        if parity.refused_by_contract:
            print(f"  {parity.refused_by_contract} more that the contract refuses")
        if parity.refused_by_sklearn:
            print(f"  {parity.refused_by_sklearn} more that the contract answers and scikit-learn doesn't:")
            print("".join(f"    {reason}\n" for reason in parity.reasons), end="")
        _print_differences(parity)


def _print_differences(parity: Parity) -> None:
    worst = sorted(parity.differences, key=lambda each: -each.relative)
    shown = parity.differences if len(worst) <= SHOWN else tuple(worst[:SHOWN])
    print(f"  {'column':40}{'absolute':>12}{'relative':>12}")
    for each in shown:
        mark = f"  more than {LIMIT:g}" if each.exceeds else ""
        print(f"  {each.column[:38]:40}{each.absolute:>12.3g}{each.relative:>12.3g}{mark}")
    if len(worst) > len(shown):
        print(f"  … and {len(worst) - len(shown)} that differ no more than these")


def to_json(contract: Contract, parities: Sequence[Parity]) -> dict[str, Any]:
    """The same for programs; a difference without bound is null."""
    return {
        "columns": len(contract.feature_names),
        "limit": LIMIT,
        "holds": all(each.holds for each in parities),
        "rows": [
            {
                "rows": each.rows,
                "compared": each.compared,
                "refused_by_contract": each.refused_by_contract,
                "refused_by_sklearn": each.refused_by_sklearn,
                "reasons": list(each.reasons),
                "columns": {
                    found.column: {
                        "absolute": _finite(found.absolute),
                        "relative": _finite(found.relative),
                        "exceeds": found.exceeds,
                    }
                    for found in each.differences
                },
            }
            for each in parities
        ],
    }


def _finite(number: float) -> float | None:
    return number if np.isfinite(number) else None


def _example_columns(contract: Contract) -> Columns | None:
    """The examples' instances, if there are any that are written by name or in order."""
    rows = [row for example in contract.examples for row in _instances(example.request, contract.inputs)]
    if not rows:
        return None
    return read_columns(
        contract.inputs, {each.name: [row.get(each.name, ABSENT) for row in rows] for each in contract.inputs}
    )


def _instances(request: dict[str, Any], inputs: Sequence[Input]) -> list[dict[str, Any]]:
    names = [each.name for each in inputs]
    listed = request.get("instances", ())
    made = []
    for instance in listed if isinstance(listed, list) else ():
        row = instance.get("features", instance) if isinstance(instance, dict) else instance
        made.append(dict(zip(names, row, strict=True)) if isinstance(row, list) else dict(row))
    return made


def _typical(inputs: Sequence[Input], real: Columns | None) -> dict[str, Any]:
    """A row to change inputs of: the first whole one, or the inputs' examples."""
    if real is not None and len(next(iter(real.values()))):
        return {each.name: _plain(each, real[each.name]) for each in inputs}
    return {each.name: _made_up(each) for each in inputs}


def _plain(declared: Input, column: np.ndarray[Any, Any]) -> Any:
    """The first value of a column that is present, as a client would write it."""
    for value in column.tolist():
        if value is None or value != value:  # noqa: PLR0124 - NaN
            continue
        if declared.type == "datetime":
            return str(value)
        if declared.type == "boolean":
            return bool(value)
        return int(value) if declared.type == "integer" else value
    return None


def _made_up(declared: Input) -> Any:
    if declared.has_example:
        return declared.example
    if declared.enum:
        return declared.enum[0]
    low = 1 if declared.minimum is None else declared.minimum
    return {"string": "a", "boolean": True, "datetime": "2024-05-17 12:00:00"}.get(declared.type, low)
