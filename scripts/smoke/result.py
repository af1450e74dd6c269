"""What a check finds.

Finding            a check did not pass
├── CheckFailed    what was expected, what was found, what to do next
└── CheckSkipped   the check has nothing to look at, and why
"""

from collections.abc import Iterable
from dataclasses import dataclass


class Finding(Exception):  # noqa: N818 - a finding is no error of the program
    """A check did not pass."""


class CheckFailed(Finding):
    """The subject is not what it should be."""

    def __init__(self, *, expected: str, found: str, repair: str, causes: Iterable[str] = ()) -> None:
        super().__init__(f"expected {expected}, found {found}")
        self.expected = expected
        self.found = found
        self.repair = repair
        self.causes = tuple(causes)
        """What it comes of, or brings about: a later check that fails for one of these follows from it."""


class CheckSkipped(Finding):
    """There is nothing to check here; the text says why."""


@dataclass(frozen=True)
class Result:
    """The outcome of one check."""

    name: str
    status: str
    """`passed`, `failed`, `skipped`, or `warning`: the subject is right, and yet a hand is needed."""
    seconds: float
    found: str
    expected: str = ""
    repair: str = ""


def require(
    condition: bool, *, expected: object, found: object, repair: str, causes: Iterable[str] = ()
) -> None:
    """Raise CheckFailed unless the condition holds."""
    if not condition:
        raise CheckFailed(expected=str(expected), found=str(found), repair=repair, causes=causes)
