"""Preprocessing twice, as a contract and as scikit-learn (with pandas) has it, over the same rows."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer
from sklearn.decomposition import PCA
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    KBinsDiscretizer,
    OneHotEncoder,
    OrdinalEncoder,
    PolynomialFeatures,
    PowerTransformer,
    RobustScaler,
    SplineTransformer,
    StandardScaler,
)

from scoring import Contract
from scoring.columns import Columns, read_columns
from scoring.fit_features import fit_features
from scoring.records import read_records
from scripts import ROOT

COLOURS = ["red", "green", "blue", "black", "white"]
TOWNS = [f"town {place}" for place in range(30)]
WORDS = ["fast", "slow", "new", "old", "large", "small", "good", "bad"]
FITTED_ROWS = 5_000
PARTS = ["year", "month", "day", "dayofweek", "hour"]

Matrix = np.ndarray[Any, Any]


class Example(NamedTuple):
    """One example's two contenders and the rows they are given, typed and in memory for both."""

    name: str
    ours: Callable[[Columns], Matrix]
    theirs: Callable[[Any], Any]
    make_rows: Callable[[int], tuple[Columns, Any]]
    """n → our columns, and the same rows as a DataFrame."""


def make_examples() -> list[Example]:
    """All, fitted."""
    return [_breast_cancer(), _bike_rental(), _flight_delay(), _mixed()]


def _breast_cancer() -> Example:
    """30 numbers through StandardScaler."""
    table = load_breast_cancer(as_frame=True).data
    names = list(table.columns)
    features: list[Any] = [{"operation": "standardize", "input": names}]
    inputs = [{"name": name, "type": "number"} for name in names]
    transformer = ColumnTransformer([("scale", StandardScaler(), names)])
    return _fitted("breast-cancer: StandardScaler", inputs, features, transformer, table)


def _bike_rental() -> Example:
    """The example's own contract, against pandas' date parts beside the numbers."""
    contract = Contract.load(ROOT / "models" / "bike-rental" / "contract.json")
    numbers = [each.name for each in contract.inputs if each.type != "datetime"]

    def theirs(table: pd.DataFrame) -> Matrix:
        parts = [getattr(table["datetime"].dt, part) for part in PARTS]
        return np.column_stack([table[numbers].to_numpy(np.float64), *parts])

    draw = np.random.default_rng(5)
    hours = pd.to_datetime("2011-01-01") + pd.to_timedelta(draw.integers(0, 8760, FITTED_ROWS), unit="h")
    table = pd.DataFrame({"datetime": hours.astype("datetime64[us]")})
    for declared in contract.inputs[1:]:
        if declared.enum:
            table[declared.name] = draw.choice(list(declared.enum), FITTED_ROWS)
        else:
            table[declared.name] = draw.uniform(0, 40, FITTED_ROWS)
    return Example("bike-rental: pandas' date parts", contract.build_matrix, theirs, _rows(contract, table))


def _flight_delay() -> Example:
    """The example's own ColumnTransformer, sixteen transformers, and the contract converted from it."""
    directory = ROOT / "models" / "flight-delay"
    flights = _load_module(directory / "flights.py")
    preprocessing = _load_module(directory / "preprocessing.py")
    contract = Contract.load(directory / "contract.json")
    train, _ = flights.split(flights.load_flights(flights.find_data()))
    fitted = preprocessing.make_preprocessing().fit(preprocessing.with_calendar(train))

    def theirs(table: pd.DataFrame) -> Any:
        return fitted.transform(preprocessing.with_calendar(table))

    return Example(
        "flight-delay: its ColumnTransformer", contract.build_matrix, theirs, _rows(contract, train)
    )


