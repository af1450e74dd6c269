"""The root of the tree that errors.py draws, and what an error points at."""

from typing import ClassVar, NamedTuple

MAXIMUM_PROBLEMS = 100


class InstanceProblem(NamedTuple):
    """One thing wrong in one row: `row` counts from 0, `field` is an input's name or "" for the row."""

    row: int
    field: int | str
    detail: str


class PointedProblem(NamedTuple):
    """One thing wrong, with the JSON pointer (RFC 6901) to it in the body that the client sent."""

    pointer: str
    detail: str


class ScoringError(Exception):
    """Root of the tree; raised as itself it is a 500 that tells nothing but a request id."""

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal_error"
    title: ClassVar[str] = "Internal error"
    retryable: ClassVar[bool] = False
    retry_after: ClassVar[int | None] = None
    """Seconds a client should wait, where that is known."""

    def __init__(self, detail: str = "", *, reason: str = "") -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.reason = reason
        self.problems: tuple[PointedProblem, ...] = ()
        self.headers: dict[str, str] = {}


def escape_pointer(key: int | str) -> str:
    """One reference token of a JSON pointer (RFC 6901 §3)."""
    return str(key).replace("~", "~0").replace("/", "~1")
