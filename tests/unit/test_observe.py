import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest

from scoring import errors
from scoring.observe import Observation, write_line

pytestmark = pytest.mark.unit


def ticking() -> Callable[[], float]:
    """A clock that moves on by 10 ms whenever it is read."""
    ticks = count()
    return lambda: next(ticks) / 100


def observed(error: errors.ScoringError | None = None) -> dict[str, Any]:
    observation = Observation(ticking())
    with observation.stage("decode"):
        observation.count(Rows=3)
    with observation.stage("model"):
        pass
    observation.note(request_id="id-1", status=200)
    if error:
        observation.failed(error)
    return observation.render("Ours", "bike-rental-dev", now=lambda: 1766163600.5)


def check_embedded_metric_format(line: dict[str, Any]) -> None:
    """AWS's rules; CloudWatch drops a line that breaks one without a word."""
    aws = line["_aws"]
    assert isinstance(aws["Timestamp"], int)
    assert aws["Timestamp"] > 1_000_000_000_000
    for directive in aws["CloudWatchMetrics"]:
        assert set(directive) == {"Namespace", "Dimensions", "Metrics"}
        assert 1 <= len(directive["Namespace"]) <= 1024
        for dimensions in directive["Dimensions"]:
            assert len(dimensions) <= 30
            assert all(isinstance(line[name], str) and 1 <= len(line[name]) <= 1024 for name in dimensions)
        assert 1 <= len(directive["Metrics"]) <= 100
        for metric in directive["Metrics"]:
            assert metric["Unit"] in ("Count", "Milliseconds")
            assert type(line[metric["Name"]]) in (int, float)


def test_a_request_that_went_well() -> None:
    """Log and metrics in one line, literally."""
    assert observed() == {
        "level": "INFO",
        "message": "request",
        "FunctionName": "bike-rental-dev",
        "request_id": "id-1",
        "status": 200,
        "Requests": 1,
        "Errors": 0,
        "Rows": 3,
        "Latency": 50.0,
        "ModelLatency": 10.0,
        "stages_ms": {"decode": 10.0, "model": 10.0},
        "_aws": {
            "Timestamp": 1766163600500,
            "CloudWatchMetrics": [
                {
                    "Namespace": "Ours",
                    "Dimensions": [["FunctionName"]],
                    "Metrics": [
                        {"Name": "Requests", "Unit": "Count"},
                        {"Name": "Errors", "Unit": "Count"},
                        {"Name": "Rows", "Unit": "Count"},
                        {"Name": "Latency", "Unit": "Milliseconds"},
                        {"Name": "ModelLatency", "Unit": "Milliseconds"},
                    ],
                }
            ],
        },
    }


def test_errors_are_counted_by_code_too() -> None:
    """A second directive, so that the total stays a metric of its own."""
    line = observed(errors.ModelThrottled(reason="ThrottlingException 400"))
    check_embedded_metric_format(line)
    assert (line["level"], line["Errors"], line["Code"]) == ("ERROR", 1, "model_throttled")
    assert line["reason"] == "ThrottlingException 400"
    assert line["_aws"]["CloudWatchMetrics"][1] == {
        "Namespace": "Ours",
        "Dimensions": [["FunctionName", "Code"]],
        "Metrics": [{"Name": "Errors", "Unit": "Count"}],
    }


def test_a_clients_fault_is_a_warning() -> None:
    """Nobody is woken for it."""
    assert observed(errors.EmptyBody())["level"] == "WARNING"


def test_metrics_that_were_not_measured_are_not_promised() -> None:
    """A request that failed in decoding has no model latency."""
    line = Observation(ticking()).render("Ours", "f")
    check_embedded_metric_format(line)
    assert "ModelLatency" not in json.dumps(line)


def test_a_stage_that_fails_is_named() -> None:
    """Its time counts as well."""
    observation = Observation(ticking())
    with pytest.raises(errors.EmptyBody), observation.stage("decode"):
        raise errors.EmptyBody
    line = observation.render("Ours", "f")
    assert line["failed_stage"] == "decode"
    assert line["stages_ms"] == {"decode": 10.0}


def test_a_crash_is_located_without_its_message() -> None:
    """File, line and function are ours; the message might quote a value."""
    observation = Observation(ticking())
    try:
        float("canary")
    except ValueError as error:
        observation.crashed(error)
    line = json.dumps(observation.render("Ours", "f"))
    assert "test_a_crash_is_located_without_its_message" in line
    assert "canary" not in line


@pytest.mark.parametrize(
    ("level", "error", "logged"),
    [
        ("INFO", None, True),
        ("WARNING", None, False),
        ("WARNING", errors.EmptyBody(), True),
        ("ERROR", errors.EmptyBody(), False),
        ("ERROR", errors.ModelTimeout(), True),
    ],
)
def test_level(level: str, error: errors.ScoringError | None, logged: bool) -> None:
    """Below the level the log's facts go and the metrics stay."""
    written: list[str] = []
    write_line(observed(error), level, written.append)
    (text,) = written
    assert text.endswith("\n")
    assert text.count("\n") == 1
    line = json.loads(text)
    check_embedded_metric_format(line)
    assert ("request_id" in line) is logged
