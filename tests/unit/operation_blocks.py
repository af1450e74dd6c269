"""Blocks of numbers to try operations on, and how an operation is fitted and applied by way of a contract."""

import json
from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from scoring.contract import Contract
from scoring.fit_features import fit_features
from scoring.operations import FEATURES

Block = np.ndarray[Any, Any]

MODERATE = st.floats(-1e6, 1e6, allow_subnormal=False)
HUGE = st.floats(-1e150, 1e150)
TIES = st.sampled_from([-2.5, -1.0, 0.0, 1.0, 3.0])


def blocks(
    elements: st.SearchStrategy[float] | None = None,
    *,
    nan: bool = True,
    rows: tuple[int, int] = (1, 12),
    columns: tuple[int, int] = (1, 4),
) -> st.SearchStrategy[Block]:
    """(n_rows, k) float64: moderate, with ties or huge, with NaN if wanted."""
    shape = st.tuples(st.integers(*rows), st.integers(*columns))
    each = elements if elements is not None else MODERATE | TIES | HUGE
    numbers = each | st.just(float("nan")) if nan else each
    return hnp.arrays(np.float64, shape, elements=numbers)


def draft(entry: dict[str, Any], width: int, family: str = "number") -> dict[str, Any]:
    """A contract document whose one feature is this entry, on `width` inputs of one type."""
    inputs = [{"name": f"x{index}", "type": family, "required": False} for index in range(width)]
    return {
        "name": "m",
        "version": "1.0.0",
        "inputs": inputs,
        "features": [{"input": [each["name"] for each in inputs]} | entry],
        "outputs": [{"name": "y"}],
    }


def contract_of(inputs: list[dict[str, Any]], *features: Any) -> Contract:
    """A contract of these inputs and features."""
    return Contract.from_dict(
        {
            "name": "m",
            "version": "1.0.0",
            "inputs": inputs,
            "features": list(features),
            "outputs": [{"name": "y"}],
        }
    )


def columns_of(block: Block) -> dict[str, Block]:
    """The block's columns as `read_columns` would return them."""
    return {f"x{index}": np.ascontiguousarray(column) for index, column in enumerate(block.T)}


def fit(entry: dict[str, Any], train: Block, target: Any = None) -> dict[str, Any]:
    """The fitted parameters of one operation, found on the way that `scripts/fit` takes."""
    document = draft(entry, train.shape[1], "string" if train.dtype == object else "number")
    contract = Contract.from_dict(document, unfitted=True)
    fitted = fit_features(contract, document, columns_of(train), target)
    return fitted.parameters.get("/features/0", {})


def apply(entry: dict[str, Any], block: Block) -> Block:
    """What a contract with this one entry makes of the block, saved as JSON and loaded before."""
    document = draft(entry, block.shape[1], "string" if block.dtype == object else "number")
    contract = Contract.from_dict(json.loads(json.dumps(document)))
    return contract.build_matrix(columns_of(block))


def fit_apply(entry: dict[str, Any], train: Block, block: Block | None = None) -> Block:
    """Fit on one block, save, load, apply to another (or to the same)."""
    return apply(entry | fit(entry, train), train if block is None else block)


def instance(entry: dict[str, Any]) -> Any:
    """The operation itself, made of an entry as a contract has it."""
    operation = FEATURES[entry["operation"]]
    return operation(
        **{key: value for key, value in entry.items() if key not in ("operation", "input", "as")}
    )


def same(made: Any, expected: Any, relative: float = 0.0) -> None:
    """Equal, NaN to NaN, within the relative tolerance of each element."""
    np.testing.assert_allclose(made, np.asarray(expected, np.float64), rtol=relative, atol=0, equal_nan=True)
