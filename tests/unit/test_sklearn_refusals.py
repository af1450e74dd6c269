"""What no operation stands for is refused by its path, with what to do."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import compose, impute, linear_model, pipeline, preprocessing
from sklearn.feature_extraction import FeatureHasher
from sklearn.feature_extraction import text as texts

from scoring.contract_inputs import build_inputs
from scripts.sklearn_conversion.convert import convert
from scripts.sklearn_conversion.refusals import ConversionError, NotExpressibleError

pytestmark = pytest.mark.unit

FRAME = pd.DataFrame(
    {"n": [1.0, 2.0, np.nan, 4.0], "t": ["a b", "b c", "c", "a"], "m": ["x", None, "y", "x"]}
)
INPUTS = build_inputs(
    [
        {"name": "n", "type": "number", "required": False},
        {"name": "t", "type": "string"},
        {"name": "m", "type": "string", "required": False},
    ],
    "",
    [],
)


class MyScaler(preprocessing.MaxAbsScaler):  # type: ignore[misc]
    """One's own."""


def double(values: Any) -> Any:
    return values * 2


REFUSED: list[Any] = [
    (impute.KNNImputer(), ["n"], "it → KNNImputer: not expressible", "SimpleImputer"),
    (MyScaler(), ["n"], "it → MyScaler: not expressible; it is a subclass of MaxAbsScaler", "MaxAbsScaler"),
    (
        preprocessing.FunctionTransformer(double),
        ["n"],
        "test_sklearn_refusals.double isn't known",
        "use one of those",
    ),
    (
        pipeline.make_pipeline(impute.SimpleImputer(), preprocessing.FunctionTransformer(np.sin)),
        ["n"],
        "it → functiontransformer → FunctionTransformer: the function",
        "ContractOperation",
    ),
    (impute.SimpleImputer(missing_values=1), ["n2"], "missing_values is 1", "NaN"),
    (texts.CountVectorizer(), ["t"], "a table with one column", "by itself"),
    (texts.CountVectorizer(tokenizer=str.split, token_pattern=None), "t", "its tokenizer is a function", ""),
    (texts.HashingVectorizer(), "t", "its n_features is 1048576", "fewer"),
    (FeatureHasher(8, input_type="dict"), ["t"], "its input_type is 'dict'", "ContractOperation"),
    (preprocessing.PolynomialFeatures(11), ["n"], "its degree is 11", "1 to 10"),
    (preprocessing.PolynomialFeatures(0), ["n"], "its degree is 0", "1 to 10"),
    (preprocessing.SplineTransformer(degree=0), ["n"], "zeros or fails beyond the knots", "KBins"),
    (preprocessing.SplineTransformer(), ["one"], "two knots of a column are the same", "leave that column"),
    (
        preprocessing.SplineTransformer(degree=1, extrapolation="linear"),
        ["n", "n2"],
        "extrapolates a second column wrongly",
        "one SplineTransformer for each",
    ),
    (preprocessing.OneHotEncoder(), ["code"], "is a number in the contract and has the categories", "type"),
    (
        preprocessing.FunctionTransformer(np.clip, kw_args={"a_min": [0.0], "a_max": None}),
        ["n"],
        "the a_min of np.clip is a list",
        "one transformer",
    ),
]


@pytest.mark.filterwarnings("ignore:The parameter 'token_pattern':UserWarning")
@pytest.mark.parametrize(
    ("transformer", "columns", "said", "repair"), REFUSED, ids=lambda each: str(each)[:30]
)
def test_it_is_refused_by_its_path(transformer: Any, columns: Any, said: str, repair: str) -> None:
    frame = FRAME.assign(n2=[0.0, 1.0, 2.0, 3.0], code=["1", "2", "3", "1"], one=1.0)
    known = (
        *INPUTS,
        *build_inputs([{"name": name, "type": "number"} for name in ("n2", "code", "one")], "", []),
    )
    if isinstance(transformer, preprocessing.SplineTransformer | preprocessing.PolynomialFeatures):
        frame = frame.fillna({"n": 3.0})
    fitted: Any = compose.ColumnTransformer([("it", transformer, columns), ("rest", "passthrough", ["n"])])
    if columns == ["t"]:  # of a table, these would take the column's name for a text, and can't be fitted so
        transformer.fit([{"a": 1}] if isinstance(transformer, FeatureHasher) else ["some words"])
        fitted = pipeline.Pipeline([("it", compose.ColumnTransformer([("rest", "passthrough", ["t"])]))])
        fitted.fit(frame[["t"]])
        fitted.steps.append(("it", transformer))
    else:
        fitted.fit(frame)
    with pytest.raises(NotExpressibleError) as caught:
        convert(fitted, known)
    assert str(caught.value).startswith("it → ") or " → it → " in str(caught.value)
    assert said in str(caught.value)
    assert repair in caught.value.repair


def test_two_markers_of_absent_texts_are_refused() -> None:
    steps = pipeline.FeatureUnion(
        [
            ("none", preprocessing.OneHotEncoder()),
            ("nan", impute.SimpleImputer(strategy="most_frequent", missing_values=np.nan)),
        ]
    ).fit(FRAME[["m"]])
    with pytest.raises(NotExpressibleError, match="absent texts of m are None for one step and NaN"):
        convert(steps, INPUTS)


def test_columns_that_are_no_inputs_are_named() -> None:
    with pytest.raises(ConversionError, match="no inputs: other"):
        convert(preprocessing.MaxAbsScaler().fit(pd.DataFrame({"other": [1.0]})), INPUTS)


def test_a_target_that_no_step_undoes_is_refused() -> None:
    model = compose.TransformedTargetRegressor(
        linear_model.LinearRegression(), func=np.cbrt, inverse_func=double, check_inverse=False
    )
    steps = pipeline.make_pipeline(preprocessing.MaxAbsScaler(), model).fit([[1.0], [2.0]], [1.0, 8.0])
    with pytest.raises(NotExpressibleError, match="the inverse_func double is no step"):
        convert(steps, INPUTS[:1])
