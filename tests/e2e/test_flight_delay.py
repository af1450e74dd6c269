"""The flight-delay API from outside answers what scikit-learn and XGBoost answer in one process.

The oracle is scikit-learn's own Pipeline: the ColumnTransformer of models/flight-delay/preprocessing.py,
fitted here, and the XGBRegressor of the artifact that the endpoint serves.
"""

import json
import tarfile
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import Pipeline
from xgboost import XGBRegressor

from tests.deployed_stack import DeployedStack, failed
from tests.functional.test_training_equals_serving import model_module, plain

pytestmark = pytest.mark.e2e

ROUNDED = 0.0005 + 1e-5
"""Answers have three decimals; the container writes float32 as text, seven digits at least."""


@pytest.fixture(scope="module")
def flights() -> Any:
    return model_module("flight-delay", "flights")


@pytest.fixture(scope="module")
def table(flights: Any) -> pd.DataFrame:
    """All flights of the data set."""
    loaded: pd.DataFrame = flights.load_flights(flights.find_data())
    return loaded


@pytest.fixture(scope="module")
def pipeline(flight_delay: DeployedStack, flights: Any, table: pd.DataFrame) -> Pipeline:
    """scikit-learn's Pipeline over inputs with calendar columns."""
    preprocessing = model_module("flight-delay", "preprocessing")
    train, _ = flights.split(table)
    with tarfile.open(flight_delay.checkout.root / "build/flight-delay/model.tar.gz") as tar:
        member = tar.extractfile("xgboost-model")
        assert member is not None
        regressor = XGBRegressor()
        regressor.load_model(bytearray(member.read()))
    fitted = preprocessing.make_preprocessing().fit(preprocessing.with_calendar(flights.inputs_of(train)))
    return Pipeline([("preprocessing", fitted), ("model", regressor)])


def predicted(pipeline: Pipeline, inputs: pd.DataFrame) -> list[float]:
    preprocessing = model_module("flight-delay", "preprocessing")
    numbers: list[float] = pipeline.predict(preprocessing.with_calendar(inputs)).astype(float).tolist()
    return numbers


def answered(stack: DeployedStack, inputs: pd.DataFrame) -> list[float]:
    rows = [
        {name: plain(value) for name, value in row.items() if name in declared(stack)}
        for row in inputs.to_dict("records")
    ]
    reply = stack.post({"instances": rows})
    assert reply.status == 200, reply.body
    return [row["arrival_delay"] for row in reply.json()["predictions"]]


def declared(stack: DeployedStack) -> set[str]:
    return {each["name"] for each in stack.contract["inputs"]}


def test_every_held_out_flight_gets_scikit_learns_own_prediction(
    flight_delay: DeployedStack, pipeline: Pipeline, flights: Any, table: pd.DataFrame
) -> None:
    """5069 flights of days the model hasn't seen, 2000 a request."""
    _, held_out = flights.split(table)
    inputs = flights.inputs_of(held_out)
    answers: list[float] = []
    for start in range(0, len(inputs), 2000):
        answers += answered(flight_delay, inputs.iloc[start : start + 2000])
    assert len(answers) == 5069
    assert np.max(np.abs(np.array(answers) - predicted(pipeline, inputs))) <= ROUNDED


def test_flights_unlike_any_get_scikit_learns_own_prediction(
    flight_delay: DeployedStack, pipeline: Pipeline, flights: Any, table: pd.DataFrame
) -> None:
    """Everything optional absent; unknown categories and words; bounds; midnight, a leap day."""
    inputs = flights.inputs_of(table).iloc[:6].reset_index(drop=True)
    optional = ["seats", "built", "temperature", "humidity", "wind_direction", "wind_speed", "wind_gust"]
    optional += ["precipitation", "pressure", "visibility"]
    inputs.loc[0, optional] = np.nan
    inputs.loc[0, "engine"], inputs.loc[0, "aircraft"] = None, ""
    inputs.loc[1, ["carrier", "destination", "engine", "aircraft"]] = ["ZZ", "XXX", "Warp", "Ünknown 100 igw"]
    inputs.loc[2, ["departure_delay", "distance", "wind_direction"]] = [2880, 10000, 360]
    inputs.loc[3, ["departure_delay", "distance", "precipitation", "visibility"]] = [-120, 0, 20, 0]
    inputs.loc[4, "scheduled_departure"] = pd.Timestamp("2024-02-29 00:00:00")
    inputs.loc[5, "scheduled_departure"] = pd.Timestamp("2013-12-31 23:59:00")
    assert answered(flight_delay, inputs) == pytest.approx(predicted(pipeline, inputs), abs=ROUNDED)


def test_rows_as_text_are_the_same_flights(flight_delay: DeployedStack) -> None:
    """Empty cells are missing values, as null is."""
    row = "2013-01-31 12:30:00,15,EV,EWR,CLT,529,EMBRAER EMB-145XR,Turbo-fan,55,2004,,,,,,,,"
    cells: list[Any] = [cell or None for cell in row.split(",")]
    cells[1:2], cells[5:6], cells[8:10] = [15], [529], [55, 2004]
    answers = [flight_delay.post(body).json() for body in ({"data": row}, {"instances": [cells]})]
    assert answers[0] == answers[1]


def test_an_airport_that_it_knows_nothing_of_is_refused(flight_delay: DeployedStack) -> None:
    """Flights leave from three airports; the encoder has no place for a fourth, and the contract says so."""
    request = json.loads(json.dumps(flight_delay.golden_request()))
    request["instances"][0]["origin"] = "BOS"
    reply = flight_delay.post(request)
    assert reply.status == 422
    assert [error["pointer"] for error in (reply.problem or {})["errors"]] == ["/instances/0/origin"]


def test_a_second_plan_changes_nothing(flight_delay: DeployedStack) -> None:
    """What was applied is what is there."""
    assert flight_delay.replanned == {}


def test_the_smoke_test_is_green(flight_delay: DeployedStack) -> None:
    """Golden rows by name, in order and as text, with absent and unknown values."""
    results = flight_delay.smoke_test()
    assert {result.status for result in results.values()} == {"passed"}, failed(results)
