"""Features are logged only when a setting asks for them, and then so that `scripts.skew` can read them."""

import json
from typing import Any

import numpy as np
import pytest

from scoring import Contract
from scoring.log_features import FeatureLog
from scripts.skewing.captured import read_feature_log
from scripts.skewing.sources import Line
from tests import bike_rental
from tests.fake_lambda import FakeContext
from tests.handler_module import make_handler
from tests.perf.bench_handler import ClientInMemory, make_body, make_event

pytestmark = pytest.mark.unit

CONTRACT = Contract.from_dict(bike_rental.contract(), digest="ab" * 32)
WIDTH = len(CONTRACT.feature_names)


def lines_of(rate: float, drawn: float, matrix: Any) -> list[str]:
    lines: list[str] = []
    FeatureLog(rate, CONTRACT, lines.append, lambda: drawn).offer(matrix, "r-1")
    return lines


@pytest.mark.parametrize(("rate", "drawn", "written"), [(0.1, 0.09, 1), (0.1, 0.1, 0), (1.0, 0.999, 1)])
def test_a_draw_below_the_rate_is_written(rate: float, drawn: float, written: int) -> None:
    assert len(lines_of(rate, drawn, np.ones((1, WIDTH)))) == written


def test_a_line_is_read_back_by_the_skew_check() -> None:
    """Missing values and the last bit too."""
    matrix = np.random.default_rng(0).normal(size=(20, WIDTH))
    matrix[3, 2] = np.nan
    (line,) = lines_of(1.0, 0.0, matrix)
    assert "NaN" not in line
    found = read_feature_log([Line("x:1", line)], CONTRACT)
    assert np.array_equal(found.matrix, matrix, equal_nan=True)
    assert (found.requests, found.other_contract) == (1, 0)


def test_a_large_request_is_thinned_and_says_so() -> None:
    """10,000 rows of 13 features are 26 times what a line takes: each 26th row."""
    matrix = np.arange(130_000.0).reshape(10_000, 13)
    (line,) = lines_of(1.0, 0.0, matrix)
    document = json.loads(line)
    assert (document["rows"], len(document["features"])) == (10_000, 385)
    assert document["features"][1][0] == 26 * 13
    assert len(line) < 200_000


@pytest.mark.parametrize(("settings", "messages"), [
    ({}, ["request"]),
    ({"feature_log_sample_rate": 1.0}, ["features", "request"]),
])  # fmt: skip
def test_the_handler_logs_features_only_when_told_to(settings: dict[str, Any], messages: list[str]) -> None:
    lines: list[str] = []
    handler = make_handler(ClientInMemory(), lines.append, **settings)
    assert handler(make_event(make_body(2)), FakeContext())["statusCode"] == 200
    documents = [json.loads(line) for line in lines]
    assert [each["message"] for each in documents] == messages
    if settings:
        assert np.shape(documents[0]["features"]) == (2, 13)
