"""Writes log lines of the data plane to CloudWatch Logs of the control plane."""

import logging
import threading
from collections import defaultdict, deque
from collections.abc import Iterable
from typing import Any

from moto.logs.models import logs_backends

from scripts.local_stage.embedded_metrics import Metric, find_metrics, put_metrics, sum_counts
from scripts.local_stage.log_metric_filters import count_lines

FLUSH_SECONDS = 0.2

Event = dict[str, Any]


class LogWriter:
    """Buffers lines and hands them to moto's CloudWatch Logs in batches, from a thread of its own.

    A group that doesn't exist loses its lines, as when a role may not make it; the stage's log says so once.
    Lines in CloudWatch's embedded metric format become metrics, and metric filters count what they match.
    """

    def __init__(self, account: str, region: str) -> None:
        self._logs = logs_backends[account][region]
        self._account = account
        self._region = region
        self._buffer: deque[tuple[str, str, str, int]] = deque()
        self._metrics: deque[Metric] = deque()
        self._missing: set[str] = set()
        self._flushing = threading.Lock()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="log-writer", daemon=True)
        self._thread.start()

    def write(self, group: str, stream: str, message: str, timestamp_ms: int) -> None:
        """Queue one event; `group` must exist (its stream is made). Returns at once, from any thread."""
        self._buffer.append((group, stream, message, timestamp_ms))

    def record(self, metrics: Iterable[Metric]) -> None:
        """Queue metrics that stand in no line. Returns at once, from any thread."""
        self._metrics.extend(metrics)

    def flush(self) -> None:
        """Write what is queued."""
        with self._flushing:
            batch = [self._buffer.popleft() for _ in range(len(self._buffer))]
            streams: dict[tuple[str, str], list[Event]] = defaultdict(list)
            for group, stream, message, timestamp in batch:
                streams[group, stream].append({"timestamp": timestamp, "message": message})
            counted: list[Metric] = []
            for (group, stream), events in streams.items():
                self._put(group, stream, events)
                counted += count_lines(self._logs.filters.metric_filters, group, events)
            recorded = [self._metrics.popleft() for _ in range(len(self._metrics))]
            found = find_metrics(message for _, _, message, _ in batch)
            put_metrics(self._account, self._region, [*sum_counts([*recorded, *counted]), *found])

    def close(self) -> None:
        """Write what is queued and end the thread."""
        self._stop.set()
        self._thread.join()
        self.flush()

    def _run(self) -> None:
        while not self._stop.wait(FLUSH_SECONDS):
            try:
                self.flush()
            except Exception:
                logging.getLogger(__name__).exception("log events are lost")

    def _put(self, group: str, stream: str, events: list[Event]) -> None:
        found = self._logs.groups.get(group)
        if found is None:
            if group not in self._missing:
                self._missing.add(group)
                logging.getLogger(__name__).warning("log group %s doesn't exist: its lines are lost", group)
            return
        self._missing.discard(group)
        if stream not in found.streams:
            self._logs.create_log_stream(group, stream)
        events.sort(key=lambda event: event["timestamp"])
        self._logs.put_log_events(group, stream, events)
