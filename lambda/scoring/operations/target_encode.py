"""A category as the mean of the target where it occurs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, Final

import numpy as np

from scoring.declarations import Either, Field, ListOf
from scoring.kinds import Choice, Number, Text
from scoring.number_lists import Matrix, Numbers

from .categories import CATEGORIES, CodeTable, learn_categories, look_up, strangers
from .registry import Block, FitError, Operation, feature

AUTO: Final = "auto"


@feature
class TargetEncode(Operation):
    """Replace a category by the mean of the target among its rows, shrunk towards the mean of all rows.

    An unknown category, or an absent value where null is no category, gets the mean of all rows.
    Of several classes, each input gets a column for each class: the share of that class.
    As after scikit-learn's `fit` and `transform`. Its `fit_transform` encodes each training row from other
    rows, to keep the row's own target out: mind this leak where few rows share a category.
    """

    name = "target_encode"
    formula = (
        "auto: w m + (1 - w) M, where m, v and n are mean, variance and number of the category's rows, "
        "M and V mean and variance of all rows, and w = V n / (V n + v); "
        "else (n m + smooth M) / (n + smooth)"
    )
    sklearn = "TargetEncoder, its `transform`"
    takes = ("string", "number")
    parameters: ClassVar[Sequence[Field]] = (
        CATEGORIES,
        Field(
            "encodings",
            ListOf(Matrix()),
            "One list for each input column: for each of its categories a list of one number, or of one for "
            "each class.",
            required=True,
            fitted=True,
        ),
        Field(
            "target_mean",
            Numbers(),
            "What unknown categories get: a list of one number, or of one for each class.",
            required=True,
            fitted=True,
        ),
        Field("classes", ListOf(Text()), "Of multiclass: the classes, in the columns' names.", fitted=True),
        Field(
            "target_type",
            Choice("continuous", "binary", "multiclass"),
            "For fitting: binary takes the greater of two values as 1, the other as 0; multiclass each value "
            "as a class.",
            default="continuous",
        ),
        Field(
            "smooth",
            Either(number=Number(minimum=0), text=Choice(AUTO)),
            "For fitting: how many rows the mean of all rows weighs; auto weighs by the variances.",
            default=AUTO,
        ),
    )
    per_column = ("categories", "encodings")
    example: ClassVar[dict[str, Any]] = {
        "operation": "target_encode",
        "input": "city",
        "categories": [["Bern", "Paris"]],
        "encodings": [[[0.25], [0.75]]],
        "target_mean": [0.4],
    }

    def __init__(
        self,
        categories: Sequence[Sequence[Any]],
        encodings: Sequence[Sequence[Sequence[float]]],
        target_mean: Sequence[float],
        classes: Sequence[str] = (),
        **fitting: Any,
    ) -> None:
        self._classes = tuple(classes)
        self._tables = [
            CodeTable({each: code for code, each in enumerate(known)}, -1) for known in categories
        ]
        # The mean of all rows stands last, where the code -1 finds it.
        self._encodings = [np.array([*table, target_mean], np.float64) for table in encodings]

    @classmethod
    def disagreements(cls, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        lists = zip(parameters.get("categories", ()), parameters.get("encodings", ()), strict=False)
        mean, classes = parameters.get("target_mean", ()), parameters.get("classes")
        if any(len(known) != len(table) for known, table in lists):
            yield "encodings", "one entry for each category of each input"
        if any(len(row) != len(mean) for table in parameters.get("encodings", ()) for row in table if mean):
            yield "encodings", f"lists of {len(mean)}, as target_mean is"
        if mean and classes is not None and len(classes) != len(mean):
            yield "classes", f"{len(mean)} names, as target_mean has numbers"
        if len(mean) > 1 and classes is None:
            yield "target_mean", 'a single number, or else the key "classes" beside it'

    @classmethod
    def unsuited(cls, parameters: Mapping[str, Any], family: str) -> Iterator[tuple[str, str]]:
        yield from strangers(parameters, family, "categories")

    @classmethod
    def fit(
        cls, block: Block, parameters: Mapping[str, Any], target: Block | None = None
    ) -> Mapping[str, Any]:
        targets, classes = _targets(target, parameters.get("target_type", "continuous"))
        categories = learn_categories(block, {})["categories"]
        tables = [CodeTable({each: code for code, each in enumerate(known)}) for known in categories]
        smooth = parameters.get("smooth", AUTO)
        encodings = [
            np.column_stack([_encode(codes, len(categories[column]), each, smooth) for each in targets.T])
            for column, codes in look_up(tables, block)
        ]
        found = {
            "categories": categories,
            "encodings": [table.tolist() for table in encodings],
            "target_mean": targets.mean(axis=0).tolist(),
        }
        return found | ({"classes": classes} if classes else {})

    def column_names(self, names: Sequence[str]) -> tuple[str, ...]:
        if not self._classes:
            return tuple(names)
        return tuple(f"{name}_{each}" for name in names for each in self._classes)

    def apply(self, block: Block) -> Block:
        width = self._encodings[0].shape[1]
        made = np.empty((len(block), block.shape[1] * width))
        for column, codes in look_up(self._tables, block):
            made[:, column * width : (column + 1) * width] = self._encodings[column][codes]
        return made


def _targets(target: Block | None, target_type: str) -> tuple[Block, list[str]]:
    """(n_rows, n_classes or 1) float64, and the names of the classes if there are several."""
    if target is None:
        raise FitError("the target is needed; name its column with --target")
    if not np.isfinite(target).all():
        raise FitError("the target has values that are absent or infinite")
    if target_type == "continuous":
        return target[:, np.newaxis], []
    values = np.unique(target)
    if target_type == "binary":
        if values.size != 2:
            raise FitError(f"the target has {values.size} values, and binary takes 2")
        return (target == values[1]).astype(np.float64)[:, np.newaxis], []
    if values.size < 3:
        raise FitError(f"the target has {values.size} values, and multiclass takes 3 or more")
    shares = (target[:, np.newaxis] == values).astype(np.float64)
    return shares, [str(int(each) if each.is_integer() else each) for each in values.tolist()]


def _encode(codes: Block, n_categories: int, target: Block, smooth: float | str) -> Block:
    """(n_categories,) float64: equations 3 to 7 of Micci-Barreca (2001), as scikit-learn computes them."""
    counts = np.bincount(codes, minlength=n_categories)
    sums = np.bincount(codes, target, n_categories)
    mean = np.mean(target)
    if isinstance(smooth, str):
        means = sums / counts
        squares = np.bincount(codes, (target - means[codes]) ** 2, n_categories)
        spread = np.var(target) * counts
        weights = spread / (spread + squares / counts)
        # Where nothing varies, all means are the same.
        return np.where(np.isnan(weights), mean, weights * means + (1 - weights) * mean)
    shrunk: Block = (smooth * mean + sums) / (smooth + counts)
    return shrunk