def _load_module(path: Path) -> Any:
    """A file of a model's directory, whose name is none of a package."""
    spec = spec_from_file_location(f"bench_{path.stem}", path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no module")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _mixed() -> Example:
    """Numbers with gaps, categories with rare and unknown ones, and a text: eleven kinds of transformers."""
    inputs = [
        *({"name": name, "type": "number", "required": False} for name in "abcdefgh"),
        {"name": "colour", "type": "string"},
        {"name": "town", "type": "string"},
        {"name": "text", "type": "string"},
    ]

    def imputed(names: list[str]) -> dict[str, Any]:
        return {"operation": "impute", "input": names}

    features: list[Any] = [
        {
            "operation": "standardize",
            "input": {"operation": "impute", "input": ["a", "b"], "strategy": "median"},
        },
        {"operation": "robust_scale", "input": imputed(["c"])},
        {"operation": "power", "input": imputed(["d"])},
        {
            "operation": "bucketize",
            "input": imputed(["e"]),
            "bins": 8,
            "strategy": "uniform",
            "encode": "one_hot",
        },
        {"operation": "polynomial", "input": imputed(["f", "h"]), "degree": 2, "bias": False},
        {"operation": "spline", "input": imputed(["g"]), "n_knots": 5, "degree": 3},
        {"operation": "project", "input": imputed(["a", "b", "c", "d", "e", "f"]), "components": 3},
        {"operation": "one_hot", "input": "colour", "unknown": "ignore"},
        {"operation": "ordinal", "input": "town"},
        {"operation": "tf_idf", "input": "text"},
    ]
    transformer = ColumnTransformer(
        [
            ("scale", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), ["a", "b"]),
            ("robust", make_pipeline(SimpleImputer(), RobustScaler()), ["c"]),
            ("power", make_pipeline(SimpleImputer(), PowerTransformer()), ["d"]),
            (
                "bins",
                make_pipeline(
                    SimpleImputer(),
                    KBinsDiscretizer(8, strategy="uniform", encode="onehot-dense", subsample=None),
                ),
                ["e"],
            ),
            ("poly", make_pipeline(SimpleImputer(), PolynomialFeatures(include_bias=False)), ["f", "h"]),
            ("spline", make_pipeline(SimpleImputer(), SplineTransformer()), ["g"]),
            ("project", make_pipeline(SimpleImputer(), PCA(3)), list("abcdef")),
            ("colour", OneHotEncoder(handle_unknown="ignore", sparse_output=False), ["colour"]),
            ("town", OrdinalEncoder(), ["town"]),
            ("text", TfidfVectorizer(), "text"),
        ],
        sparse_threshold=0.0,
    )
    draw = np.random.default_rng(7)
    table = pd.DataFrame({name: draw.normal(3, 2, FITTED_ROWS) for name in "abcdefgh"})
    table = table.mask(draw.random(table.shape) < 0.05)
    table["colour"] = draw.choice(COLOURS, FITTED_ROWS)
    table["town"] = draw.choice(TOWNS, FITTED_ROWS)
    table["text"] = [" ".join(draw.choice(WORDS, 4)) for _ in range(FITTED_ROWS)]
    return _fitted("numbers, categories and a text: ColumnTransformer", inputs, features, transformer, table)


def _fitted(
    name: str, inputs: list[Any], features: list[Any], transformer: ColumnTransformer, table: pd.DataFrame
) -> Example:
    document = {
        "name": "bench",
        "version": "1.0.0",
        "inputs": inputs,
        "features": features,
        "outputs": [{"name": "score"}],
    }
    contract = Contract.from_dict(document, unfitted=True)
    columns = read_columns(contract.inputs, read_records(contract.inputs, table))
    fitted = fit_features(contract, document, columns).features
    return Example(name, fitted.build_matrix, transformer.fit(table).transform, _rows(contract, table))


def _rows(contract: Contract, table: pd.DataFrame) -> Callable[[int], tuple[Columns, Any]]:
    def make_rows(n_rows: int) -> tuple[Columns, Any]:
        places = np.arange(n_rows) % len(table)
        part = table.iloc[places].reset_index(drop=True)
        return read_columns(contract.inputs, read_records(contract.inputs, part)), part

    return make_rows
