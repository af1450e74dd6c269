"""Find the fitted parameters of a contract's operations in training data: `scripts/fit` is its command.

The function never imports this module.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from .columns import Columns
from .contract import Contract, ContractError
from .contract_declarations import CONTRACT
from .contract_features import FeatureCompiler
from .contract_operations import note_disagreements, note_misfits
from .contract_problems import Problem, child
from .features import Features, Node, side_by_side
from .operations import FitError, Operation


class Fitted(NamedTuple):
    """A feature list that has been fitted."""

    features: Features
    parameters: dict[str, dict[str, Any]]
    """JSON pointer of an operation → the parameters that were found for it, as JSON values."""


def fit_features(
    contract: Contract,
    data: Any,
    columns: Columns,
    target: Any = None,
    *,
    refit: Collection[str] | bool = False,
) -> Fitted:
    """Fit the operations that lack parameters, innermost first; with `refit` those too that have them.

    `refit` may be a collection of JSON pointers; parameters that no setting tells how to find stay always.
    `data` is the parsed document of `contract`, `columns` its training data as `read_columns` returns it,
    `target` (n_rows,) float64. Raises ContractError that points at each operation that can't be fitted.
    """
    problems: list[Problem] = []
    types = {declared.name: declared.type for declared in contract.inputs}
    fitter = FeatureFitter(types, problems, columns, target, refit=refit)
    entries = CONTRACT.fields["features"].kind.check(data["features"], "/features", problems)
    with np.errstate(all="ignore"):
        features = fitter.compile(entries, "/features")
    if features is None:
        raise ContractError(problems, "the contract, fitted to this data")
    return Fitted(features, fitter.found)


class FeatureFitter(FeatureCompiler):
    """Compiles features as the loader does, but fits on the way what isn't fitted."""

    def __init__(
        self,
        types: Mapping[str, str],
        problems: list[Problem],
        columns: Columns,
        target: Any,
        *,
        refit: Collection[str] | bool,
    ) -> None:
        super().__init__(types, problems)
        self.columns, self.target, self.refit = columns, target, refit
        self.found: dict[str, dict[str, Any]] = {}

    def _is_fitted(self, operation: type[Operation], parameters: Mapping[str, Any], at: str) -> bool:
        return True  # or will be, by `_complete`

    def _complete(
        self, operation: type[Operation], parameters: Mapping[str, Any], sources: Sequence[Node], at: str
    ) -> Mapping[str, Any] | None:
        needs = operation.needs(parameters)
        fields = {field.name: field for field in operation.parameters}
        settings = {name: value for name, value in parameters.items() if not fields[name].fitted}
        if all(name in parameters for name in needs):
            anew = self.refit if isinstance(self.refit, bool) else at in self.refit
            if not needs or not anew or any(operation.disagreements(settings)):
                return parameters
        block = side_by_side(sources, self.columns)
        try:
            if not len(block):
                raise FitError("there are no rows")
            found = dict(operation.fit(block, settings, self.target))
        except FitError as refusal:
            expected = f"training data that {operation.name} can be fitted to: {refusal}"
            self.problems.append(Problem(at, expected, f"{len(block)} rows"))
            return None
        self.found[at] = found
        known = len(self.problems)
        checked = {
            name: fields[name].kind.check(value, child(at, name), self.problems)
            for name, value in found.items()
        }
        whole = settings | checked
        if len(self.problems) > known or not note_disagreements(operation, whole, at, self.problems):
            return None
        width, family = block.shape[1], sources[0].family
        return whole if note_misfits(operation, whole, width, family, at, self.problems) else None
