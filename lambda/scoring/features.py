"""Columns → what the model eats: (n_rows, n_features) float64, by the feature list compiled at load."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from .columns import Columns
from .errors import MAXIMUM_PROBLEMS, InstanceProblem, InvalidInstances
from .operations import Operation, RefusalError

Matrix = np.ndarray[Any, Any]

TILE = 2048
"""Rows transformed at a time: what lies between operations stays in the cache (4 times for polynomials)."""


class Column(NamedTuple):
    """A leaf of a feature's expression: one input, as it is."""

    input: str
    family: str
    names: tuple[str, ...]

    def evaluate(self, columns: Columns) -> Matrix:
        """(n_rows, 1) of the column's own dtype."""
        return columns[self.input][:, np.newaxis]

    def inputs(self) -> set[str]:
        """Names of the inputs that stand in it."""
        return {self.input}


class Applied(NamedTuple):
    """An operation on the columns of one or more expressions, side by side."""

    operation: Operation
    sources: tuple["Column | Applied", ...]
    names: tuple[str, ...]
    family: str = "number"

    def evaluate(self, columns: Columns) -> Matrix:
        """(n_rows, width) float64, or of the dtype of the operation's family; raises InvalidInstances."""
        block = side_by_side(self.sources, columns)
        try:
            return self.operation.apply(block)
        except RefusalError as refusal:
            raise self._blame(refusal) from None

    def inputs(self) -> set[str]:
        """Names of the inputs that stand in it."""
        return set().union(*(source.inputs() for source in self.sources))

    def _blame(self, refusal: RefusalError) -> InvalidInstances:
        """The problem of each row, at the input that the refused column is made of; "" if of several."""
        columns = [source for source in self.sources for _ in source.names]
        inputs = columns[refusal.column].inputs()
        field = next(iter(inputs)) if len(inputs) == 1 else ""
        wrong = list(zip(refusal.rows, refusal.details, strict=True))
        problems = [InstanceProblem(row, field, detail) for row, detail in wrong[:MAXIMUM_PROBLEMS]]
        return InvalidInstances(problems, len(wrong))


Node = Column | Applied


def side_by_side(nodes: Sequence[Node], columns: Columns) -> Matrix:
    """(n_rows, width) of all that the nodes evaluate to, left to right.

    Always in C order, since the last bit of a sum depends on the order in memory.
    """
    blocks = [node.evaluate(columns) for node in nodes]
    if len(blocks) == 1:
        return np.ascontiguousarray(blocks[0])
    width = sum(block.shape[1] for block in blocks)
    return np.concatenate(blocks, axis=1, out=np.empty((len(blocks[0]), width), blocks[0].dtype))


class Features:
    """The compiled feature list."""

    def __init__(self, nodes: Sequence[Node]) -> None:
        self.nodes = tuple(nodes)
        self.names = tuple(name for node in nodes for name in node.names)
        self._passed: list[tuple[int, str]] = []
        self._made: list[tuple[slice, Applied]] = []
        place = 0
        for node in nodes:
            if isinstance(node, Column):
                self._passed.append((place, node.input))
            else:
                self._made.append((slice(place, place + len(node.names)), node))
            place += len(node.names)

    def build_matrix(self, columns: Columns) -> Matrix:
        """(n_rows, n_features) float64 from the columns of `read_columns`; nothing is checked again.

        Raises InvalidInstances for rows that an operation refuses.
        """
        n_rows = len(next(iter(columns.values())))
        matrix = np.empty((n_rows, len(self.names)))
        for place, name in self._passed:
            matrix[:, place] = columns[name]
        with np.errstate(all="ignore"):
            try:
                for start in range(0, n_rows if self._made else 0, TILE):
                    tile = slice(start, start + TILE)
                    part = {name: column[tile] for name, column in columns.items()}
                    for places, node in self._made:
                        matrix[tile, places] = node.evaluate(part)
            except InvalidInstances:
                if n_rows <= TILE:
                    raise
                for _, node in self._made:  # once more, for the numbers of the rows
                    node.evaluate(columns)
                raise
        return matrix
