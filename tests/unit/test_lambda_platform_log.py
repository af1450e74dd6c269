"""What Lambda itself writes to a function's log, in both formats."""

import json
from dataclasses import replace

import pytest

from scripts.local_stage.lambda_runtime.failures import InitTimeoutError, TaskTimeoutError
from scripts.local_stage.lambda_runtime.functions import FunctionVersion
from scripts.local_stage.lambda_runtime.platform_log import Report, platform_log

pytestmark = pytest.mark.unit

FUNCTION = FunctionVersion(
    name="f",
    version="3",
    region="eu-west-1",
    account="123456789012",
    code_sha256="",
    handler="app.handler",
    runtime="python3.13",
    architecture="arm64",
    memory_mb=256,
    timeout_seconds=3,
    environment=(),
    role="arn:aws:iam::123456789012:role/f",
    tracing="PassThrough",
    log_group="g",
    log_format="Text",
    application_log_level="",
    system_log_level="INFO",
)
JSON = replace(FUNCTION, log_format="JSON")
REPORT = Report("id-1", 12.345, None, 80.4, "Root=1-2-3;Parent=4;Sampled=1", None)


def test_a_warm_report() -> None:
    """Billed time is rounded up to a millisecond."""
    assert platform_log(FUNCTION).end(REPORT) == [
        "END RequestId: id-1",
        "REPORT RequestId: id-1\tDuration: 12.35 ms\tBilled Duration: 13 ms\tMemory Size: 256 MB\t"
        "Max Memory Used: 80 MB\t",
    ]


def test_init_time_is_billed() -> None:
    """A cold start reports its init duration and bills it."""
    line = platform_log(FUNCTION).end(replace(REPORT, init_ms=100.0))[-1]
    assert "Billed Duration: 113 ms" in line
    assert line.endswith("\tInit Duration: 100.00 ms\t")


def test_a_timeout_has_a_line_of_its_own() -> None:
    """Task timed out …, then END and REPORT with the status."""
    first, end, report = platform_log(FUNCTION).end(replace(REPORT, failure=TaskTimeoutError("id-1", 3)))
    assert first.endswith("Z id-1 Task timed out after 3.00 seconds")
    assert end == "END RequestId: id-1"
    assert report.endswith("\tStatus: timeout")


def test_active_tracing_names_the_trace() -> None:
    """The XRAY line is part of the REPORT event."""
    line = platform_log(replace(FUNCTION, tracing="Active")).end(REPORT)[-1]
    assert line.endswith("\nXRAY TraceId: 1-2-3\tSegmentId: 4\tSampled: true\t")


def test_json_report() -> None:
    """One platform.report event; JSON has no END."""
    (line,) = platform_log(JSON).end(REPORT)
    event = json.loads(line)
    assert event["type"] == "platform.report"
    assert event["record"] == {
        "requestId": "id-1",
        "metrics": {
            "durationMs": 12.345,
            "billedDurationMs": 13,
            "memorySizeMB": 256,
            "maxMemoryUsedMB": 80,
        },
        "status": "success",
    }


def test_system_log_level_hides_what_is_below() -> None:
    """At WARN only failures are written."""
    log = platform_log(replace(JSON, system_log_level="WARN"))
    assert log.init_start() + log.start("id-1") + log.end(REPORT) == []
    (line,) = log.init_failed(10_000.0, InitTimeoutError(10))
    assert json.loads(line)["record"]["status"] == "timeout"
