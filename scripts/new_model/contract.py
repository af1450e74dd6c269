"""A survey → the text of a contract that loads: declared, fitted to the rows that will be trained on."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, Final

from scoring import Contract, ContractError
from scoring.columns import Columns, read_columns
from scoring.contract_document import parse_document
from scoring.fit_features import Fitted, fit_features
from scoring.records import read_records
from scripts.check_contract import describe
from scripts.fit import fitted_text
from scripts.fitting import findings, statistics
from scripts.fitting.training_data import DataError, TrainingData
from scripts.json_layout import LaidOut, lay_out
from scripts.new_model.examples import golden_examples, input_examples
from scripts.new_model.features import declare_feature
from scripts.new_model.inputs import declare_input
from scripts.new_model.survey import Survey, time_of
from scripts.new_model.target import declare_outputs
from scripts.training.rows import Rows, read_target, split

ALONE: Final = "application/x-recordio-protobuf"
"""How a single column goes to XGBoost's image: its reader of CSV looks for a delimiter, and finds none."""


@dataclass(frozen=True)
class Drafted:
    """A contract for a file."""

    text: str
    contract: Contract
    findings: tuple[str, ...]
    """What a person should look at, of the rows to train on."""


def draft(name: str, survey: Survey, *, examples: bool) -> Drafted:
    """Make the contract; raises ContractError if it could not be loaded, which is a bug."""
    inputs = {column.name: column.values for column in survey.columns}
    rows = Rows(inputs, read_target(survey.path.name, survey.target_cells, survey.reading))
    train, _ = split(rows, by_time=time_of(survey), classes=bool(survey.target.labels))
    document = declare(name, survey, rows, examples=examples)
    while True:
        text = contract_text(document)
        contract = Contract.from_dict(parse_document(text.encode()), unfitted=True)
        columns = read_columns(contract.inputs, read_records(contract.inputs, train.inputs))
        fitted = _fit(contract, text, columns, train)
        matrix = fitted.features.build_matrix(columns)
        if matrix.shape[1] > 1 or document["endpoint"]["content_type"] == ALONE:
            break
        document["endpoint"]["content_type"] = ALONE
    data = TrainingData(columns, len(train), train.target)
    section = statistics.describe(contract, fitted.features.names, data, matrix)
    made = fitted_text(text, fitted, section)
    found = findings.find_all(contract, data, section, matrix)
    return Drafted(made, Contract.from_dict(parse_document(made.encode())), tuple(found))


def _fit(contract: Contract, text: str, columns: Columns, train: Rows) -> Fitted:
    try:
        return fit_features(contract, parse_document(text.encode()), columns, train.target)
    except ContractError as error:
        raise DataError(
            f"the features can't be fitted:\n{describe(error)}",
            "--leave-out the column that is named there, or rename it in the file",
        ) from None


def declare(name: str, survey: Survey, rows: Rows, *, examples: bool) -> dict[str, Any]:
    """The contract before it is fitted."""
    file, shown = survey.path.name, input_examples(survey) if examples else {}
    value = list(range(len(survey.target.labels))) if survey.target.kind == "multiclass" else 0
    return {
        "$schema": "../contract.schema.json",
        "name": name,
        "version": "0.1.0",
        "description": f"Predicts {survey.target.name}, learnt from {file}.",
        "inputs": [declare_input(column, file, shown.get(column.name)) for column in survey.columns],
        "features": [declare_feature(column, rows.inputs) for column in survey.columns],
        "endpoint": {
            "content_type": "text/csv",
            "accept": "text/csv",
            "max_rows_per_call": max(1, min(2000, math.floor(200_000 / len(survey.columns)))),
            "reply": {"values": {"score": value}},
        },
        "outputs": declare_outputs(survey.target, survey.target_name, file),
        "limits": {"max_instances": 10000},
        "routes": [{"path": "/predict", "method": "POST"}],
        "examples": golden_examples(survey, rows, real=examples),
    }


def contract_text(document: dict[str, Any]) -> str:
    """The document laid out as contracts are: an input, a feature, an output a line."""
    parts = []
    for key, value in document.items():
        if key == "features":
            shown = _features(value)
        elif isinstance(value, list):
            items = [_line(item) if key == "inputs" else lay_out(item, 6) for item in value]
            shown = "[\n    " + ",\n    ".join(items) + "\n  ]"
        else:
            shown = lay_out(value, 4)
        parts.append(f"  {json.dumps(key)}: {shown}")
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _features(entries: list[Any]) -> str:
    """Plain names fill lines; an operation has its own."""
    lines: list[str] = []
    names: list[Any] = []
    for entry in [*entries, None]:
        if isinstance(entry, str):
            names.append(entry)
            continue
        if names:
            filled = lay_out(names, 4)
            lines.append(filled[1:-1].strip())
            names = []
        if entry is not None:
            lines.append(lay_out(entry, 6))
    return "[\n    " + ",\n    ".join(lines) + "\n  ]"


def _line(value: Any) -> LaidOut:
    return LaidOut(json.dumps(value, ensure_ascii=False, allow_nan=False))
