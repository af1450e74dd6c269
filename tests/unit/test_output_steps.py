"""Output steps, by examples worked out by hand and against scikit-learn."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit  # type: ignore[import-untyped]
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import (
    MaxAbsScaler,
    MinMaxScaler,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)
from sklearn.utils.extmath import softmax

from scoring.contract import Contract
from scoring.errors import MalformedReply, PredictionNotFinite

pytestmark = pytest.mark.unit

SCORES = st.floats(-1e4, 1e4)


def contract_of(length: int | None, *steps: dict[str, Any], **output: Any) -> Contract:
    listed = {} if length is None else {"length": length}
    return Contract.from_dict(
        {
            "name": "m",
            "version": "1.0.0",
            "inputs": [{"name": "x", "type": "number"}],
            "features": ["x"],
            "endpoint": {"reply": {"values": {"score": 0 if length is None else list(range(length))}}},
            "outputs": [{"name": "y", "steps": list(steps), **listed, **output}],
        }
    )


def post(values: Any, *steps: dict[str, Any], **output: Any) -> list[Any]:
    """What the steps make of one value a row, or of one list a row."""
    array = np.array(values, float)
    length = array.shape[1] if array.ndim > 1 else None
    return contract_of(length, *steps, **output).postprocess({"score": array})["y"]


def test_exp_undoes_a_logarithm() -> None:
    assert post([0.0, 1.0], {"operation": "exp"}) == [1.0, pytest.approx(2.718281828459045, rel=1e-15)]


def test_square_undoes_a_root() -> None:
    assert post([3.0, -0.5], {"operation": "square"}) == [9.0, 0.25]


def test_scale_multiplies_then_adds() -> None:
    assert post([0.0, 100.0], {"operation": "scale", "factor": 1.8, "offset": 32}) == [32.0, 212.0]
    assert post([[1.0, 2.0]], {"operation": "scale", "factor": 100}) == [[100.0, 200.0]]


def test_sigmoid_is_stable_at_both_ends() -> None:
    assert post([0.0, 800.0, -800.0], {"operation": "sigmoid"}) == [0.5, 1.0, 0.0]


@given(st.lists(SCORES | st.floats(-40, 40), min_size=1, max_size=9))
def test_sigmoid_is_scipys_expit(scores: list[float]) -> None:
    found = post(scores, {"operation": "sigmoid"})
    np.testing.assert_allclose(found, expit(scores), rtol=1e-15, atol=1e-300)  # scipy has no 4e-309


def test_softmax_makes_shares_that_add_up_to_one() -> None:
    assert post([[1000.0, 1000.0], [0.0, 0.0]], {"operation": "softmax"}) == [[0.5, 0.5], [0.5, 0.5]]


@given(
    st.integers(2, 5).flatmap(
        lambda k: st.lists(st.lists(SCORES, min_size=k, max_size=k), min_size=1, max_size=5)
    )
)
def test_softmax_is_scikit_learns(scores: list[list[float]]) -> None:
    made = post(scores, {"operation": "softmax"})
    np.testing.assert_allclose(made, softmax(np.array(scores)), rtol=1e-14, atol=0)


def test_argmax_picks_the_first_of_the_greatest() -> None:
    made = post([[0.1, 0.7, 0.2], [0.4, 0.4, 0.2]], {"operation": "argmax"})
    assert made == [1, 0]
    assert [type(each) for each in made] == [int, int]


def test_threshold_counts_the_threshold_itself_as_above() -> None:
    assert post([0.49, 0.5, 0.51], {"operation": "threshold", "at": 0.5}) == [0, 1, 1]


def test_threshold_answers_labels() -> None:
    assert post([0.2, 0.9], {"operation": "threshold", "at": 0.5, "labels": ["B", "M"]}) == ["B", "M"]


def test_threshold_answers_true_or_false() -> None:
    assert post([0.2, 0.9], {"operation": "threshold", "at": 0.5}, type="boolean") == [False, True]


@pytest.mark.parametrize("labels", [["B", "M"], {"0": "B", "1": "M"}])
def test_label_map_puts_texts_in_place_of_numbers(labels: Any) -> None:
    assert post([1.0, 0.0, 1.0], {"operation": "label_map", "labels": labels}) == ["M", "B", "M"]


def test_label_map_knows_negative_numbers_and_a_default() -> None:
    labels = {"operation": "label_map", "labels": {"-1": "outlier", "1": "inlier"}}
    assert post([1.0, -1.0], labels) == ["inlier", "outlier"]
    assert post([0.0, 0.5, 9.0, -1.0], {**labels, "default": "?"}) == ["?", "?", "?", "outlier"]


@pytest.mark.parametrize("value", [2.0, -1.0, 0.5])
def test_a_number_without_a_label_is_the_models_error(value: float) -> None:
    with pytest.raises(MalformedReply):
        post([0.0, value], {"operation": "label_map", "labels": ["B", "M"]})


def test_labels_of_a_list_are_a_list() -> None:
    assert post([[0.0, 1.0]], {"operation": "label_map", "labels": ["a", "b"]}) == [["a", "b"]]


def test_top_k_gives_labels_with_their_scores() -> None:
    top = {"operation": "top_k", "k": 2, "labels": ["cat", "dog", "fox"]}
    assert post([[0.1, 0.6, 0.3], [0.4, 0.2, 0.4]], top) == [
        [{"label": "dog", "score": 0.6}, {"label": "fox", "score": 0.3}],
        [{"label": "cat", "score": 0.4}, {"label": "fox", "score": 0.4}],
    ]


def test_steps_make_a_class_of_scores() -> None:
    steps: list[dict[str, Any]] = [
        {"operation": "softmax"},
        {"operation": "argmax"},
        {"operation": "label_map", "labels": ["a", "b"]},
    ]
    assert post([[2.0, 1.0], [0.0, 9.0]], *steps) == ["a", "b"]


@pytest.mark.parametrize(
    ("steps", "kind", "length", "labels"),
    [
        ([], "number", 3, ()),
        ([{"operation": "argmax"}], "integer", None, ()),
        (
            [{"operation": "argmax"}, {"operation": "label_map", "labels": list("abc")}],
            "string",
            None,
            tuple("abc"),
        ),
        ([{"operation": "top_k", "k": 2, "labels": list("abc")}], "object", 2, tuple("abc")),
        ([{"operation": "threshold", "at": 0.5}], "integer", 3, ()),
    ],
)
def test_an_output_is_what_its_steps_make(steps: Any, kind: str, length: int | None, labels: Any) -> None:
    (output,) = contract_of(3, *steps).outputs
    assert (output.type, output.length, output.labels) == (kind, length, labels)


@pytest.mark.parametrize("step", ["sigmoid", "exp"])
def test_a_score_that_is_not_finite_is_no_prediction(step: str) -> None:
    with pytest.raises(PredictionNotFinite):
        post([np.inf], {"operation": step})


def test_classes_of_no_number_are_not_made_up() -> None:
    with pytest.raises(PredictionNotFinite):
        post([[np.nan, 1.0]], {"operation": "argmax"})


def test_no_rows_give_no_rows() -> None:
    empty = np.empty((0, 2))
    for step in ({"operation": "argmax"}, {"operation": "top_k", "k": 1, "labels": ["a", "b"]}):
        assert contract_of(2, step).postprocess({"score": empty}) == {"y": []}


def test_logistic_regression_is_two_steps() -> None:
    rng = np.random.default_rng(0)
    features = rng.normal(size=(60, 3))
    labels = np.array(["a", "b", "c"])[rng.integers(0, 3, 60)]
    several = LogisticRegression().fit(features, labels)
    decision = several.decision_function(features)
    np.testing.assert_allclose(
        post(decision, {"operation": "softmax"}), several.predict_proba(features), rtol=1e-12
    )
    to_labels = {"operation": "label_map", "labels": several.classes_.tolist()}
    assert post(decision, {"operation": "argmax"}, to_labels) == several.predict(features).tolist()
    two = LogisticRegression().fit(features, labels == "a")
    shares = post(two.decision_function(features), {"operation": "sigmoid"})
    np.testing.assert_allclose(shares, two.predict_proba(features)[:, 1], rtol=1e-12)


TARGET = np.random.default_rng(1).gamma(2.0, 50.0, (200, 1))
SCALED = st.lists(st.floats(-4, 4), min_size=1, max_size=8)


def check_inverse(scaler: Any, step: dict[str, Any], scores: list[float], *, relative: float = 1e-12) -> None:
    expected = scaler.inverse_transform(np.array(scores)[:, np.newaxis])[:, 0]
    np.testing.assert_allclose(post(scores, step), expected, rtol=relative, atol=1e-12)


@given(SCALED)
def test_inverses_of_the_scalers_are_scikit_learns(scores: list[float]) -> None:
    standard, robust = StandardScaler().fit(TARGET), RobustScaler().fit(TARGET)
    minmax, max_abs = MinMaxScaler().fit(TARGET), MaxAbsScaler().fit(TARGET)
    step = {
        "operation": "inverse_standardize",
        "mean": standard.mean_.tolist(),
        "scale": standard.scale_.tolist(),
    }
    check_inverse(standard, step, scores)
    step = {"operation": "inverse_minmax", "scale": minmax.scale_.tolist(), "offset": minmax.min_.tolist()}
    check_inverse(minmax, step, scores)
    check_inverse(max_abs, {"operation": "inverse_max_abs", "scale": max_abs.scale_.tolist()}, scores)
    step = {
        "operation": "inverse_robust_scale",
        "center": robust.center_.tolist(),
        "scale": robust.scale_.tolist(),
    }
    check_inverse(robust, step, scores)


@given(SCALED, st.sampled_from(["yeo-johnson", "box-cox"]), st.booleans())
def test_inverse_power_is_power_transformers(scores: list[float], method: str, standardize: bool) -> None:
    power = PowerTransformer(method=method, standardize=standardize).fit(TARGET)
    step = {"operation": "inverse_power", "method": method, "lambdas": power.lambdas_.tolist()}
    if standardize:
        step |= {"mean": power._scaler.mean_.tolist(), "scale": power._scaler.scale_.tolist()}
    with np.errstate(all="ignore"):
        expected = power.inverse_transform(np.array(scores)[:, np.newaxis])[:, 0]
    if np.isfinite(expected).all():
        np.testing.assert_allclose(post(scores, step), expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize(
    ("method", "power"), [("yeo-johnson", 0.0), ("yeo-johnson", 2.0), ("yeo-johnson", 0.5), ("box-cox", 0.0)]
)
def test_inverse_power_at_its_limits(method: str, power: float) -> None:
    transformer = PowerTransformer(method=method, standardize=False).fit(TARGET)
    transformer.lambdas_ = np.array([power])
    step = {"operation": "inverse_power", "method": method, "lambdas": [power]}
    check_inverse(transformer, step, [-1.5, -0.1, 0.0, 0.1, 1.5])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.sampled_from(["uniform", "normal"]))
def test_inverse_quantile_is_quantile_transformers(ranks: list[float], distribution: str) -> None:
    quantile = QuantileTransformer(n_quantiles=50, output_distribution=distribution).fit(TARGET)
    scores = ranks if distribution == "uniform" else [8 * rank - 4 for rank in ranks]
    step = {
        "operation": "inverse_quantile",
        "quantiles": [quantile.quantiles_[:, 0].tolist()],
        "output_distribution": distribution,
    }
    check_inverse(quantile, step, scores, relative=1e-9)


def test_inverses_take_one_number_for_each_of_a_list() -> None:
    step = {"operation": "inverse_standardize", "mean": [1, 2], "scale": [10, 100]}
    assert post([[0.5, 0.25]], step) == [[6.0, 27.0]]
    assert post([[0.5, 0.25]], {"operation": "inverse_max_abs", "scale": [10, 100]}) == [[5.0, 25.0]]
