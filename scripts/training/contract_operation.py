"""An operation of the contract as a transformer of scikit-learn.

For what scikit-learn has no class for: parts of dates, cycles, ratios, hashed categories. It runs the code
that serves, and `python -m scripts.from_sklearn` converts it to itself.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from scoring import Contract
from scoring.columns import Columns, read_columns
from scoring.fit_features import fit_features
from scoring.operations import FEATURES
from scoring.records import read_records

TYPES = {"number": "number", "string": "string", "datetime": "datetime"}


class ContractOperation(TransformerMixin, BaseEstimator):  # type: ignore[misc]
    """`ContractOperation("datetime_parts", {"parts": ["year", "hour"]})`, on columns of one family.

    Fitted parameters are found in `fit`, as `python -m scripts.fit` finds them. Datetimes may be datetime64
    or text; what comes out is (n_rows, width) float64.
    """

    def __init__(self, operation: str, parameters: Mapping[str, Any] | None = None) -> None:
        self.operation = operation
        self.parameters = parameters

    def fit(self, X: Any, y: Any = None) -> ContractOperation:  # noqa: N803 - scikit-learn's names
        """Learn the families of the columns and the fitted parameters; raises ContractError and FitError."""
        blocks = _columns(X)
        if hasattr(X, "columns"):
            self.feature_names_in_ = np.array([str(name) for name in X.columns], object)
        self.n_features_in_ = len(blocks)
        families = {_family(column) for column in blocks}
        if FEATURES[self.operation].takes == ("datetime",):
            families = {"datetime"}
        if len(families) != 1:
            raise ValueError(f"{self.operation} takes columns of one family, not {sorted(families)}")
        self.family_ = families.pop()
        target = None if y is None else np.asarray(y, np.float64)
        draft = Contract.from_dict(self._document({}), unfitted=True)
        found = fit_features(draft, self._document({}), self._read(draft, blocks), target)
        # As JSON has them, for they are written into a contract.
        self.fitted_ = json.loads(json.dumps(found.parameters.get("/features/0", {})))
        self.n_columns_ = len(self._contract().feature_names)
        return self

    def transform(self, X: Any) -> Any:  # noqa: N803
        """(n_rows, width) float64."""
        check_is_fitted(self, "fitted_")
        contract = self._contract()
        return contract.build_matrix(self._read(contract, _columns(X)))

    def get_feature_names_out(self, input_features: Any = None) -> Any:
        """The names that the contract gives the columns."""
        check_is_fitted(self, "fitted_")
        given = getattr(self, "feature_names_in_", input_features)
        names = [f"x{place}" for place in range(self.n_features_in_)] if given is None else list(given)
        made = list(self._contract().feature_names)
        for place, name in reversed(list(enumerate(names))):
            made = [each.replace(f"x{place}", str(name)) for each in made]
        return np.array(made, object)

    def _document(self, fitted: Mapping[str, Any]) -> dict[str, Any]:
        names = [f"x{place}" for place in range(self.n_features_in_)]
        family = TYPES[self.family_]
        optional: dict[str, Any] = {"type": family, "required": False}
        if family == "datetime":
            optional["date_only"] = True
        entry = {"operation": self.operation, "input": names, **(self.parameters or {}), **fitted}
        return {
            "name": "operation",
            "version": "1.0.0",
            "inputs": [{"name": name, **optional} for name in names],
            "features": [entry],
            "outputs": [{"name": "y"}],
        }

    def _contract(self) -> Contract:
        return Contract.from_dict(self._document(self.fitted_))

    def _read(self, contract: Contract, blocks: list[Any]) -> Columns:
        table = {f"x{place}": column for place, column in enumerate(blocks)}
        if self.family_ == "number":
            return {name: np.asarray(column, np.float64) for name, column in table.items()}
        return read_columns(contract.inputs, read_records(contract.inputs, table))


def _columns(table: Any) -> list[Any]:
    if hasattr(table, "columns"):
        return [np.asarray(table[name]) for name in table.columns]
    return list(np.asarray(table).T)


def _family(column: Any) -> str:
    if column.dtype.kind == "M":
        return "datetime"
    if column.dtype.kind in "biuf":
        return "number"
    present = {type(each) for each in column.tolist() if each is not None and each == each}  # noqa: PLR0124
    return "string" if present <= {str} else "number"
