"""Lines of the data plane reach CloudWatch Logs; embedded metrics reach CloudWatch."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto import mock_aws

from scripts.local_stage.log_writer import LogWriter

pytestmark = pytest.mark.functional

REGION = "eu-west-1"


@pytest.fixture
def writer(monkeypatch: pytest.MonkeyPatch) -> Iterator[LogWriter]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    with mock_aws():
        writer = LogWriter("123456789012", REGION)
        yield writer
        writer.close()


def now() -> int:
    return int(time.time() * 1000)


def test_lines_arrive_in_order_of_time(writer: LogWriter) -> None:
    """Each stream is made when it is first written to."""
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName="g")
    at = now()
    writer.write("g", "a", "second", at + 1)
    writer.write("g", "b", "other", at)
    writer.write("g", "a", "first", at)
    writer.flush()
    events = logs.get_log_events(logGroupName="g", logStreamName="a", startFromHead=True)["events"]
    assert [(event["message"], event["timestamp"]) for event in events] == [("first", at), ("second", at + 1)]
    assert len(logs.get_log_events(logGroupName="g", logStreamName="b")["events"]) == 1


def test_a_group_that_is_missing_loses_its_lines(writer: LogWriter, caplog: pytest.LogCaptureFixture) -> None:
    """The stage's log says so once; when the group is made, lines arrive."""
    for _ in range(2):
        writer.write("later", "s", "lost", now())
        writer.flush()
    assert caplog.messages == ["log group later doesn't exist: its lines are lost"]
    logs = boto3.client("logs")
    logs.create_log_group(logGroupName="later")
    writer.write("later", "s", "kept", now())
    writer.flush()
    events = logs.get_log_events(logGroupName="later", logStreamName="s")["events"]
    assert [event["message"] for event in events] == ["kept"]


def embedded(values: Any) -> str:
    return json.dumps(
        {
            "_aws": {
                "Timestamp": now(),
                "CloudWatchMetrics": [
                    {
                        "Namespace": "ModelEndpointApi",
                        "Dimensions": [["Model"]],
                        "Metrics": [{"Name": "Latency", "Unit": "Milliseconds"}],
                    }
                ],
            },
            "Model": "bikes",
            "Latency": values,
        }
    )


def test_embedded_metrics_become_metrics(writer: LogWriter) -> None:
    """Single values and lists count; broken lines don't matter."""
    for message in (embedded(10), embedded([20, 60]), '{"_aws": {}}', '"_aws" is no JSON'):
        writer.write("g", "s", message, now())
    writer.flush()
    cloudwatch = boto3.client("cloudwatch")
    (point,) = cloudwatch.get_metric_statistics(
        Namespace="ModelEndpointApi",
        MetricName="Latency",
        Dimensions=[{"Name": "Model", "Value": "bikes"}],
        StartTime=datetime.now(UTC) - timedelta(minutes=5),
        EndTime=datetime.now(UTC) + timedelta(minutes=5),
        Period=3600,
        Statistics=["Sum", "SampleCount", "Maximum"],
    )["Datapoints"]
    assert (point["SampleCount"], point["Sum"], point["Maximum"]) == (3, 90, 60)
