"""Load a model contract, find everything that is wrong with it, and compile it once per cold start."""

from pathlib import Path
from typing import Any

import numpy as np

from .columns import Columns
from .contract_problems import ContractError, Problem
from .contract_sections import Endpoint, Example, Input, Limits, Output, Reply, Route

__all__ = ["Contract", "ContractError", "Endpoint", "Example", "Input", "Limits", "Output", "Problem", "Reply", "Route"]


class Contract:
    """A model contract, checked and ready to use; skeleton, the bodies follow."""

    name: str
    version: str
    description: str
    digest: str
    inputs: tuple[Input, ...]
    feature_names: tuple[str, ...]
    endpoint: Endpoint
    outputs: tuple[Output, ...]
    limits: Limits
    routes: tuple[Route, ...]
    examples: tuple[Example, ...]

    @classmethod
    def load(cls, path: str | Path) -> "Contract":
        """Read, check and compile a contract file; raises ContractError with everything wrong in it."""
        raise NotImplementedError

    @classmethod
    def from_dict(cls, data: Any, digest: str = "") -> "Contract":
        """Check and compile a contract that has been parsed already."""
        raise NotImplementedError

    def build_matrix(self, columns: Columns) -> np.ndarray[Any, Any]:
        """(n_rows, n_features) float64, from columns that `read_columns` returned."""
        raise NotImplementedError

    def transform(self, records: Any) -> np.ndarray[Any, Any]:
        """(n_rows, n_features) float64 from training data, by the code that serves."""
        raise NotImplementedError

    def postprocess(self, values: dict[str, np.ndarray[Any, Any]]) -> dict[str, list[Any]]:
        """One list of plain Python values for each output, from the model's values by name."""
        raise NotImplementedError
