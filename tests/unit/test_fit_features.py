"""Fitting: innermost first, only what lacks parameters, and refused by place and reason."""

import json
from itertools import product
from typing import Any

import numpy as np
import pytest

from scoring.contract import Contract, ContractError
from scoring.fit_features import fit_features
from scoring.operations import FEATURES, Operation
from tests.unit.operation_blocks import columns_of, draft

pytestmark = pytest.mark.unit

NESTED = {
    "operation": "standardize",
    "input": ["x0", {"operation": "impute", "input": "x1"}],
}


def fitted_of(entry: Any, block: Any, *, refit: Any = False) -> Any:
    array = np.array(block, np.float64)
    document = draft(entry, array.shape[1])
    contract = Contract.from_dict(document, unfitted=True)
    return fit_features(contract, document, columns_of(array), refit=refit)


def test_the_inner_operation_is_fitted_first_and_the_outer_one_to_what_it_makes() -> None:
    """x1 becomes 2, 4, 3: mean 3, variance 2/3."""
    fitted = fitted_of(NESTED, [[1, 2], [1, 4], [4, np.nan]])
    assert fitted.parameters == {
        "/features/0/input/1": {"values": [3.0]},
        "/features/0": {"mean": [2.0, 3.0], "scale": [2**0.5, (2 / 3) ** 0.5]},
    }
    assert fitted.features.names == ("x0", "x1")


def test_what_has_its_parameters_keeps_them_unless_it_is_to_be_fitted_anew() -> None:
    entry = {"operation": "standardize", "input": "x0", "mean": [7], "scale": [2]}
    assert fitted_of(entry, [[1], [3]]).parameters == {}
    assert fitted_of(entry, [[1], [3]], refit=True).parameters == {
        "/features/0": {"mean": [2.0], "scale": [1.0]}
    }


def test_refitting_leaves_alone_what_is_given_by_hand() -> None:
    """Edges without `bins` are a person's; there is nothing to find them by."""
    with pytest.raises(ContractError, match="edges"):
        Contract.from_dict(draft({"operation": "bucketize"}, 1), unfitted=True)
    entry = {"operation": "bucketize", "edges": [[1, 2]]}
    assert fitted_of(entry, [[1], [3]], refit=True).parameters == {}
    columns = {"operation": "select", "columns": [0]}
    assert fitted_of(columns, [[1], [3]], refit=True).parameters == {}
    matrix = {"operation": "project", "matrix": [[2]]}
    assert fitted_of(matrix, [[1], [3]], refit=True).parameters == {}


def test_serving_refuses_an_unfitted_contract_and_names_the_command() -> None:
    with pytest.raises(ContractError) as caught:
        Contract.from_dict(draft(NESTED, 2))
    assert [problem.pointer for problem in caught.value.problems] == ["/features/0/input/1", "/features/0"]
    outer = caught.value.problems[1]
    assert outer.expected == (
        'the fitted "mean", "scale", which this command finds: python -m scripts.fit m --data TRAINING.csv'
    )
    assert outer.found == "an operation that isn't fitted"


def test_an_unfitted_contract_transforms_nothing() -> None:
    contract = Contract.from_dict(draft(NESTED, 2), unfitted=True)
    assert contract.feature_names == ()
    with pytest.raises(ValueError, match=r"python -m scripts\.fit m"):
        contract.transform([[1, 2]])


def test_an_unfitted_contract_is_checked_all_the_same() -> None:
    with pytest.raises(ContractError) as caught:
        Contract.from_dict(draft(NESTED | {"input": ["x0", "x7"], "with_men": True}, 2), unfitted=True)
    assert "/features/0/with_men" in [problem.pointer for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("entry", "block", "reason"),
    [
        ({"operation": "standardize"}, [[np.nan], [np.nan]], "column 0 of its input has no value at all"),
        ({"operation": "standardize"}, np.empty((0, 1)), "there are no rows"),
        ({"operation": "power", "method": "box-cox"}, [[1], [0]], "box-cox takes positive numbers only"),
        (
            {"operation": "power", "method": "box-cox"},
            [[1], [1]],
            "a constant column has no most likely power",
        ),
        ({"operation": "project", "components": 1}, [[1], [np.nan]], "missing or infinite values"),
        ({"operation": "project", "components": 2}, [[1, 2]], "2 components need at least as many rows"),
        ({"operation": "select", "variance_above": 1}, [[1], [1]], "no column varies more than 1"),
    ],
)
def test_data_that_an_operation_cannot_be_fitted_to(entry: Any, block: Any, reason: str) -> None:
    with pytest.raises(ContractError) as caught:
        fitted_of(entry, block)
    [problem] = caught.value.problems
    assert problem.pointer == "/features/0"
    assert reason in problem.expected


def test_what_fitting_finds_is_checked_as_if_written_by_hand() -> None:
    """Uniform knots of a constant column would all be one."""
    with pytest.raises(ContractError) as caught:
        fitted_of({"operation": "spline"}, [[5], [5]])
    assert caught.value.problems[0].pointer == "/features/0/knots/0/1"


def innermost(node: Any) -> dict[str, list[str]]:
    """Input → the families that the operation on it takes."""
    found: dict[str, list[str]] = {}
    for source in node["input"] if isinstance(node["input"], list) else [node["input"]]:
        if isinstance(source, dict):
            found |= innermost(source)
        else:
            found[source] = list(FEATURES[node["operation"]].takes)
    return found


@pytest.mark.parametrize("operation", FEATURES.values(), ids=lambda each: each.name)
def test_the_example_in_the_reference_is_a_fitted_entry(operation: type[Operation]) -> None:
    """It loads as it stands, or inside an operation, on inputs of its names and of families it takes."""
    example = json.loads(json.dumps(operation.example))
    feature = {"operation": "missing", "input": example} if operation.makes in ("", "datetime") else example
    families = innermost(example)
    refusals = []
    for chosen in product(*families.values()):
        inputs = [
            {"name": name, "type": family, "required": False}
            for name, family in zip(families, chosen, strict=True)
        ]
        document = draft({"operation": "log1p"}, 1) | {"inputs": inputs, "features": [feature]}
        try:
            assert Contract.from_dict(document).feature_names
            return
        except ContractError as error:
            refusals.append(str(error))
    pytest.fail("\n".join(refusals))
