"""Columns → fewer columns, by a matrix."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from scoring.declarations import Field
from scoring.kinds import Choice, Flag, Number
from scoring.number_lists import Matrix, Numbers

from .registry import Block, FitError, Operation, feature
from .training import as_json


@feature
class Project(Operation):
    """Multiply the columns by a matrix: principal components, a truncated SVD, or any other.

    Each row of the matrix makes a column. With NaN in a row of the input, all its columns become NaN.
    Each sum of products is taken in one order, so a row makes the same whichever rows come with it; a BLAS
    library, as scikit-learn uses it, may differ in the last bits.
    """

    name = "project"
    formula = "(x matrixᵀ - mean matrixᵀ) / scale + offset, each part if given"
    sklearn = "PCA (whiten too), TruncatedSVD, and all others that are linear"
    parameters: ClassVar[Sequence[Field]] = (
        Field("components", Number(minimum=1, whole=True), "How many components to find."),
        Field(
            "method",
            Choice("pca", "svd"),
            "Of the centred data (pca) or of the data as they are.",
            default="pca",
        ),
        Field("whiten", Flag(), "Whether to make each principal component's variance 1.", default=False),
        Field("matrix", Matrix(), "A row for each column made.", required=True, fitted=True),
        Field("mean", Numbers(), "The mean of each input column; pca's.", fitted=True),
        Field("scale", Numbers(nonzero=True), "What each column made is divided by; whiten's.", fitted=True),
        Field("offset", Numbers(), "What is added to each column made; never fitted."),
    )
    per_column = ("mean",)
    example: ClassVar[dict[str, Any]] = {
        "operation": "project",
        "input": ["temp", "atemp", "humidity"],
        "matrix": [[0.6, 0.64, 0.48], [0.28, 0.4, -0.87]],
        "mean": [20.2, 23.7, 61.9],
    }

    def __init__(
        self,
        matrix: Sequence[Sequence[float]],
        *,
        mean: Sequence[float] | None = None,
        scale: Sequence[float] | None = None,
        offset: Sequence[float] | None = None,
        **_: Any,
    ) -> None:
        self.transposed = np.ascontiguousarray(np.array(matrix, np.float64).T)
        self.shift = None if mean is None else self._multiply(np.array([mean], np.float64))
        self.scale = None if scale is None else np.array(scale, np.float64)
        self.offset = None if offset is None else np.array(offset, np.float64)

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        matrix = parameters.get("matrix")
        if matrix is None and "components" not in parameters:
            yield "", 'the key "matrix", or "components" to find it in training data'
        if parameters.get("whiten") and parameters.get("method") == "svd":
            yield "whiten", "false with svd, which doesn't centre"
        for key in ("scale", "offset"):
            if matrix is not None and key in parameters and len(parameters[key]) != len(matrix):
                yield key, f"{len(matrix)} numbers, one for each row of the matrix"

    @classmethod
    def misfits(cls, parameters: Mapping[str, Any], width: int) -> Iterator[tuple[str, str]]:
        yield from super().misfits(parameters, width)
        if "matrix" in parameters and len(parameters["matrix"][0]) != width:
            yield "matrix", f"rows of {width} numbers, one for each input column"
        elif parameters.get("components", 1) > width:
            yield "components", f"at most {width}, as input columns"

    @classmethod
    def fit(
        cls, block: Block, parameters: Mapping[str, Any], target: Block | None = None
    ) -> Mapping[str, Any]:
        if not np.isfinite(block).all():
            raise FitError("its input has missing or infinite values (impute them before)")
        count = parameters["components"]
        if count > len(block):
            raise FitError(f"{count} components need at least as many rows")
        centred = parameters.get("method", "pca") == "pca"
        mean = block.mean(axis=0)
        _, sizes, rows = np.linalg.svd(block - mean if centred else block, full_matrices=False)
        signs = np.sign(rows[np.arange(len(rows)), np.abs(rows).argmax(axis=1)])  # greatest entry positive
        matrix = (rows * np.where(signs == 0, 1.0, signs)[:, np.newaxis])[:count] + 0.0  # no -0
        found: dict[str, Any] = {**as_json(matrix=matrix)}
        if centred:
            found |= as_json(mean=mean)
        if parameters.get("whiten"):
            if len(block) < 2:
                raise FitError("a variance needs two rows")
            deviations = sizes[:count] / np.sqrt(len(block) - 1)
            found |= as_json(scale=np.maximum(deviations, np.finfo(np.float64).eps))
        return found

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        return tuple(f"{names[0]}_component_{index}" for index in range(self.transposed.shape[1]))

    def apply(self, block: Block) -> Block:
        made = self._multiply(block)
        if self.shift is not None:
            made -= self.shift
        if self.scale is not None:
            made /= self.scale
        return made if self.offset is None else made + self.offset

    def _multiply(self, block: Block) -> Block:
        """Not `@`: its results differ with the number of rows, and with one row above all (measured)."""
        made: Block = np.einsum("ij,jk->ik", block, self.transposed)
        return made
