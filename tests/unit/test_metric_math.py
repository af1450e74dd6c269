"""Metric math of the local stage: what expressions are worth, and which are refused."""

import pytest

from scripts.local_stage.metric_math import Scope, read_expression
from scripts.local_stage.metric_values import MathError, Series, Value

pytestmark = pytest.mark.unit

METRICS: dict[str, Series] = {
    "a": [1.0, 2.0, None, 4.0],
    "b": [2.0, 0.0, 8.0, 16.0],
    "gaps": [None, 2.0, None, 6.0],
    "none": [None, None, None, None],
}


def value_of(text: str) -> Value:
    def resolve(name: str) -> Value:
        if name not in METRICS:
            raise MathError(f"there is no {name}")
        return METRICS[name]

    return read_expression(text).evaluate(Scope(resolve, lambda: tuple(METRICS.values())))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 + 3 * 4 ^ 2 / 8 - 1", 7.0),
        ("-2 ^ 2 + (1 - 3) * -1", -2.0),
        ("2 ^ 3 ^ 2", 512.0),
        ("10 - 2 - 3", 5.0),
        (".5e1 + 1.5", 6.5),
        ("a / b", [0.5, None, None, 0.25]),  # by zero, and of nothing
        ("100 * a", [100.0, 200.0, None, 400.0]),
        ("FILL(a, 0) + b", [3.0, 2.0, 8.0, 20.0]),
        ("FILL(none, 7)", [7.0, 7.0, 7.0, 7.0]),
        ("FILL(gaps, REPEAT)", [None, 2.0, 2.0, 6.0]),
        ("FILL(gaps, LINEAR)", [None, 2.0, 4.0, 6.0]),
        ("a > 1", [0.0, 1.0, None, 1.0]),
        ("b >= 8 AND b != 16", [0.0, 0.0, 1.0, 0.0]),
        ("IF(b == 0, 99, b)", [2.0, 99.0, 8.0, 16.0]),
        ("SUM(b)", 26.0),
        ("AVG(gaps)", 4.0),
        ("MAX(none)", None),
        ("b / SUM(b) * 26", [2.0, 0.0, 8.0, 16.0]),
        ("SUM([a, gaps])", [1.0, 4.0, None, 10.0]),
        ("MAX(METRICS())", [2.0, 2.0, 8.0, 16.0]),
        ("SUM(FILL([a, none], 1))", [2.0, 3.0, 2.0, 5.0]),
        ("STDDEV([b, b + 2])", [1.0, 1.0, 1.0, 1.0]),
        ("ABS(0 - a)", [1.0, 2.0, None, 4.0]),
        ("CEIL(b / 3) + FLOOR(b / 3)", [1.0, 0.0, 5.0, 11.0]),
    ],
)
def test_an_expression_is_worth(text: str, expected: Value) -> None:
    """Worked out by hand."""
    found = value_of(text)
    assert (list(found) if isinstance(found, tuple) else found) == expected


def test_the_modules_own_expression() -> None:
    """api-overhead: 900 ms for three requests, 600 of them SageMaker's, leave 100 ms a request."""
    minute: dict[str, Value] = {
        "integration": [900.0],
        "requests": [3.0],
        "model_0": [500_000.0],
        "overhead_0": [100_000.0],
        "model_1": [None],
        "overhead_1": [None],
    }
    text = (
        "(integration - (FILL(model_0, 0) + FILL(overhead_0, 0) + FILL(model_1, 0) + FILL(overhead_1, 0))"
        " / 1000) / requests"
    )
    assert read_expression(text).evaluate(Scope(minute.__getitem__, tuple)) == [100.0]


@pytest.mark.parametrize(
    "text", ["", "a +", "a b", "(a", "a)", "SUM(a", "a $ b", "1..2", "FILL(a, 0", "[a, b", "* a"]
)
def test_what_is_no_expression_is_refused(text: str) -> None:
    """When the alarm is made."""
    with pytest.raises(MathError):
        read_expression(text)


@pytest.mark.parametrize("text", ["RATE(a)", "FILL(a)", "c + 1", "FILL(3, 0)", "SUM('x')", "'x' + 1"])
def test_what_cannot_be_evaluated_is_said(text: str) -> None:
    """It can be read: a function of AWS's that isn't known here, wrong arguments, an unknown id."""
    expression = read_expression(text)
    with pytest.raises(MathError):
        expression.evaluate(Scope(lambda _: value_of("c"), tuple))


def test_an_expression_names_its_metrics() -> None:
    """So that an alarm can be refused whose ids don't exist."""
    assert read_expression("FILL(errors, REPEAT) / (all + 1)").names == {"errors", "all"}
