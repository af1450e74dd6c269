"""New events of several log groups, in the order of their times, asked for again and again."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

OVERLAP_MS = 15_000
"""How far back each question goes: CloudWatch lets some events be found seconds after later ones."""


class LogEvent(NamedTuple):
    """One line of a log, and the name that we have for its group."""

    source: str
    timestamp_ms: int
    message: str


class LogTail:
    """Reads log groups from a moment on; no event comes twice."""

    def __init__(self, client: Any, groups: Mapping[str, str], since_ms: int) -> None:
        """`groups`: our name → the log group's."""
        self._client = client
        self._groups = groups
        self._since = dict.fromkeys(groups, since_ms)
        self._seen: dict[str, dict[str, int]] = {name: {} for name in groups}

    def read(self) -> list[LogEvent]:
        """Return what came since the last call, sorted by time. Raises ClientError, BotoCoreError."""
        events = [event for source in self._groups for event in self._read_group(source)]
        return sorted(events, key=lambda event: event.timestamp_ms)

    def follow(self, pause: Callable[[], Any]) -> Iterator[LogEvent]:
        """Yield events as they come, for ever."""
        while True:
            yield from self.read()
            pause()

    def _read_group(self, source: str) -> Iterator[LogEvent]:
        seen = self._seen[source]
        for event in self._ask(source):
            if event["eventId"] not in seen:
                seen[event["eventId"]] = event["timestamp"]
                yield LogEvent(source, event["timestamp"], event["message"])
        if seen:
            self._since[source] = max(self._since[source], max(seen.values()) - OVERLAP_MS)
            oldest = self._since[source]
            self._seen[source] = {key: at for key, at in seen.items() if at >= oldest}

    def _ask(self, source: str) -> Iterator[Mapping[str, Any]]:
        pages = self._client.get_paginator("filter_log_events")
        try:
            for page in pages.paginate(logGroupName=self._groups[source], startTime=self._since[source]):
                yield from page["events"]
        except ClientError as error:
            # SageMaker makes the endpoint's group with its first line.
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
