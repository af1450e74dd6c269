"""The lines that Lambda itself writes to a function's log, as text or as JSON.

Sources: https://docs.aws.amazon.com/lambda/latest/dg/python-logging.html,
https://docs.aws.amazon.com/lambda/latest/dg/telemetry-schema-reference.html
"""

import json
import math
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from scripts.local_stage.lambda_runtime.failures import FunctionError
from scripts.local_stage.lambda_runtime.functions import FunctionVersion

_LEVELS = ("DEBUG", "INFO", "WARN")


@dataclass(frozen=True, slots=True)
class Report:
    """What the REPORT line tells."""

    request_id: str
    duration_ms: float
    init_ms: float | None
    """None for a warm start."""
    peak_mb: float
    trace_header: str
    failure: FunctionError | None


class PlatformLog(Protocol):
    """The lines of one function's format."""

    def init_start(self) -> list[str]:
        """A sandbox is made."""

    def init_failed(self, milliseconds: float, failure: FunctionError) -> list[str]:
        """The init phase did not end well."""

    def start(self, request_id: str) -> list[str]:
        """An invocation begins."""

    def end(self, report: Report) -> list[str]:
        """An invocation has ended."""


def now_iso() -> str:
    """The time as Lambda writes it: `2026-01-31T12:00:00.000Z`."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class TextLog:
    """LogFormat Text."""

    def __init__(self, function: FunctionVersion) -> None:
        self._function = function

    def init_start(self) -> list[str]:
        return [f"INIT_START Runtime Version: {self._function.runtime.replace('python', 'python:')}.local"]

    def init_failed(self, milliseconds: float, failure: FunctionError) -> list[str]:
        return [
            f"INIT_REPORT Init Duration: {milliseconds:.2f} ms\tPhase: init\tStatus: {failure.status}"
            f"\tError Type: {failure.error_type}"
        ]

    def start(self, request_id: str) -> list[str]:
        return [f"START RequestId: {request_id} Version: {self._function.version}"]

    def end(self, report: Report) -> list[str]:
        failure = report.failure
        lines = []
        if failure is not None and failure.status == "timeout":
            seconds = self._function.timeout_seconds
            lines.append(f"{now_iso()} {report.request_id} Task timed out after {seconds:.2f} seconds")
        billed = math.ceil(report.duration_ms + (report.init_ms or 0))
        line = (
            f"REPORT RequestId: {report.request_id}\tDuration: {report.duration_ms:.2f} ms\t"
            f"Billed Duration: {billed} ms\tMemory Size: {self._function.memory_mb} MB\t"
            f"Max Memory Used: {report.peak_mb:.0f} MB\t"
        )
        if report.init_ms is not None:
            line += f"Init Duration: {report.init_ms:.2f} ms\t"
        if failure is not None and failure.status == "timeout":
            line += "Status: timeout"
        elif failure is not None:
            line += f"Status: error\tError Type: {failure.error_type}"
        if self._function.tracing == "Active":
            trace_id, segment_id, *_ = (part.partition("=")[2] for part in report.trace_header.split(";"))
            line += f"\nXRAY TraceId: {trace_id}\tSegmentId: {segment_id}\tSampled: true\t"
        return [*lines, f"END RequestId: {report.request_id}", line]


class JsonLog:
    """LogFormat JSON; the function's SystemLogLevel decides what is written."""

    def __init__(self, function: FunctionVersion) -> None:
        self._function = function

    def init_start(self) -> list[str]:
        record = {
            "initializationType": "on-demand",
            "phase": "init",
            "functionName": self._function.name,
            "functionVersion": self._function.version,
        }
        return self._event("INFO", "platform.initStart", record)

    def init_failed(self, milliseconds: float, failure: FunctionError) -> list[str]:
        record = {
            "initializationType": "on-demand",
            "phase": "init",
            "status": failure.status,
            "errorType": failure.error_type,
            "metrics": {"durationMs": round(milliseconds, 3)},
        }
        return self._event("WARN", "platform.initReport", record)

    def start(self, request_id: str) -> list[str]:
        record = {"requestId": request_id, "version": self._function.version}
        return self._event("INFO", "platform.start", record)

    def end(self, report: Report) -> list[str]:
        metrics = {
            "durationMs": round(report.duration_ms, 3),
            "billedDurationMs": math.ceil(report.duration_ms + (report.init_ms or 0)),
            "memorySizeMB": self._function.memory_mb,
            "maxMemoryUsedMB": round(report.peak_mb),
        }
        if report.init_ms is not None:
            metrics["initDurationMs"] = round(report.init_ms, 3)
        record: dict[str, Any] = {"requestId": report.request_id, "metrics": metrics, "status": "success"}
        if report.failure is not None:
            record |= {"status": report.failure.status, "errorType": report.failure.error_type}
        return self._event("INFO" if report.failure is None else "WARN", "platform.report", record)

    def _event(self, level: str, kind: str, record: dict[str, Any]) -> list[str]:
        if _LEVELS.index(level) < _LEVELS.index(self._function.system_log_level):
            return []
        return [json.dumps({"time": now_iso(), "type": kind, "record": record}, separators=(",", ":"))]


def platform_log(function: FunctionVersion) -> PlatformLog:
    """The lines in the function's own format."""
    return JsonLog(function) if function.log_format == "JSON" else TextLog(function)
