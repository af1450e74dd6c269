"""What a pipeline ends in: the steps make of the endpoint's number what scikit-learn answers."""

from typing import Any

import numpy as np
import pytest
from sklearn import compose, ensemble, linear_model, pipeline, preprocessing

from scoring.contract import Contract
from scoring.contract_inputs import build_inputs
from scripts import sklearn_docs
from scripts.sklearn_conversion.convert import Converted, convert
from scripts.sklearn_conversion.registry import CONVERTERS

pytestmark = pytest.mark.unit

RNG = np.random.default_rng(3)
X = RNG.normal(size=(60, 2)) * [3.0, 50.0] + [1.0, 7.0]
INPUTS: list[dict[str, Any]] = [{"name": "x", "type": "number"}, {"name": "y", "type": "number"}]


def fitted(model: Any, target: Any) -> Any:
    return pipeline.make_pipeline(preprocessing.StandardScaler(), model).fit(X, target)


def contract_of(converted: Converted, length: int = 0) -> Contract:
    document: dict[str, Any] = {"name": "m", "version": "1.0.0", "inputs": INPUTS}
    document |= {"features": converted.features, "outputs": converted.ending.outputs}
    if length:
        document["endpoint"] = {"reply": {"values": {"score": list(range(length))}}}
    return Contract.from_dict(document)


def test_two_classes_become_a_sigmoid_and_a_label() -> None:
    labels = np.where(X[:, 0] + RNG.normal(size=60) > 1, "yes", "no")
    whole = fitted(linear_model.LogisticRegression(), labels)
    contract = contract_of(convert(whole, build_inputs(INPUTS, "", [])))
    model = whole[-1]
    scores = contract.transform(X) @ model.coef_[0] + model.intercept_[0]
    made = contract.postprocess({"score": scores})
    np.testing.assert_allclose(made["probability"], whole.predict_proba(X)[:, 1], rtol=1e-12)
    assert made["label"] == whole.predict(X).tolist()
    assert contract.postprocess({"score": np.zeros(1)})["label"] == ["no"]


def test_several_classes_become_a_softmax_and_a_label() -> None:
    labels = np.digitize(X[:, 0], [0.0, 2.0])
    whole = fitted(linear_model.LogisticRegression(), labels)
    contract = contract_of(convert(whole, build_inputs(INPUTS, "", [])), 3)
    scores = contract.transform(X) @ whole[-1].coef_.T + whole[-1].intercept_
    made = contract.postprocess({"score": scores})
    np.testing.assert_allclose(made["probabilities"], whole.predict_proba(X), rtol=1e-12)
    assert made["label"] == whole.predict(X).tolist()


TARGETS: list[Any] = [
    ({"func": np.log1p, "inverse_func": np.expm1}, ["expm1"]),
    ({"func": np.sqrt, "inverse_func": np.square}, ["square"]),
    ({"transformer": preprocessing.StandardScaler()}, ["inverse_standardize"]),
    ({"transformer": preprocessing.MinMaxScaler()}, ["inverse_minmax"]),
    ({"transformer": preprocessing.MaxAbsScaler()}, ["inverse_max_abs"]),
    ({"transformer": preprocessing.RobustScaler()}, ["inverse_robust_scale"]),
    ({"transformer": preprocessing.PowerTransformer()}, ["inverse_power"]),
    ({"transformer": preprocessing.QuantileTransformer(n_quantiles=20)}, ["inverse_quantile"]),
    (
        {
            "transformer": pipeline.make_pipeline(
                preprocessing.FunctionTransformer(np.log, np.exp), preprocessing.StandardScaler()
            )
        },
        ["inverse_standardize", "exp"],
    ),
]


@pytest.mark.parametrize(("settings", "steps"), TARGETS, ids=lambda each: str(each)[:40])
def test_a_transformed_target_becomes_steps(settings: dict[str, Any], steps: list[str]) -> None:
    model = compose.TransformedTargetRegressor(linear_model.Ridge(), **settings)
    whole = fitted(model, np.exp(X[:, 0] / 4) + RNG.random(60))
    converted = convert(whole, build_inputs(INPUTS, "", []))
    assert [step["operation"] for step in converted.ending.outputs[0]["steps"]] == steps
    contract = contract_of(converted)
    scores = whole[-1].regressor_.predict(contract.transform(X))
    made = contract.postprocess({"score": scores})["prediction"]
    np.testing.assert_allclose(made, whole.predict(X), rtol=1e-11)


def test_a_model_that_is_served_elsewhere_leaves_its_preprocessing() -> None:
    whole = fitted(ensemble.GradientBoostingClassifier(n_estimators=2), X[:, 0] > 1)
    converted = convert(whole, build_inputs(INPUTS, "", []))
    assert converted.ending.outputs == []
    assert "GradientBoostingClassifier isn't converted" in converted.ending.notes[0]


def test_the_published_table_is_current_and_complete() -> None:
    assert sklearn_docs.main(["--check"]) == 0, "repair it with: python -m scripts.sklearn_docs"
    text = sklearn_docs.DOCS_FILE.read_text(encoding="utf-8")
    assert all(f"`{each.__name__}`" in text for each in CONVERTERS)
