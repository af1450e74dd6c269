"""A log event → a line for people: the shapes that function and gateway write, anything else as it is."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from scripts.watch.log_tail import LogEvent

Document = Mapping[str, Any]
PLATFORM = ("START RequestId:", "END RequestId:")
"""Lines of Lambda that say nothing which REPORT does not say."""
STYLES = {"ERROR": "red", "WARNING": "yellow"}


def is_platform(event: LogEvent) -> bool:
    """Tell whether a line only marks that a request begins or ends."""
    return event.message.startswith(PLATFORM)


def render(event: LogEvent) -> str:
    """Write an event on one line: local time, source, what happened."""
    moment = datetime.fromtimestamp(event.timestamp_ms / 1000).astimezone()
    text = describe(event.message)
    return f"{moment:%H:%M:%S}.{event.timestamp_ms % 1000:03d} {event.source:<13} {text}"


def describe(message: str) -> str:
    """Say in words what a structured line says; other lines stay."""
    document = read_document(message)
    if document is None:
        return message.rstrip()
    for is_one, write in _SHAPES:
        if is_one(document):
            return write(document)
    return message.rstrip()


def read_document(message: str) -> Document | None:
    """Read a line as a JSON object; None if it is none."""
    if not message.startswith("{"):
        return None
    try:
        document = json.loads(message)
    except ValueError:
        return None
    return document if isinstance(document, dict) else None


def level_of(message: str) -> str:
    """Return a line's level, by its own word or by the status that it reports."""
    document = read_document(message) or {}
    status = str(document.get("status", ""))
    by_status = {"4": "WARNING", "5": "ERROR"}.get(status[:1], "INFO")
    return str(document.get("level", by_status))


def _write_request(line: Document) -> str:
    """Write what the function says of a request (lambda/scoring/observe.py)."""
    words = [line.get("level", ""), line.get("route", ""), line.get("status", ""), line.get("Code", "")]
    if "Rows" in line:
        words.append(f"{line['Rows']} row" + ("" if line["Rows"] == 1 else "s"))
    words.append(f"{line.get('Latency', 0):.1f} ms")
    if "ModelLatency" in line:
        words.append(f"(model {line['ModelLatency']:.1f} ms)")
    words += [line.get("exception", ""), line.get("reason", ""), line.get("request_id", "")]
    return _join(words)


def _write_access(line: Document) -> str:
    """Write what the gateway says of a request (infra/modules/api_gateway/logs.tf)."""
    words = [line.get("method", ""), line.get("resource", ""), line.get("status", "")]
    words += [line.get("refusal", ""), f"{line.get('latency_ms', '-')} ms"]
    words += [f"key {line.get('api_key_id', '-')}", f"from {line.get('source_ip', '-')}", line["request_id"]]
    return _join(word for word in words if "-" not in (word, str(word).removeprefix("key ")))


def _join(words: Any) -> str:
    return " ".join(str(word) for word in words if word != "")


_SHAPES: tuple[tuple[Callable[[Document], bool], Callable[[Document], str]], ...] = (
    (lambda line: "_aws" in line and "Latency" in line, _write_request),
    (lambda line: "extended_request_id" in line and "request_id" in line, _write_access),
)
