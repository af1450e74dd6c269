"""What a client of a deployed stack needs, as shell variables: `eval "$(make -s access STACK=…)"`."""

import shlex
from collections.abc import Mapping
from typing import Any

from scripts.smoke.subject import clients_of, fetch_key_value, stage_url
from scripts.stack.target import StackError


def shell_variables(outputs: Mapping[str, Any], environment: Mapping[str, str], client: str | None) -> str:
    """`URL` of the stage and `KEY` of a client, the first by name where none is named; raises StackError."""
    lines = {"URL": stage_url(outputs, environment)}
    key_ids = outputs.get("api_key_ids", {})
    if client is not None and client not in key_ids:
        known = ", ".join(sorted(key_ids)) or "none"
        raise StackError(f"The stack has no client {client!r}; there are: {known}.\n  repair   --client NAME")
    if key_ids:
        lines["KEY"] = fetch_key_value(clients_of(environment), key_ids[client or min(key_ids)])
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in lines.items())
