"""Show what Terraform does while it does it: a line for each resource done, and a count of those to come."""

import sys
from collections import Counter
from typing import Any

from rich.console import Console
from rich.status import Status

from scripts.terraform import Event

_DONE = {"create": "created", "update": "updated", "delete": "destroyed", "read": "read"}


class Progress:
    """Receives Terraform's events; as a context manager it owns the terminal's last line."""

    def __init__(self, console: Console | None = None, *, lines: bool = True) -> None:
        self.console = console or Console(file=sys.stderr, highlight=False)
        self.planned: Counter[str] = Counter()
        self.done = 0
        self.running: dict[str, str] = {}
        self._lines = lines
        self._status = Status("", console=self.console)

    def __enter__(self) -> "Progress":
        self._status.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._status.stop()

    @property
    def to_do(self) -> int:
        """How many resources the plan creates, changes or destroys; a replacement is two."""
        return sum(self.planned.values())

    def __call__(self, event: Event) -> None:
        """Take one event."""
        handler = _HANDLERS.get(event.get("type", ""))
        if handler is not None:
            handler(self, event)
            self._status.update(self.summary())

    def summary(self) -> str:
        """Say where it stands, on one line."""
        if not self.running:
            return "Terraform plans"
        names = ", ".join(map(_short, list(self.running)[:2])) + (" …" if len(self.running) > 2 else "")
        return f"{self.done}/{max(self.to_do, self.done)}  {names}"

    def _plan(self, event: Event) -> None:
        action = event["change"]["action"]
        if action not in ("noop", "read"):
            self.planned.update(["delete", "create"] if action == "replace" else [action])

    def _start(self, event: Event) -> None:
        hook = event["hook"]
        self.running[hook["resource"]["addr"]] = hook["action"]

    def _complete(self, event: Event) -> None:
        hook = event["hook"]
        address, action = hook["resource"]["addr"], hook["action"]
        self.running.pop(address, None)
        if action == "read":
            return
        self.done += 1
        if self._lines:
            seconds = hook.get("elapsed_seconds", 0)
            self._print(f"  {_DONE.get(action, action):9} {_short(address)}  {seconds:.0f} s")

    def _error(self, event: Event) -> None:
        hook = event["hook"]
        self.running.pop(hook["resource"]["addr"], None)
        self._print(f"  failed    {_short(hook['resource']['addr'])}")

    def _print(self, line: str) -> None:
        self.console.print(line, markup=False, soft_wrap=True)


def _short(address: str) -> str:
    """Leave `module.` out of an address: `model_api.lambda.aws_lambda_alias.live` says as much."""
    return address.replace("module.", "")


_HANDLERS: dict[str, Any] = {
    "planned_change": Progress._plan,
    "apply_start": Progress._start,
    "apply_complete": Progress._complete,
    "apply_errored": Progress._error,
}
