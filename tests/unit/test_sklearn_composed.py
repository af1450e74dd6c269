"""Pipelines composed at random make the numbers of scikit-learn, and so does what they end in."""

import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from sklearn import compose, decomposition, feature_selection, impute, pipeline, preprocessing
from sklearn.feature_extraction import text as texts

from scoring.columns import read_columns
from scoring.contract import Contract
from scoring.records import read_records
from scripts.sklearn_conversion.convert import convert
from scripts.sklearn_conversion.edge_rows import edge_rows
from scripts.sklearn_conversion.parity import compare
from scripts.sklearn_conversion.refusals import NotExpressibleError

pytestmark = pytest.mark.unit

INPUTS: list[dict[str, Any]] = [
    {"name": "a", "type": "number", "minimum": -1e6, "maximum": 1e6},
    {"name": "b", "type": "integer", "minimum": -1000, "maximum": 1000},
    {"name": "gap", "type": "number", "minimum": -1e6, "maximum": 1e6, "required": False},
    {"name": "flag", "type": "boolean"},
    {"name": "city", "type": "string", "required": False},
    {"name": "size", "type": "string"},
    {"name": "note", "type": "string"},
]
ROWS = 30
WORDS = ["good", "bad", "food", "Été", "not"]

SCALERS = st.sampled_from(
    [
        preprocessing.StandardScaler(),
        preprocessing.StandardScaler(with_mean=False),
        preprocessing.MinMaxScaler((-1, 2)),
        preprocessing.MaxAbsScaler(),
        preprocessing.RobustScaler(quantile_range=(10, 90)),
        preprocessing.Normalizer(),
        preprocessing.QuantileTransformer(n_quantiles=9),
        preprocessing.PowerTransformer(),
        preprocessing.PolynomialFeatures(2),
        preprocessing.SplineTransformer(4),
        preprocessing.KBinsDiscretizer(3, encode="onehot-dense", quantile_method="averaged_inverted_cdf"),
        preprocessing.Binarizer(threshold=1.5),
        preprocessing.FunctionTransformer(np.square),
        preprocessing.FunctionTransformer(np.abs),
        decomposition.PCA(2),
        feature_selection.VarianceThreshold(),
        "passthrough",
    ]
)
IMPUTERS = st.builds(
    impute.SimpleImputer,
    strategy=st.sampled_from(["mean", "median", "most_frequent"]),
    add_indicator=st.booleans(),
)
ENCODERS = st.one_of(
    st.builds(
        preprocessing.OneHotEncoder,
        handle_unknown=st.sampled_from(["ignore", "infrequent_if_exist"]),
        drop=st.sampled_from([None, "first", "if_binary"]),
        min_frequency=st.sampled_from([None, 5, 0.4]),
    ),
    st.builds(
        preprocessing.OrdinalEncoder,
        handle_unknown=st.just("use_encoded_value"),
        unknown_value=st.sampled_from([-1, np.nan]),
        max_categories=st.sampled_from([None, 2]),
    ),
    st.builds(preprocessing.TargetEncoder, smooth=st.sampled_from(["auto", 2.0])),
)
VECTORIZERS = st.one_of(
    st.builds(
        texts.TfidfVectorizer, ngram_range=st.sampled_from([(1, 1), (1, 2)]), sublinear_tf=st.booleans()
    ),
    st.builds(texts.CountVectorizer, analyzer=st.sampled_from(["word", "char_wb"]), max_features=st.just(20)),
    st.builds(texts.HashingVectorizer, n_features=st.just(32)),
)


@st.composite
def transformers(draw: Any) -> Any:
    """A ColumnTransformer of three chains, or a union or a pipeline around it."""
    numbers = pipeline.make_pipeline(draw(IMPUTERS), *draw(st.lists(SCALERS, min_size=1, max_size=2)))
    columns = compose.ColumnTransformer(
        [
            ("numbers", numbers, draw(st.sampled_from([["a", "b"], ["gap", "a", "b"], [0, 1, 2]]))),
            (
                "categories",
                draw(ENCODERS),
                draw(st.sampled_from([["city"], ["city", "size"], ["size", "b"]])),
            ),
            ("words", draw(VECTORIZERS), "note"),
            ("rest", "drop", compose.make_column_selector(dtype_include=object)),
        ],
        remainder=draw(st.sampled_from(["drop", "passthrough"])),
        transformer_weights=draw(st.sampled_from([None, {"words": 0.3}])),
        sparse_threshold=draw(st.sampled_from([0, 0.3])),
    )
    shape = draw(st.sampled_from(["alone", "union", "select"]))
    if shape == "union":
        plain = compose.ColumnTransformer([("a", "passthrough", ["a", "b"])])
        return pipeline.FeatureUnion([("columns", columns), ("plain", plain)])
    if shape == "select":
        return pipeline.make_pipeline(columns, feature_selection.VarianceThreshold(1e-3))
    return columns


def draw_frame(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "a": rng.normal(size=ROWS) * 10.0 ** rng.integers(-2, 4),
            "b": rng.integers(-9, 9, ROWS),
            "gap": rng.lognormal(size=ROWS),
            "flag": rng.random(ROWS) < 0.5,
            "city": rng.choice(["Bern", "Rom", "Été"], ROWS),
            "size": rng.choice(["S", "M", "L"], ROWS),
            "note": [" ".join(rng.choice(WORDS, 4)) for _ in range(ROWS)],
        }
    )
    for name in ("gap", "city"):
        frame.loc[rng.random(ROWS) < 0.2, name] = np.nan
    return frame


@given(transformers(), st.integers(0, 99))
@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
def test_composed_transformers_hold_parity(transformer: Any, seed: int) -> None:
    frame = draw_frame(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            fitted = transformer.fit(frame, frame["a"].to_numpy())
        except ValueError:  # two components of one column, no varying column left, and the like
            assume(False)
    document = {"name": "m", "version": "1.0.0", "inputs": INPUTS, "outputs": [{"name": "y"}]}
    inputs = Contract.from_dict(document | {"features": ["a"]}).inputs
    try:
        converted = convert(fitted, inputs)
    except NotExpressibleError as refusal:
        assume("two knots of a column are the same" not in str(refusal))
        raise
    contract = Contract.from_dict(document | {"features": converted.features})
    data = read_columns(inputs, read_records(inputs, frame))
    typical = {name: frame[name].dropna().tolist()[0] for name in frame}
    for label, columns in {"data": data, "edges": edge_rows(inputs, typical)}.items():
        parity = compare(label, contract, converted, columns)
        assert parity.compared > ROWS / 2, parity.reasons
        assert parity.holds, [each for each in parity.differences if each.exceeds]
