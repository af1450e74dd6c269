"""Examples for clients and for the smoke test: rows of the file, or made-up ones that are nobody's."""

from __future__ import annotations

import json
import math
from typing import Any, Final

from scripts.json_layout import LaidOut
from scripts.new_model.inputs import typical
from scripts.new_model.survey import Survey
from scripts.training.rows import Rows

TOLERANCE: Final = {"relative": 1e-4, "absolute": 1e-5}
"""XGBoost counts in float32."""
SHOWN: Final = 3


def input_examples(survey: Survey) -> dict[str, Any]:
    """Input → its value in the first row that has one."""
    return {column.name: column.present[0] for column in survey.columns}


def golden_examples(survey: Survey, rows: Rows, *, real: bool) -> list[dict[str, Any]]:
    """The entries of `examples`; their responses are the trained model's to give."""
    tolerance = dict(TOLERANCE)
    if survey.target.kind == "regression":
        tolerance["absolute"] = 2 * 10.0**-survey.target.digits
    if not real:
        made_up = {column.name: typical(column) for column in survey.columns}
        return [
            {
                "name": "a made-up row",
                "description": "The median or the most frequent value of each column: nobody's row.",
                "request": _one_line({"instances": [made_up]}),
                "tolerance": tolerance,
            }
        ]
    places = _places(survey, rows)
    named = {name: values[places[0]] for name, values in rows.inputs.items() if values[places[0]] is not None}
    listed = [[values[place] for values in rows.inputs.values()] for place in places]
    where = ", ".join(str(place + 1) for place in places)
    return [
        {
            "name": "one row, by name",
            "description": f"Row {places[0] + 1} of {survey.path.name}; what has no value there is left out.",
            "request": _one_line({"instances": [named]}),
            "tolerance": tolerance,
        },
        {
            "name": "several rows, in the order of the inputs",
            "description": f"Rows {where} of {survey.path.name}.",
            "request": _one_line({"instances": listed}),
            "tolerance": tolerance,
        },
    ]


def _places(survey: Survey, rows: Rows) -> list[int]:
    """The first row of each of the first classes; of amounts, the least, the middle, the greatest."""
    target = rows.target.tolist()
    if survey.target.labels:
        return [target.index(place) for place in range(min(len(survey.target.labels), SHOWN))]
    order = sorted(range(len(target)), key=target.__getitem__)
    picked = [order[0], order[len(order) // 2], order[-1]]
    return [place for place in picked if math.isfinite(target[place])]


def _one_line(request: dict[str, Any]) -> LaidOut:
    """A request as the other contracts lay it out."""
    return LaidOut(json.dumps(request, ensure_ascii=False, allow_nan=False))
