"""A text/csv body → columns: rows parted by newlines, with or without a header (RFC 4180).

The header names the inputs, in any order; optional ones may be left out of it. Without one, the values stand
in the order of the inputs. `text/csv; header=present` and `header=absent` say which it is;
otherwise the first row is a header when more than half of its cells are names of inputs.
Pointers are `/row/input`, with rows counted from 0 behind the header: `/3/temp`.
"""

from collections.abc import Sequence

from .columns import Columns
from .contract import Input
from .errors import InvalidRequest, PointedProblem, TooManyInstances
from .read_data import read_rows, split_cells


def read_csv(inputs: Sequence[Input], text: str, most: int, header: str = "") -> Columns:
    """Checked columns of every row; raises InvalidRequest, TooManyInstances or InvalidInstances."""
    lines = text.replace("\r\n", "\n").removesuffix("\n")
    quoted = '"' in lines
    if not quoted and lines.count("\n") > most:
        raise _too_many(most, lines.count("\n") + 1)
    rows = split_cells(lines, "")
    names = [declared.name for declared in inputs]
    first = [cell.strip() for cell in rows[0]]
    known = len(set(first) & set(names))
    if header == "present" or (header != "absent" and 2 * known > len(first)):
        _check_header(first, inputs)
        names, rows = first, rows[1:]
        if not rows:
            raise InvalidRequest(
                [PointedProblem("", "Expected at least one row below the header, got none.")]
            )
    if len(rows) > most:
        raise _too_many(most, len(rows))
    return read_rows(inputs, names, rows, "")


def _check_header(cells: list[str], inputs: Sequence[Input]) -> None:
    known = {declared.name for declared in inputs}
    wrong = [f"{cell[:100]!r} is no input" for cell in cells if cell not in known]
    wrong += [f"{cell!r} stands there twice" for cell in sorted(known) if cells.count(cell) > 1]
    wrong += [f"{item.name!r} is missing" for item in inputs if item.required and item.name not in cells]
    if wrong:
        names = ", ".join(declared.name for declared in inputs)
        problems = [
            PointedProblem("", f"In the header {each}; it may name: {names}.") for each in wrong[:100]
        ]
        raise InvalidRequest(problems)


def _too_many(most: int, came: int) -> TooManyInstances:
    return TooManyInstances(f"One request may have {most} instances and came with {came}.")
