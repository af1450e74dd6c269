"""Render `docs/contract.md`, the reference of the model contract, from the loader's own declarations."""

import inspect
import json
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from scoring.contract_declarations import CONTRACT, LIMITS
from scoring.contract_endpoint import ENDPOINT, PAYLOAD, REPLY
from scoring.contract_examples import EXAMPLE
from scoring.contract_features import FEATURE_OPERATION
from scoring.contract_inputs import INPUT
from scoring.contract_outputs import OUTPUT
from scoring.contract_provenance import PROVENANCE
from scoring.contract_routes import ROUTE
from scoring.contract_statistics import COLUMN, STATISTICS
from scoring.declarations import Field, Record
from scoring.operations import FEATURES, STEPS, Operation
from scripts.generated_file import ROOT, render_command

DOCS_FILE: Path = ROOT / "docs" / "contract.md"

SECTIONS: Mapping[str, Record] = {
    "inputs[]": INPUT,
    "endpoint": ENDPOINT,
    "endpoint.reply": REPLY,
    "endpoint.payload": PAYLOAD,
    "outputs[]": OUTPUT,
    "limits": LIMITS,
    "routes[]": ROUTE,
    "examples[]": EXAMPLE,
    "statistics": STATISTICS,
    "statistics.inputs, statistics.features": COLUMN,
    "provenance": PROVENANCE,
}

INTRODUCTION = """# The model contract

<!-- Rendered by `python -m scripts.contract_docs`; edit the declarations in lambda/scoring instead. -->

`models/<name>/contract.json` says what clients send, what the model eats and answers, and what clients get.
Training, the Lambda, the OpenAPI document and the smoke test all read this one file.
`"$schema": "../contract.schema.json"` gives completion and descriptions in editors.
`python -m scripts.check_contract <name>` shows everything that is wrong with a contract, or a summary of it.

Each error names the place by its JSON pointer, what was expected there, and what stands there:

```
/inputs/5/minimum: expected at most the maximum, 60; found 70
/features/4: expected the name of an input: "datetime", "temp" (did you mean "temp"?); found "tmp"
```
"""

VALUES = """## How values are read

| Type | From JSON | From text (CSV, query string) |
|---|---|---|
| `number` | a finite number, no boolean; integers up to ±2^53 | decimal or scientific notation |
| `integer` | as `number`, without a fraction: `4` and `4.0` | likewise |
| `boolean` | `true`, `false` | `true`, `false`, `1`, `0` |
| `string` | a text | the text |
| `datetime` | `YYYY-MM-DD HH:MM[:SS]`; or with `T`, a fraction, `Z`, an offset (ISO 8601) | likewise |

An input that is left out, is null, or is an empty cell of text is absent.
A required input must not be absent; an optional one takes its `default`, or is missing: NaN in numbers.
"""

FEATURES_INTRODUCTION = """## `features[]`

A name passes a number, integer or boolean input through.
An object applies an operation; its `input` is a name, another operation, or a list of these: they nest.
The matrix is the columns of all entries, left to right.

Parameters that say "fitted" are found in training data, so a new contract leaves them out:
`python -m scripts.fit <name> --data train.csv --target <column>` writes them in, and the `statistics` below.
A contract that lacks one is refused by everything that serves.
All numbers are float64, and a row makes the same bits alone as among thousands.
"""

STEPS_INTRODUCTION = """## `outputs[].steps[]`

Steps run in order on the model's value, a number or a list of numbers a row.
What stands between two steps is checked when the contract is loaded: no `round` can follow a `label_map`.
What the last one makes decides the output's type: number, integer (a class or a flag), string (a label), or
object (a label with its score); a flag may be a boolean. The OpenAPI document lists the labels.
"""


def render() -> str:
    """The text of docs/contract.md."""
    parts = [
        INTRODUCTION,
        _section("The file", CONTRACT),
        _section("`inputs[]`", INPUT),
        VALUES,
        FEATURES_INTRODUCTION,
        "Every operation has these keys beside its own:\n",
        _table(FEATURE_OPERATION.shared),
        *(_operation(operation, with_input=True) for operation in FEATURES.values()),
        *(_section(f"`{name}`", record) for name, record in SECTIONS.items() if record is not INPUT),
        STEPS_INTRODUCTION,
        *(_operation(operation, with_input=False) for operation in STEPS.values()),
    ]
    return "\n".join(part.rstrip() + "\n" for part in parts)


def _section(title: str, record: Record) -> str:
    table = _table(record.fields.values())
    nested = [
        f"\n`{field.name}`: {field.kind.doc}\n\n{_table(field.kind.fields.values())}"
        for field in record.fields.values()
        if isinstance(field.kind, Record)
    ]
    return f"## {title}\n\n{record.doc}\n\n{table}{''.join(nested)}"


def _table(fields: Iterable[Field]) -> str:
    rows = ["| Key | Value | Left out | Meaning |", "|---|---|---|---|"]
    for field in fields:
        optional = "-" if field.default is None else f"`{_json(field.default)}`"
        absent = "fitted" if field.fitted else "required" if field.required else optional
        example = f" Example: `{_json(field.example)}`." if field.example is not None else ""
        cells = (f"`{field.name}`", field.kind.expected, absent, field.doc + example)
        rows.append(f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |")
    return "\n".join(rows) + "\n"


def _operation(operation: type[Operation], *, with_input: bool) -> str:
    parts = [
        f"### `{operation.name}`",
        inspect.cleandoc(operation.__doc__ or ""),
        f"Formula: {operation.formula}.",
    ]
    if with_input:
        parts.append(f"Takes {' or '.join(operation.takes)} columns.")
    if operation.sklearn:
        parts.append(f"In scikit-learn: {operation.sklearn}.")
    if operation.parameters:
        parts.append(_table(operation.parameters).rstrip())
    parts.append(f"```json\n{_json(operation.example)}\n```")
    return "\n\n".join(parts)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def main(argv: list[str] | None = None) -> int:
    """Write or check docs/contract.md."""
    return render_command("contract_docs", DOCS_FILE, render, argv)


if __name__ == "__main__":
    sys.exit(main())
