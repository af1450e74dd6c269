"""What skew measures: the stability index, what chance explains, categories, missing values."""

import numpy as np
import pytest

from scripts.skewing.compare import Comparison, Thresholds, judge, measure
from scripts.skewing.stability import index, noise

pytestmark = pytest.mark.unit
NUMBERS = {"count": 100, "missing": 0, "minimum": 0, "maximum": 9, "edges": (5,), "counts": (50, 50)}


def test_the_index_is_the_sum_over_bins() -> None:
    """Shares are ½ and ½, then 90.5/101 and 10.5/101: 40/101 · (ln(181/101) - ln(21/101)) = 0.85306."""
    assert index([50, 50], [90, 10]) == pytest.approx(0.85306, abs=5e-6)


def test_the_index_of_the_same_shares_is_nothing() -> None:
    assert index([10, 20, 30], [10, 20, 30]) == 0.0


def test_an_empty_bin_is_finite() -> None:
    """0.5/11 against 10.5/11, and the other way round: 2 · 10/11 · ln(21) = 5.53549."""
    assert index([10, 0], [0, 10]) == pytest.approx(5.53549, abs=1e-5)


@pytest.mark.parametrize(("bins", "quantile"), [(3, 5.991), (10, 16.919), (201, 233.994)])
def test_chance_alone_explains_what_the_chi_square_table_says(bins: int, quantile: float) -> None:
    assert noise(bins, 1000, 1000) == pytest.approx(quantile * 2 / 1000, rel=0.01)


def test_one_bin_has_no_noise() -> None:
    assert noise(1, 1000, 1000) == 0.0


def test_a_bin_holds_the_edge_on_its_left() -> None:
    found = measure("input", "x", NUMBERS, np.array([4.9, 5.0, 7.0, 12.0]))
    assert found.now == (1, 3)
    assert found.labels == ["below 5", "from 5"]
    assert found.outside == 0.25


def test_missing_values_are_a_share_of_the_rows() -> None:
    found = measure("input", "x", {**NUMBERS, "missing": 100}, np.array([np.nan, 1.0, np.nan, np.inf]))
    assert (found.missing, found.missing_before) == (0.75, 0.5)


def test_categories_that_training_never_saw_are_named() -> None:
    known = {"count": 4, "missing": 0, "categories": {"a": 3, "b": 1}, "others": 0}
    found = measure("input", "x", known, np.array(["a", "z", "z", "y", None], object))
    assert found.now == (1, 0, 3)
    assert found.unseen == 0.75
    assert found.unseen_values == ["z", "y"]
    assert found.missing == 0.2


def test_beyond_the_listed_categories_nothing_is_called_unseen() -> None:
    """It may have been among the others."""
    known = {"count": 5, "missing": 0, "categories": {"a": 3}, "others": 2}
    assert measure("input", "x", known, np.array(["z"], object)).unseen is None


def test_time_moves_on_without_a_verdict() -> None:
    known = {"count": 2, "missing": 0, "first": "2011-01-01 00:00:00", "last": "2011-12-19 23:00:00"}
    days = np.array(["2011-06-01", "2012-01-01"], "datetime64[us]")
    found = judge(measure("input", "when", known, days), Thresholds(minimum=1))
    assert (found.outside, found.verdict) == (0.5, "ok")


@pytest.mark.parametrize(
    ("psi", "chance", "verdict"),
    [(0.09, 0.0, "ok"), (0.1, 0.0, "warn"), (0.24, 0.0, "warn"), (0.25, 0.0, "fail"), (0.3, 0.31, "ok")],
)
def test_an_index_is_judged_by_thresholds_when_chance_does_not_explain_it(
    psi: float, chance: float, verdict: str
) -> None:
    found = Comparison("input", "x", 500, 0.0, 0.0, before=(1, 1), now=(1, 1), psi=psi, noise=chance)
    assert judge(found, Thresholds()).verdict == verdict


@pytest.mark.parametrize(
    ("missing", "verdict"), [(0.1, "ok"), (0.209, "ok"), (0.211, "warn"), (0.251, "fail")]
)
def test_only_more_missing_values_than_in_training_count(missing: float, verdict: str) -> None:
    assert judge(Comparison("input", "x", 500, missing, 0.2), Thresholds()).verdict == verdict


def test_too_few_rows_are_not_judged() -> None:
    found = judge(Comparison("input", "x", 199, 1.0, 0.0), Thresholds())
    assert (found.verdict, found.reasons) == ("few", ("199 rows, 200 are needed",))
