"""Every class that is converted: what it becomes, and that the numbers are scikit-learn's."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn import compose, decomposition, feature_selection, frozen, impute, pipeline, preprocessing
from sklearn.feature_extraction import FeatureHasher
from sklearn.feature_extraction import text as texts

from scoring.contract import Contract
from scripts.sklearn_conversion.convert import Converted, convert
from scripts.sklearn_conversion.edge_rows import edge_rows
from scripts.sklearn_conversion.parity import compare
from scripts.sklearn_conversion.registry import CONVERTERS
from scripts.sklearn_conversion.selecting import SELECTORS
from scripts.training.contract_operation import ContractOperation

pytestmark = pytest.mark.unit

FRAME = pd.DataFrame(
    {
        "a": [1.0, 2.0, 3.0, 4.0, 10.0],
        "b": [0.0, 5.0, 5.0, 10.0, 5.0],
        "gap": [1.0, np.nan, 3.0, np.nan, 2.0],
        "city": ["Bern", "Rom", np.nan, "Rom", "Paris"],
        "size": ["S", "M", "L", "S", "S"],
        "note": ["good food", "bad food", "not good", "good", "Bad, bad!"],
        "when": np.array(
            ["2024-01-01T00", "2024-02-29T13", "2024-12-31T00", "2025-05-05T01", "2026-06-06T23"],
            "datetime64[s]",
        ),
    }
)
TARGET = np.array([1.0, 2.0, 1.5, 2.5, 4.0])
INPUTS: list[dict[str, Any]] = [
    {"name": "a", "type": "number"},
    {"name": "b", "type": "number"},
    {"name": "gap", "type": "number", "required": False},
    {"name": "city", "type": "string", "required": False},
    {"name": "size", "type": "string"},
    {"name": "note", "type": "string"},
    {"name": "when", "type": "datetime"},
]


def contract_of(features: list[Any], inputs: list[dict[str, Any]] | None = None) -> Contract:
    document = {"name": "m", "version": "1.0.0", "inputs": INPUTS if inputs is None else inputs}
    return Contract.from_dict(document | {"features": features, "outputs": [{"name": "y"}]})


DECLARED = contract_of(["a"]).inputs


def on(transformer: Any, columns: Any) -> Any:
    """A fitted ColumnTransformer of one transformer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return compose.ColumnTransformer([("it", transformer, columns)]).fit(FRAME, TARGET)


def check(estimator: Any) -> Converted:
    """The conversion, its numbers held against scikit-learn's on the frame and on edge rows."""
    converted = convert(estimator, DECLARED)
    contract = contract_of(converted.features)
    typical = {**FRAME.iloc[0].to_dict(), "when": "2024-01-01 00:00:00"}
    columns = {name: FRAME[name].to_numpy() for name in FRAME}
    columns["city"] = FRAME["city"].astype(object).where(FRAME["city"].notna(), None).to_numpy()
    columns["when"] = columns["when"].astype("datetime64[us]")
    data = compare("data", contract, converted, columns)
    edges = compare("edges", contract, converted, edge_rows(contract.inputs, typical))
    assert data.compared == len(FRAME)
    assert edges.compared > 0
    assert data.holds and edges.holds, [
        each for each in (*data.differences, *edges.differences) if each.exceeds
    ]
    return converted


