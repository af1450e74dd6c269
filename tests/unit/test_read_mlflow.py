"""MLflow's shapes; the first three bodies are what pandas and mlflow's own client make of two rows."""

import json
from typing import Any

import pandas as pd
import pytest

from scoring import Contract, errors
from scoring.decode_request import decode_request
from scoring.read_event import Call
from tests import bike_rental

pytestmark = pytest.mark.unit

CONTRACT = Contract.from_dict({**bike_rental.contract(), "limits": {"max_instances": 3}})
FRAME = pd.DataFrame([bike_rental.BY_NAME, {**bike_rental.BY_NAME, "temp": -9.84}])


def columns(document: Any) -> dict[str, list[Any]]:
    call = Call(False, "POST", "/invocations", {}, json.dumps(document), False, "id")
    decoded = decode_request(call, CONTRACT.routes[0], CONTRACT)
    return {name: column.tolist() for name, column in decoded.items()}


def split(frame: pd.DataFrame = FRAME, **changes: Any) -> dict[str, Any]:
    return {"dataframe_split": {**json.loads(frame.to_json(orient="split")), **changes}}


@pytest.mark.parametrize(
    "document",
    [
        split(),
        split(FRAME[FRAME.columns[::-1]]),
        {"dataframe_records": json.loads(FRAME.to_json(orient="records"))},
        {"inputs": json.loads(FRAME.to_json(orient="records"))},
        {"inputs": FRAME.to_dict(orient="list")},
        {"inputs": FRAME.to_numpy().tolist()},
        {"instances": json.loads(FRAME.to_json(orient="records"))},
    ],
    ids=["split", "another order", "records", "inputs", "inputs by column", "inputs as rows", "instances"],
)
def test_both_rows_arrive(document: Any) -> None:
    """In every shape, each column under its own name."""
    found = columns(document)
    assert found["temp"] == [16.4, -9.84]
    assert found["windspeed"] == [26.0027] * 2
    assert found["season"] == [4, 4]


def without(name: str) -> pd.DataFrame:
    return FRAME.drop(columns=[name])


WRONG = FRAME.astype({"temp": object}).copy()
WRONG.loc[1, "temp"] = "warm"


@pytest.mark.parametrize(
    ("document", "error", "pointers"),
    [
        (split(WRONG), errors.InvalidInstances, ["/dataframe_split/data/1/5"]),
        (split(WRONG[WRONG.columns[::-1]]), errors.InvalidInstances, ["/dataframe_split/data/1/3"]),
        (
            {"dataframe_records": WRONG.to_dict(orient="records")},
            errors.InvalidInstances,
            ["/dataframe_records/1/temp"],
        ),
        ({"inputs": WRONG.to_dict(orient="list")}, errors.InvalidInstances, ["/inputs/temp/1"]),
        ({"inputs": WRONG.to_numpy().tolist()}, errors.InvalidInstances, ["/inputs/1/5"]),
        (split(without("temp")), errors.InvalidRequest, ["/dataframe_split/columns"]),
        (
            split(FRAME.rename(columns={"temp": "tmp"})),
            errors.InvalidRequest,
            ["/dataframe_split/columns/5", "/dataframe_split/columns"],
        ),
        (split(data=[[1], list(bike_rental.FEATURES)]), errors.InvalidInstances, ["/dataframe_split/data/0"]),
        (split(data=[]), errors.InvalidRequest, ["/dataframe_split/data"]),
        (split(data={}), errors.InvalidRequest, ["/dataframe_split/data"]),
        (split(columns="temp"), errors.InvalidRequest, ["/dataframe_split/columns"]),
        (split(dtypes={}), errors.InvalidRequest, ["/dataframe_split/dtypes"]),
        ({"dataframe_split": []}, errors.InvalidRequest, ["/dataframe_split"]),
        ({"dataframe_records": {}}, errors.InvalidRequest, ["/dataframe_records"]),
        ({"inputs": {}}, errors.InvalidRequest, ["/inputs"] * 9),
        (
            {"inputs": {**FRAME.to_dict(orient="list"), "temp": [1]}},
            errors.InvalidRequest,
            ["/inputs"],
        ),
        ({"inputs": {**FRAME.to_dict(orient="list"), "temp": 1}}, errors.InvalidRequest, ["/inputs/temp"]),
        (split(data=[list(bike_rental.FEATURES)] * 4), errors.TooManyInstances, []),
        ({"dataframe_records": [{}] * 4}, errors.TooManyInstances, []),
        (split() | {"params": {}}, errors.InvalidRequest, ["/params"]),
    ],
)
def test_refused_where_it_is_wrong(document: Any, error: type[errors.RequestError], pointers: Any) -> None:
    """The pointer is into the document as the client sent it."""
    with pytest.raises(error) as raised:
        columns(document)
    assert [problem.pointer for problem in raised.value.problems] == pointers
