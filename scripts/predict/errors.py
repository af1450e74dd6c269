"""What can go wrong with a prediction: the row, the model, or the way to it."""

import re
from collections.abc import Iterable
from typing import NamedTuple

_ROW = re.compile(r"/instances/(\d+)(?:/(.*))?")
SHOWN = 10


class PredictError(Exception):
    """Nothing was predicted; the text says why and what repairs it."""


class FileError(PredictError):
    """The input can't be read as the rows it should hold."""


class RowProblem(NamedTuple):
    """One thing wrong in one row; rows count from 0 over the whole input."""

    row: int
    field: str
    detail: str


class RowsRefused(PredictError):  # noqa: N818 - says what happened
    """Rows break the contract; the same problems whichever way they were sent."""

    def __init__(self, problems: Iterable[RowProblem], total: int | None = None) -> None:
        self.problems = tuple(problems)
        self.total = total or len(self.problems)
        lines = [f"row {each.row + 1}{_in(each.field)}: {each.detail}" for each in self.problems[:SHOWN]]
        if self.total > len(lines):
            lines.append(f"… and {self.total - len(lines)} more")
        if extra := sorted({each.field for each in self.problems if each.detail.startswith("Unknown field")}):
            ignored = " ".join(f"--ignore {name}" for name in extra)
            lines.append(f"  repair   leave out what is no input: make predict FILE=… ARGS='{ignored}'")
        noun = "problem" if self.total == 1 else "problems"
        super().__init__("\n".join([f"{self.total} {noun} in the rows (the first row is row 1):", *lines]))


def refused_rows(errors: Iterable[tuple[str, str]], total: int | None, first_row: int) -> RowsRefused | None:
    """Make the error of problems that point into a request, which began at row `first_row` of the input.

    None when one of them points elsewhere: then not the rows are wrong, but how they were sent.
    """
    problems = []
    for pointer, detail in errors:
        found = _ROW.fullmatch(pointer)
        if found is None:
            return None
        problems.append(RowProblem(first_row + int(found[1]), found[2] or "", detail))
    return RowsRefused(problems, total) if problems else None


def _in(field: str) -> str:
    return f", {field}" if field else ""
