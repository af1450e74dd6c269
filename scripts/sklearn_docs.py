"""Render `docs/from-sklearn.md`, the classes that from_sklearn converts, from the register of converters."""

import re
import sys
from pathlib import Path

from scripts.generated_file import ROOT, render_command
from scripts.sklearn_conversion import convert  # noqa: F401 - imports every converter
from scripts.sklearn_conversion.registry import CONVERTERS
from scripts.sklearn_conversion.selecting import SELECTORS
from scripts.sklearn_conversion.targets import INVERSE_FUNCTIONS, UNDO

DOCS_FILE: Path = ROOT / "docs" / "from-sklearn.md"

INTRODUCTION = """# From scikit-learn

<!-- Rendered by `python -m scripts.sklearn_docs`; edit it there, or the converters in
scripts/sklearn_conversion. -->

`python -m scripts.from_sklearn <name> --pipeline build/<name>/pipeline.joblib --data train.csv` converts a
fitted pipeline into the contract's `features`, and what it ends in into the steps of its first output.
`--new` drafts a contract whose inputs have the data's types, ranges and examples; `--check` writes nothing.
A pickle is a program that loading runs: load only your own.
`--pipeline` takes `module:attribute` too.

The contract's inputs are matched by the names of the columns that the pipeline was fitted on, or by their
order if it was fitted on an array.
DataFrames of pandas or polars and `set_output` make no difference, but scikit-learn 1.8's own
ColumnTransformer fails on polars 2.1.

## Parity

Before anything is written, the contract and scikit-learn transform the same rows: those of `--data`, else
the contract's examples, and edge rows, in which one input at a time is absent, unknown, at its bounds or
extreme.
A column that differs by more than 1e-12, relative to what scikit-learn makes, fails the conversion.
Behind `project`, `power`, `quantile` and `spline`, a difference is relative to Σ|terms|, the sizes of what
was added up: where terms cancel, little but rounding is left, and BLAS itself rounds otherwise from run to
run.
Where scikit-learn raises an error (NaN into a scaler that takes none) and the contract answers, the report
says so; an absent text has no words in a contract.
`--json` prints it all for programs.
The version of scikit-learn stands in the contract's `provenance`.

## The model at the end

The model itself is served by the endpoint and left out; `predict` of a regressor is what it is to answer.
Of LogisticRegression, SGDClassifier, RidgeClassifier, Perceptron and LinearSVC it is the decision function,
and the outputs' steps make probabilities and labels of it.
"""

CLASSES = """## Classes

Everything else is refused, by the path of its step and with what to do; so are subclasses of these.
For what scikit-learn has no class for, `scripts/training/contract_operation.py` has a transformer that runs
an operation of the contract: `ContractOperation("datetime_parts", {"parts": ["year", "hour"]})`.

| Class | Becomes |
|---|---|
"""


def render() -> str:
    """The text of docs/from-sklearn.md."""
    undone = ", ".join(f"`{each.__name__}`" for each in UNDO)
    functions = ", ".join(f"`np.{each}`" for each in INVERSE_FUNCTIONS.values())
    target = (
        f"TransformedTargetRegressor becomes steps: an `inverse_func` of {functions}, or a transformer among "
        f"{undone}.\n"
    )
    rows = [
        f"| `{each.__name__}` | {converter.becomes} |\n"
        for each, converter in CONVERTERS.items()
        if each not in SELECTORS
    ]
    names = ", ".join(f"`{each.__name__}`" for each in SELECTORS)
    rows.append(f"| {names} | {CONVERTERS[SELECTORS[0]].becomes} |\n")
    return f"{_one_sentence_a_line(INTRODUCTION)}{target}\n{_one_sentence_a_line(CLASSES)}{''.join(rows)}"


def _one_sentence_a_line(text: str) -> str:
    """Join the lines that are broken here within a sentence."""
    return re.sub(r"(?<=[^\n.|>]) *\n(?=[^\n#|<])", " ", text)


def main(argv: list[str] | None = None) -> int:
    """Write or check docs/from-sklearn.md."""
    return render_command("sklearn_docs", DOCS_FILE, render, argv)


if __name__ == "__main__":
    sys.exit(main())
