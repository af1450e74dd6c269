"""models/<name>: contract.json, train.py and README.md, from the survey and the templates."""

from __future__ import annotations

import json
from pathlib import Path
from string import Template
from typing import Any, Final

from scripts.new_model.contract import Drafted
from scripts.new_model.survey import Survey, time_of
from scripts.new_model.target import OBJECTIVES

TEMPLATES: Final = Path(__file__).parent / "templates"
REPORTS: Final = {
    "regression": """\
    mean = np.full(len(test), train.target.mean())
    measured = {
        "XGBoost": measures.measure_amounts(test.target, scores),
        "mean of the training rows": measures.measure_amounts(test.target, mean),
    }
    measures.print_measures("held-out rows", measured)""",
    "binary": """\
    share = np.full(len(test), train.target.mean())
    measured = {
        name: measures.measure_classes(test.target, np.column_stack([1 - each, each]))
        for name, each in (("XGBoost", scores), ("share of the training rows", share))
    }
    measures.print_measures("held-out rows", measured)""",
    "multiclass": """\
    shares = np.bincount(train.target.astype(int), minlength=len(READING.labels)) / len(train)
    measured = {
        "XGBoost": measures.measure_classes(test.target, scores),
        "shares of the training rows": measures.measure_classes(test.target, np.tile(shares, (len(test), 1))),
    }
    measures.print_measures("held-out rows", measured)""",
}
SCORES: Final = {
    "regression": "an amount a row",
    "binary": "the probability of the second label",
    "multiclass": "a probability for each label",
}
BASELINES: Final = {
    "regression": "the mean",
    "binary": "the share of each label",
    "multiclass": "the share of each label",
}
REAL: Final = (
    "the examples in the contract are rows of the file, and the API's document shows them to everyone who "
    "may read it; `--no-examples` makes one up."
)
INDENT: Final = " " * 4
WIDTH: Final = 110


def model_files(name: str, survey: Survey, drafted: Drafted, *, examples: bool) -> dict[str, str]:
    """Path in models/<name> → text."""
    return {
        "contract.json": drafted.text,
        "train.py": train_text(name, survey),
        "README.md": readme_text(name, survey, drafted, examples=examples),
    }


def data_name(survey: Survey) -> str:
    """What the copy of the rows is called in build/<name>; its ending says its format."""
    return f"rows{survey.path.suffix.lower() or '.csv'}"


def train_text(name: str, survey: Survey) -> str:
    """train.py."""
    kind, time = survey.target.kind, time_of(survey)
    parameters: dict[str, Any] = {"objective": OBJECTIVES[kind], "max_depth": 4, "eta": 0.1}
    if kind == "multiclass":
        parameters["num_class"] = len(survey.target.labels)
    options = f", by_time={python(time)}" if time else ", classes=True" if kind != "regression" else ""
    return _fill(
        "train.py.txt",
        name=name,
        data=python(data_name(survey)),
        reading=_reading(survey),
        parameters=_parameters(parameters),
        split=options,
        split_doc=_split_doc(survey),
        score_doc=SCORES[kind],
        baseline=BASELINES[kind],
        report=REPORTS[kind],
    )


def readme_text(name: str, survey: Survey, drafted: Drafted, *, examples: bool) -> str:
    """README.md."""
    notes = [f"- `{column}` is left out: {reason}." for column, reason in survey.left_out.items()]
    notes += [f"- `{each.name}`: {note}." for each in survey.columns for note in each.notes]
    notes += [f"- {sentence}." for sentence in drafted.findings]
    listed = "\n".join(["## What was noticed", "", *notes, "", ""]) if notes else ""
    personal = REAL if examples else "no row of the file stands in the contract; its example is made up."
    return _fill(
        "README.md.txt",
        title=name.replace("-", " ").capitalize(),
        name=name,
        target=survey.target.name,
        rows=str(survey.rows),
        file=survey.path.name,
        data=data_name(survey),
        split=_split_doc(survey).rstrip(".").lower(),
        personal=personal,
        notes=listed,
    )


def _split_doc(survey: Survey) -> str:
    time = time_of(survey)
    if time:
        return "The latest fifth is held out: the future is what is predicted."
    if survey.target.labels:
        return "A fifth of each class is held out by chance."
    return "A fifth is held out by chance."


def _reading(survey: Survey) -> str:
    reading = survey.reading
    given: dict[str, Any] = {"target": reading.target}
    defaults = {
        "labels": (),
        "delimiter": ",",
        "decimal": ".",
        "missing": (),
        "names": {},
        "date_formats": {},
    }
    given |= {
        key: getattr(reading, key) for key, default in defaults.items() if getattr(reading, key) != default
    }
    return _call("Reading", given)


def _call(name: str, arguments: dict[str, Any]) -> str:
    inline = f"{name}({', '.join(f'{key}={python(value)}' for key, value in arguments.items())})"
    if len(f"READING = {inline}") <= WIDTH:
        return inline
    lines = "".join(f"{INDENT}{key}={_spread(value, len(key) + 6)},\n" for key, value in arguments.items())
    return f"{name}(\n{lines})"


def _spread(value: Any, column: int) -> str:
    """A value on one line if it fits, else an item a line, as ruff formats it."""
    inline = python(value)
    if column + len(inline) <= WIDTH or isinstance(value, str):
        return inline
    inner = INDENT * 2
    if isinstance(value, dict):
        items = [f"{python(key)}: {python(item)}" for key, item in value.items()]
        return "{\n" + "".join(f"{inner}{item},\n" for item in items) + INDENT + "}"
    return "(\n" + "".join(f"{inner}{python(item)},\n" for item in value) + INDENT + ")"


def _parameters(parameters: dict[str, Any]) -> str:
    lines = [f"{INDENT}{python(key)}: {python(value)},\n" for key, value in parameters.items()]
    lines += [
        f'{INDENT}"nthread": 1,  # sums in one order, so the same model every time\n',
        f'{INDENT}"seed": 0,\n',
    ]
    return "{\n" + "".join(lines) + "}"


def python(value: Any) -> str:
    """A literal as ruff formats it: texts in double quotes."""
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{python(key)}: {python(item)}" for key, item in value.items()) + "}"
    if isinstance(value, tuple | list):
        return "(" + ", ".join(map(python, value)) + ("," if len(value) == 1 else "") + ")"
    return repr(value)


def _fill(template: str, **values: str) -> str:
    return Template((TEMPLATES / template).read_text(encoding="utf-8")).substitute(values)
