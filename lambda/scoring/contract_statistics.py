"""Statistics of a contract: what the training data looked like, as expectations for serving.

`scripts/fit` writes them and `scripts/skew` compares live requests with them; the function itself only checks
that they are well-formed.
"""

from typing import Final

from .declarations import Field, MapOf, Record, Ref
from .kinds import Number, Text
from .number_lists import Numbers

COUNT: Final = Number(minimum=0, whole=True)
PROBABILITIES: Final = (0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99)
"""Of the quantiles."""

COLUMN: Final = Record(
    doc="What one input, or one feature, looked like in the training data.",
    fields=(
        Field("count", COUNT, "Rows that have a value.", required=True),
        Field("missing", COUNT, "Rows that have none.", required=True),
        Field("minimum", Number(), "Of numbers: the least."),
        Field("maximum", Number(), "Of numbers: the greatest."),
        Field("mean", Number(), "Of numbers: the mean, to six digits."),
        Field("std", Number(minimum=0), "Of numbers: the population's standard deviation, to six digits."),
        Field(
            "quantiles",
            Numbers(ascending="weakly"),
            f"Of numbers: the quantiles at {', '.join(map(str, PROBABILITIES))}, to six digits.",
        ),
        Field(
            "edges",
            Numbers(at_least=0, ascending="strictly"),
            "Of numbers: edges of a histogram; n edges make n + 1 bins, which hold the edge on their left.",
        ),
        Field("counts", Numbers(), "Of numbers: rows in each bin."),
        Field("first", Text(), "Of datetimes: the earliest."),
        Field("last", Text(), "Of datetimes: the latest."),
        Field("categories", MapOf(COUNT), "Of texts: how often each occurred, the most frequent 200."),
        Field("others", COUNT, "Of texts: rows with another."),
    ),
)

STATISTICS: Final = Record(
    doc="What the training data looked like; `python -m scripts.fit` writes it.",
    fields=(
        Field("rows", COUNT, "How many rows there were.", required=True),
        Field("inputs", MapOf(Ref("column_statistics", lambda: COLUMN, "an object")), "By input.", True),
        Field("features", MapOf(Ref("column_statistics", lambda: COLUMN, "an object")), "By feature.", True),
    ),
)
