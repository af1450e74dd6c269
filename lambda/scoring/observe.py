"""What is known about a request afterwards: one line, read by people as a log and by CloudWatch as metrics.

The line is a document in CloudWatch's embedded metric format, so log and metrics can't disagree:
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
It is written to standard output as it is, since Lambda's JSON log format would wrap a logger's message into a
string, where CloudWatch doesn't look for metrics.
No body, no feature, no prediction and no foreign message stands in it, whatever happens. Features, if a
setting asks for them, stand in lines of their own (`log_features`).
"""

import json
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter, time
from typing import Any

from .errors import ScoringError

Line = dict[str, Any]

DIMENSION = "FunctionName"
_SEVERITY = {"DEBUG": 10, "INFO": 20, "WARNING": 30, "ERROR": 40}
_MILLISECONDS = "Milliseconds"
_METRICS = {
    "Requests": "Count",
    "Errors": "Count",
    "Rows": "Count",
    "ModelCalls": "Count",
    "Latency": _MILLISECONDS,
    "ModelLatency": _MILLISECONDS,
}
"""Each by function; `Errors` also by function and code."""


class Observation:
    """One request as it goes through its stages."""

    def __init__(self, clock: Callable[[], float] = perf_counter) -> None:
        self._clock = clock
        self._began = clock()
        self._stages: dict[str, float] = {}
        self._facts: dict[str, Any] = {}
        self._metrics: dict[str, float] = {"Requests": 1, "Errors": 0}
        self._level = "INFO"

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time a stage, in milliseconds, and remember which one an error stopped."""
        began = self._clock()
        try:
            yield
        except Exception:
            self.note(failed_stage=name)
            raise
        finally:
            self._stages[name] = self._since(began)

    def note(self, **facts: Any) -> None:
        """Add facts that are safe to log: ids, names and counts of ours."""
        self._facts.update(facts)

    def count(self, **metrics: float) -> None:
        """Add counts that become metrics: Rows, ModelCalls."""
        self._metrics.update(metrics)

    def failed(self, error: ScoringError) -> None:
        """Note an error by its code."""
        self._metrics["Errors"] = 1
        self._level = "WARNING" if error.status < 500 else "ERROR"
        self.note(Code=error.code)
        if error.reason:
            self.note(reason=error.reason)
        if error.problems:
            self.note(problems=len(error.problems))

    def crashed(self, error: Exception) -> None:
        """Note where an unexpected exception came from, without its message, which may quote a value."""
        frames = traceback.extract_tb(error.__traceback__)
        places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in frames]
        self.note(exception=type(error).__name__, trace=places)

    def render(self, namespace: str, function_name: str, now: Callable[[], float] = time) -> Line:
        """The line as a document; dimensions and metrics are members of its root, as the format demands."""
        self._metrics["Latency"] = self._since(self._began)
        if "model" in self._stages:
            self._metrics["ModelLatency"] = self._stages["model"]
        present = [{"Name": name, "Unit": unit} for name, unit in _METRICS.items() if name in self._metrics]
        directives = [{"Namespace": namespace, "Dimensions": [[DIMENSION]], "Metrics": present}]
        if "Code" in self._facts:
            errors = [{"Name": "Errors", "Unit": "Count"}]
            directives.append(
                {"Namespace": namespace, "Dimensions": [[DIMENSION, "Code"]], "Metrics": errors}
            )
        return {
            "level": self._level,
            "message": "request",
            DIMENSION: function_name,
            **self._facts,
            **self._metrics,
            "stages_ms": self._stages,
            "_aws": {"Timestamp": int(now() * 1000), "CloudWatchMetrics": directives},
        }

    def _since(self, began: float) -> float:
        return round((self._clock() - began) * 1000, 3)


def write_line(line: Line, level: str, write: Callable[[str], Any]) -> None:
    """Write the line.

    Below the wanted level the log's part is left out and the metrics stay: they aren't a matter of taste.
    """
    if _SEVERITY[line["level"]] < _SEVERITY[level]:
        kept = {"_aws", DIMENSION, "Code", *_METRICS}
        line = {name: value for name, value in line.items() if name in kept}
    write(json.dumps(line, separators=(",", ":")) + "\n")