def table() -> list[Any]:
    scale = 10**0.5  # of 1, 2, 3, 4, 10: mean 4, variance (9 + 4 + 1 + 0 + 36) / 5
    return [
        (
            preprocessing.StandardScaler(),
            ["a"],
            {"operation": "standardize", "mean": [4.0], "scale": [scale]},
        ),
        (
            preprocessing.MinMaxScaler(clip=True),
            ["b"],
            {"operation": "minmax", "clip": True, "scale": [0.1], "offset": [0.0]},
        ),
        (preprocessing.MaxAbsScaler(), ["a"], {"operation": "max_abs", "scale": [10.0]}),
        (
            preprocessing.RobustScaler(),
            ["a"],
            {"operation": "robust_scale", "center": [3.0], "scale": [2.0]},
        ),
        (preprocessing.Normalizer(norm="l1"), ["a", "b"], {"operation": "normalize", "norm": "l1"}),
        (
            preprocessing.QuantileTransformer(n_quantiles=3),
            ["a"],
            {"operation": "quantile", "n_quantiles": 3, "quantiles": [[1.0, 3.0, 10.0]]},
        ),
        (
            impute.SimpleImputer(strategy="median"),
            ["gap"],
            {"operation": "impute", "strategy": "median", "values": [2.0]},
        ),
        (
            impute.SimpleImputer(strategy="constant", fill_value=-1, add_indicator=True),
            ["gap"],
            {
                "operation": "impute",
                "strategy": "constant",
                "value": -1.0,
                "indicator": True,
                "indicated": [0],
            },
        ),
        (impute.MissingIndicator(), ["gap"], {"operation": "missing"}),
        (
            preprocessing.KBinsDiscretizer(2, encode="onehot", strategy="uniform"),
            ["b"],
            {"operation": "bucketize", "encode": "one_hot", "edges": [[5.0]]},
        ),
        (
            preprocessing.Binarizer(threshold=3),
            ["a"],
            {"operation": "bucketize", "closed": "right", "edges": [[3.0]]},
        ),
        (
            preprocessing.PolynomialFeatures(2, include_bias=True),
            ["a", "b"],
            {"operation": "polynomial", "bias": True},
        ),
        (
            preprocessing.SplineTransformer(3, degree=2, extrapolation="linear"),
            ["a"],
            {"operation": "spline", "degree": 2, "extrapolation": "linear", "knots": [[1.0, 5.5, 10.0]]},
        ),
        (
            preprocessing.OneHotEncoder(handle_unknown="ignore", drop="first"),
            ["city"],
            {
                "operation": "one_hot",
                "unknown": "ignore",
                "drop": "first",
                "categories": [["Bern", "Paris", "Rom", None]],
            },
        ),
        (
            preprocessing.OneHotEncoder(handle_unknown="warn", min_frequency=2),
            ["size"],
            {
                "operation": "one_hot",
                "unknown": "infrequent",
                "categories": [["S"]],
                "infrequent": [["L", "M"]],
            },
        ),
        (
            preprocessing.OrdinalEncoder(
                handle_unknown="use_encoded_value", unknown_value=-1, encoded_missing_value=-2
            ),
            ["city"],
            {
                "operation": "ordinal",
                "unknown": "value",
                "unknown_value": -1,
                "missing_value": -2,
                "categories": [["Bern", "Paris", "Rom", None]],
            },
        ),
        (
            preprocessing.TargetEncoder(smooth=0.0),
            ["size"],
            {
                "operation": "target_encode",
                "smooth": 0.0,
                "categories": [["L", "M", "S"]],
                "encodings": [[[1.5], [2.0], [2.5]]],
                "target_mean": [2.2],
            },
        ),
        (
            texts.CountVectorizer(ngram_range=(1, 2), max_features=3),
            "note",
            {"operation": "count_vector", "ngram_range": [1, 2], "vocabulary": ["bad", "food", "good"]},
        ),
        (
            texts.HashingVectorizer(n_features=16, norm=None),
            "note",
            {"operation": "hash_words", "n_features": 16, "norm": "none"},
        ),
        (preprocessing.FunctionTransformer(np.log1p), ["a"], {"operation": "log1p"}),
        (
            preprocessing.FunctionTransformer(np.clip, kw_args={"a_min": 0, "a_max": None}),
            ["a"],
            {"operation": "clip", "minimum": 0.0},
        ),
        (
            ContractOperation("datetime_parts", {"parts": ["year", "hour"]}),
            ["when"],
            {"operation": "datetime_parts", "parts": ["year", "hour"]},
        ),
        (
            ContractOperation("standardize"),
            ["a"],
            {"operation": "standardize", "mean": [4.0], "scale": [scale]},
        ),
        (
            frozen.FrozenEstimator(preprocessing.MaxAbsScaler().fit(FRAME[["a"]])),
            ["a"],
            {"operation": "max_abs", "scale": [10.0]},
        ),
    ]


@pytest.mark.parametrize(
    ("transformer", "columns", "expected"), table(), ids=lambda each: type(each).__name__
)
def test_a_class_becomes_an_operation(transformer: Any, columns: Any, expected: dict[str, Any]) -> None:
    converted = check(on(transformer, columns))
    listed = [columns] if isinstance(columns, str) else columns
    assert converted.features == [expected | {"input": listed[0] if len(listed) == 1 else listed}]


def test_power_transformer_becomes_power() -> None:
    fitted = on(preprocessing.PowerTransformer(), ["a", "b"])
    inner = fitted.named_transformers_["it"]
    (entry,) = check(fitted).features
    assert isinstance(entry, dict)
    assert entry["lambdas"] == inner.lambdas_.tolist()
    assert sorted(entry) == ["input", "lambdas", "mean", "operation", "scale"]
    (entry,) = check(on(preprocessing.PowerTransformer(method="box-cox", standardize=False), ["a"])).features
    assert isinstance(entry, dict)
    assert (entry["method"], entry["standardize"]) == ("box-cox", False)


