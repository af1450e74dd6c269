"""What a difference is, and when it breaks a client."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

Direction = Literal["request", "answer"]
Turn = Literal["narrower", "wider", "other"]

BREAKS: dict[tuple[Direction, Turn], bool] = {
    ("request", "narrower"): True,  # what the client sends may be refused now
    ("request", "wider"): False,
    ("request", "other"): True,
    ("answer", "narrower"): False,
    ("answer", "wider"): True,  # the client may be answered what it never saw
    ("answer", "other"): True,
}
"""The one rule for schemas: which turn, in which direction, breaks a client."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference between two documents."""

    where: str
    what: str
    breaking: bool
    routes: tuple[str, ...] = ()
    """Which routes it meets; empty: it says so itself."""

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return asdict(self) | {"routes": list(self.routes)}
