"""The preprocessing as a data scientist writes it: a scikit-learn ColumnTransformer over a pandas DataFrame.

`python models/flight-delay/train.py --update-features` fits it and turns it into the contract's features.
scikit-learn has no transformer for dates. So calendar columns are made by pandas first, CALENDAR says what
each is in the contract, and transformers over them are converted like all others.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

CALENDAR: dict[str, dict[str, Any]] = {
    part: {"operation": "datetime_parts", "input": "scheduled_departure", "parts": [part]}
    for part in ("hour", "dayofweek", "dayofyear")
}
"""Column made by `with_calendar` → the node of the contract that makes the same."""


def with_calendar(flights: Any) -> Any:
    """Return the DataFrame with the columns of CALENDAR, by pandas' own `dt` accessor."""
    departure = flights["scheduled_departure"].dt
    return flights.assign(**{part: getattr(departure, part) for part in CALENDAR})


def make_preprocessing() -> Any:
    """Return the unfitted ColumnTransformer; dense, since XGBoost takes a sparse 0 as missing."""
    from sklearn import compose, impute, pipeline  # noqa: PLC0415 - train.py says what to do without it
    from sklearn import preprocessing as scale  # noqa: PLC0415
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    def chain(*steps: Any) -> Any:
        return pipeline.make_pipeline(*steps)

    log1p = scale.FunctionTransformer(np.log1p, feature_names_out="one-to-one")
    return compose.ColumnTransformer(
        [
            ("delay", "passthrough", ["departure_delay"]),
            ("delay_shape", scale.PowerTransformer(), ["departure_delay"]),
            ("distance", chain(log1p, scale.StandardScaler()), ["distance"]),
            (
                "carrier",
                scale.OneHotEncoder(min_frequency=100, handle_unknown="infrequent_if_exist"),
                ["carrier"],
            ),
            (
                "destination",
                scale.OneHotEncoder(max_categories=20, handle_unknown="infrequent_if_exist"),
                ["destination"],
            ),
            ("origin", scale.OrdinalEncoder(), ["origin"]),
            ("aircraft", TfidfVectorizer(max_features=30, ngram_range=(1, 2), sublinear_tf=True), "aircraft"),
            (
                "engine",
                chain(
                    impute.SimpleImputer(strategy="most_frequent", missing_values=None),
                    scale.OneHotEncoder(min_frequency=10, handle_unknown="infrequent_if_exist"),
                ),
                ["engine"],
            ),
            (
                "airframe",
                chain(impute.SimpleImputer(strategy="median", add_indicator=True), scale.RobustScaler()),
                ["seats", "built"],
            ),
            (
                "air",
                chain(impute.SimpleImputer(add_indicator=True), scale.StandardScaler()),
                ["temperature", "humidity", "pressure"],
            ),
            (
                "wind",
                chain(
                    impute.SimpleImputer(strategy="constant", fill_value=0.0, add_indicator=True),
                    scale.MinMaxScaler(),
                ),
                ["wind_speed", "wind_gust"],
            ),
            (
                "wind_direction",
                chain(
                    impute.SimpleImputer(strategy="median"),
                    scale.KBinsDiscretizer(8, encode="onehot-dense", strategy="uniform", subsample=None),
                ),
                ["wind_direction"],
            ),
            (
                "sight",
                chain(
                    impute.SimpleImputer(strategy="median"),
                    log1p,
                    scale.PolynomialFeatures(2, interaction_only=True, include_bias=False),
                ),
                ["precipitation", "visibility"],
            ),
            (
                "hour",
                scale.SplineTransformer(
                    knots=np.array([[0.0], [6.0], [12.0], [18.0], [24.0]]), degree=2, extrapolation="periodic"
                ),
                ["hour"],
            ),
            ("weekday", scale.OneHotEncoder(drop="first", handle_unknown="ignore"), ["dayofweek"]),
            ("season", scale.MinMaxScaler(), ["dayofyear"]),
        ],
        sparse_threshold=0.0,
        verbose_feature_names_out=True,
    )


def update_features(contract: Path, fitted: Any) -> None:
    """Write what the fitted ColumnTransformer does into the contract, as its features."""
    import sklearn  # noqa: PLC0415 - all of these only when asked

    from scoring.contract_inputs import build_inputs  # noqa: PLC0415
    from scripts.sklearn_conversion.convert import convert  # noqa: PLC0415
    from scripts.sklearn_conversion.documents import converted_text  # noqa: PLC0415

    text = contract.read_text(encoding="utf-8")
    document = json.loads(text)
    calendar = [{"name": part, "type": "integer"} for part in CALENDAR]
    converted = convert(fitted, build_inputs([*document["inputs"], *calendar], "/inputs", []))
    converted = replace(converted, features=[_with_nodes(entry) for entry in converted.features])
    provenance = {
        "library": "scikit-learn",
        "version": sklearn.__version__,
        "estimator": type(fitted).__name__,
        "source": f"models/{contract.parent.name}/{Path(__file__).name}",
    }
    contract.write_text(converted_text(text, document, converted, provenance), encoding="utf-8")


def _with_nodes(entry: Any) -> Any:
    """Put the nodes of CALENDAR where an entry names its columns."""
    if isinstance(entry, str):
        return CALENDAR.get(entry, entry)
    if isinstance(entry, list):
        return [_with_nodes(each) for each in entry]
    return {**entry, "input": _with_nodes(entry["input"])}