@pytest.mark.parametrize(
    "reducer",
    [
        decomposition.PCA(2, whiten=True),
        decomposition.PCA(1),
        decomposition.IncrementalPCA(2),
        decomposition.TruncatedSVD(1, algorithm="arpack"),
    ],
    ids=lambda each: type(each).__name__,
)
def test_decompositions_become_project(reducer: Any) -> None:
    steps = pipeline.make_pipeline(impute.SimpleImputer(), preprocessing.StandardScaler(), reducer)
    (entry,) = check(on(steps, ["a", "b", "gap"])).features
    assert isinstance(entry, dict)
    assert entry["operation"] == "project"
    assert entry["input"]["operation"] == "standardize"


def test_tfidf_vectorizer_and_its_two_halves_become_the_same() -> None:
    whole = check(on(texts.TfidfVectorizer(sublinear_tf=True, stop_words=["not"]), "note")).features
    halves = pipeline.make_pipeline(
        texts.CountVectorizer(stop_words=["not"]), texts.TfidfTransformer(sublinear_tf=True)
    )
    assert check(on(halves, "note")).features == whole
    assert isinstance(whole[0], dict)
    assert whole[0]["operation"] == "tf_idf"
    assert whole[0]["vocabulary"] == ["bad", "food", "good"]


def test_tfidf_transformer_on_numbers_becomes_weights_and_norms() -> None:
    (entry,) = check(on(texts.TfidfTransformer(), ["a", "b"])).features
    assert isinstance(entry, dict)
    assert (entry["operation"], entry["input"]["operation"]) == ("normalize", "minmax")


def test_feature_hasher_takes_an_array_of_texts() -> None:
    steps = pipeline.make_pipeline(
        impute.SimpleImputer(strategy="constant", fill_value="?"), FeatureHasher(8, input_type="string")
    )
    (entry,) = check(on(steps, ["city", "size"])).features
    filled = {"operation": "impute", "input": ["city", "size"], "strategy": "constant", "value": "?"}
    assert entry == {"operation": "hash", "input": filled, "n_features": 8}


def test_selectors_keep_columns_of_an_entry_and_whole_entries() -> None:
    steps = pipeline.make_pipeline(
        preprocessing.PolynomialFeatures(2), feature_selection.SelectKBest(k=2), preprocessing.MaxAbsScaler()
    )
    (entry,) = check(on(steps, ["a", "b"])).features
    assert isinstance(entry, dict)
    kept = entry["input"]
    assert kept["operation"] == "select"
    assert kept["input"] == {"operation": "polynomial", "input": ["a", "b"], "bias": True}
    assert check(on(feature_selection.VarianceThreshold(1), ["a", "gap"])).features == ["a"]


def test_texts_and_numbers_in_one_encoder_become_two_entries() -> None:
    features = check(on(preprocessing.OneHotEncoder(handle_unknown="ignore"), ["b", "size"])).features
    assert features == [
        {"operation": "one_hot", "input": "b", "unknown": "ignore", "categories": [[0.0, 5.0, 10.0]]},
        {"operation": "one_hot", "input": "size", "unknown": "ignore", "categories": [["L", "M", "S"]]},
    ]


def test_unions_weights_and_equal_names() -> None:
    union = pipeline.FeatureUnion(
        [
            ("scaled", preprocessing.MaxAbsScaler()),
            ("same", "passthrough"),
            ("nothing", "drop"),
        ],
        transformer_weights={"scaled": 2.0},
    )
    assert check(on(union, ["a"])).features == [
        {
            "operation": "minmax",
            "input": {"operation": "max_abs", "input": "a", "scale": [10.0]},
            "scale": [2.0],
            "offset": [0.0],
        },
        {"operation": "select", "input": "a", "columns": [0], "as": ["it__same__a"]},
    ]


def test_selectors_of_columns_and_the_remainder_are_those_of_the_fit() -> None:
    transformer = compose.ColumnTransformer(
        [
            ("numbers", preprocessing.MaxAbsScaler(), compose.make_column_selector(pattern="^[ab]$")),
            ("none", preprocessing.MaxAbsScaler(), []),
            ("dropped", "drop", ["when", "note", "city"]),
            ("place", preprocessing.OrdinalEncoder(), [4]),
        ],
        remainder="passthrough",
    ).fit(FRAME)
    assert check(transformer).features == [
        {"operation": "max_abs", "input": ["a", "b"], "scale": [10.0, 10.0]},
        {"operation": "ordinal", "input": "size", "categories": [["L", "M", "S"]]},
        "gap",
    ]


def test_every_registered_class_is_tried_here() -> None:
    tried = {type(transformer) for transformer, _, _ in table()}
    tried |= {preprocessing.PowerTransformer, decomposition.PCA, decomposition.IncrementalPCA}
    tried |= {decomposition.TruncatedSVD, texts.TfidfVectorizer, texts.TfidfTransformer, FeatureHasher}
    tried |= {compose.ColumnTransformer, pipeline.Pipeline, pipeline.FeatureUnion, *SELECTORS}
    assert set(CONVERTERS) == tried
