"""What went wrong, out of what Terraform printed."""

import contextlib
import json
from collections.abc import Iterator, Mapping
from typing import Any


def errors_in(output: str) -> str:
    """Join the errors that stand in `-json` output: summary, detail, and where."""
    found = [each for each in _diagnostics(output) if each.get("severity") == "error"]
    texts = [(each["summary"], each.get("detail", ""), _place(each)) for each in found]
    return "\n\n".join("\n".join(filter(None, paragraph)) for paragraph in texts)


def _diagnostics(output: str) -> Iterator[Mapping[str, Any]]:
    """Yield the diagnostics among lines of which the last may be cut off, where Terraform was killed."""
    for line in output.splitlines():
        if line.startswith("{"):
            with contextlib.suppress(json.JSONDecodeError):
                yield json.loads(line).get("diagnostic", {})


def _place(diagnostic: Mapping[str, Any]) -> str:
    """Say where a diagnostic belongs: file and line, and the block or resource."""
    span = diagnostic.get("range")
    block = (diagnostic.get("snippet") or {}).get("context")
    places = [
        f"{span['filename']}:{span['start']['line']}" if span else "",
        diagnostic.get("address") or block,
    ]
    return " ".join(["at", *filter(None, places)]) if any(places) else ""


def first_error(text: str) -> str:
    """Leave out the warnings that come before the first error in plain text."""
    return text[max(0, text.find("Error:")) :].strip()
