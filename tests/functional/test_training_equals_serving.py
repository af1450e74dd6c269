"""What a model was trained on is what it is asked in serving: bit for bit, on every row of each data set.

Training: `contract.transform` of the data as train.py has it. Serving: the same rows as JSON text through the
stages that the function runs, in batches of uneven length.
"""

import json
import sys
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from scoring import Contract
from scoring.decode_request import decode_request
from scoring.read_event import read_event
from scripts import ROOT

pytestmark = pytest.mark.functional

Model = tuple[Contract, pd.DataFrame, np.ndarray[Any, Any]]
"""Contract, all rows, and the matrix that training gets from a DataFrame, as train.py does."""
BATCHES = (1, 2, 997, 2048, 3)
"""Rows a request, in turn."""


def bike_rental() -> pd.DataFrame:
    bikeshare = model_module("bike-rental", "bikeshare")
    return pd.DataFrame(bikeshare.load_hours(bikeshare.find_csv()).inputs)


def breast_cancer() -> pd.DataFrame:
    return pd.DataFrame(model_module("breast-cancer", "wisconsin").load_tumours().inputs)


def flight_delay() -> pd.DataFrame:
    flights = model_module("flight-delay", "flights")
    table: pd.DataFrame = flights.inputs_of(flights.load_flights(flights.find_data()))
    return table


SETS = {
    "bike-rental": (bike_rental, 8645),
    "breast-cancer": (breast_cancer, 569),
    "flight-delay": (flight_delay, 20449),
}


def model_module(model: str, name: str) -> Any:
    sys.path.insert(0, str(ROOT / "models" / model))
    try:
        return import_module(name)
    finally:
        del sys.path[0]


@pytest.fixture(scope="module", params=SETS)
def model(request: pytest.FixtureRequest) -> Model:
    load, rows = SETS[request.param]
    table = load()
    assert len(table) == rows
    contract = Contract.load(ROOT / "models" / request.param / "contract.json")
    return contract, table, contract.transform(table)


def plain_rows(contract: Contract, table: pd.DataFrame) -> list[list[Any]]:
    """Rows as a client writes them in JSON, by Python's own shortest floats: absent values are null."""
    columns = [[plain(value) for value in table[each.name].tolist()] for each in contract.inputs]
    return [list(row) for row in zip(*columns, strict=True)]


def plain(value: Any) -> Any:
    if value is None or value != value:  # noqa: PLR0124 - NaN
        return None
    return value.isoformat(sep=" ") if isinstance(value, pd.Timestamp) else value


def served(contract: Contract, bodies: Iterator[Any]) -> np.ndarray[Any, Any]:
    """The matrix of all requests, through the stages of the function."""
    blocks = []
    for body in bodies:
        event = {"httpMethod": "POST", "path": "/predict", "body": json.dumps(body)}
        columns = decode_request(read_event(event, ""), contract.routes[0], contract)
        blocks.append(contract.build_matrix(columns))
    return np.concatenate(blocks)


def in_batches(rows: list[Any]) -> Iterator[list[Any]]:
    start = turn = 0
    while start < len(rows):
        size = BATCHES[turn % len(BATCHES)]
        yield rows[start : start + size]
        start, turn = start + size, turn + 1


def same_bits(one: np.ndarray[Any, Any], other: np.ndarray[Any, Any]) -> bool:
    return one.shape == other.shape and one.tobytes() == other.tobytes()


def test_rows_in_order_are_served_as_they_were_trained(model: Model) -> None:
    """`{"instances": [[…], …]}`, all rows of the set."""
    contract, table, matrix = model
    rows = plain_rows(contract, table)
    assert same_bits(served(contract, ({"instances": batch} for batch in in_batches(rows))), matrix)


def test_rows_by_name_are_served_as_they_were_trained(model: Model) -> None:
    """`{"instances": [{"name": …}, …]}`, names in another order, what is absent left out."""
    contract, table, matrix = model
    names = [each.name for each in contract.inputs]
    rows = [
        {name: value for name, value in sorted(zip(names, row, strict=True)) if value is not None}
        for row in plain_rows(contract, table)
    ]
    assert same_bits(served(contract, ({"instances": batch} for batch in in_batches(rows))), matrix)


def test_rows_as_text_are_served_as_they_were_trained(model: Model) -> None:
    """`{"data": "…"}`, an empty cell for what is absent."""
    contract, table, matrix = model
    lines = [
        ",".join("" if value is None else str(value) for value in row) for row in plain_rows(contract, table)
    ]
    bodies = ({"data": "\n".join(batch)} for batch in in_batches(lines))
    assert same_bits(served(contract, bodies), matrix)


def test_every_form_of_training_data_gives_the_same_matrix(model: Model) -> None:
    """polars, a dict of arrays, rows, and dicts, all rows of the set."""
    contract, table, matrix = model
    forms = {
        "polars": pl.from_pandas(table),
        "dict of arrays": {name: table[name].to_numpy() for name in table},
        "rows": plain_rows(contract, table),
        "dicts": table.to_dict("records"),
        "backwards": table[table.columns[::-1]],
    }
    assert [name for name, form in forms.items() if not same_bits(contract.transform(form), matrix)] == []
