"""An operation of the contract that was used inside a pipeline: it converts to itself."""

from __future__ import annotations

from typing import Any

from scripts.training.contract_operation import ContractOperation

from .columns import Columns
from .refusals import CannotExpressError
from .registry import Conversion, converter


@converter(ContractOperation, becomes="the operation itself (scripts/training/contract_operation.py)")
def _contract_operation(transformer: Any, columns: Columns, conversion: Conversion) -> Columns:
    families = set(columns.families)
    if families != {transformer.family_}:
        raise CannotExpressError(
            f"it was fitted on columns of {transformer.family_}s, and gets {', '.join(sorted(families))}s",
            "check the types of the contract's inputs",
        )
    parameters = {**(transformer.parameters or {}), **transformer.fitted_}
    return columns.apply(transformer.operation, transformer.n_columns_, **parameters)
