"""The part of JSONPath that mapping templates commonly use: `$`, `.name`, `['name']`, `[0]`."""

import re
from typing import Any

from scripts.local_stage.gateway.refusals import NotEnforcedHere

_STEP = re.compile(r"\.(?P<name>[\w-]+)|\[(?:'(?P<quoted>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<index>-?\d+))\]")


def find(document: Any, expression: str) -> Any:
    """The value at `expression`, None when there is none. Wildcards, filters and `..` are refused."""
    if not expression.startswith("$"):
        raise NotEnforcedHere(reason=f"JSONPath {expression!r} must start with $")
    position, value = 1, document
    while position < len(expression):
        step = _STEP.match(expression, position)
        if step is None:
            raise NotEnforcedHere(
                reason=f"JSONPath {expression!r}: the local stage knows $, .name, ['name'] and [0] only"
            )
        position = step.end()
        value = _descend(value, step)
    return value


def _descend(value: Any, step: re.Match[str]) -> Any:
    if step["index"] is not None:
        index = int(step["index"])
        return value[index] if isinstance(value, list) and -len(value) <= index < len(value) else None
    name = step["name"] or step["quoted"] or step["double"]
    return value.get(name) if isinstance(value, dict) else None
