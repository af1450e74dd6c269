"""Load a model contract, find everything that is wrong with it, and compile it once per cold start."""

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from .columns import Columns, read_columns
from .contract_categories import close_inputs
from .contract_declarations import CONTRACT
from .contract_document import parse_document
from .contract_endpoint import build_endpoint
from .contract_examples import build_examples
from .contract_features import FeatureCompiler
from .contract_inputs import build_inputs
from .contract_outputs import build_outputs
from .contract_problems import ContractError, Problem
from .contract_routes import build_routes
from .contract_sections import (
    Endpoint,
    Example,
    Input,
    Limits,
    Output,
    PayloadOptions,
    Reply,
    Route,
    Tolerance,
)
from .declarations import ListOf
from .features import Features
from .kinds import INVALID
from .postprocess import postprocess
from .records import read_records

__all__ = [
    "Contract",
    "ContractError",
    "Endpoint",
    "Example",
    "Input",
    "Limits",
    "Output",
    "PayloadOptions",
    "Problem",
    "Reply",
    "Route",
    "Tolerance",
]

DEFAULT_ROUTES: tuple[Mapping[str, Any], ...] = ({"path": "/predict"},)


class Contract:
    """A model contract, checked and ready to use."""

    name: str
    version: str
    description: str
    digest: str
    """SHA-256 of the file's bytes, in hex; Terraform's `filesha256` gives the same."""
    inputs: tuple[Input, ...]
    feature_names: tuple[str, ...]
    endpoint: Endpoint
    outputs: tuple[Output, ...]
    limits: Limits
    routes: tuple[Route, ...]
    examples: tuple[Example, ...]
    statistics: Mapping[str, Any]
    """What the training data looked like, as the contract has it; empty if it says nothing."""

    def __init__(self, data: Any, *, digest: str = "", source: str = "", unfitted: bool = False) -> None:
        problems: list[Problem] = []
        parsed = CONTRACT.check(data, "", problems)
        if parsed is INVALID:
            parsed = _salvage(data)
        self.digest = digest
        self.name, self.version = parsed.get("name", ""), parsed.get("version", "")
        self.description = parsed.get("description", "")
        self.statistics = parsed.get("statistics", {})
        self.limits = Limits(**parsed.get("limits", {}))
        self._repair = f"python -m scripts.fit {self.name} --data TRAINING.csv"
        compiler = FeatureCompiler(_input_types(data), problems, unfitted=unfitted, repair=self._repair)
        features = self._build(parsed, compiler, problems)
        if problems:
            order = ("", *CONTRACT.fields)
            problems.sort(key=lambda problem: _place(problem.pointer, order))
            raise ContractError(problems, source)
        self._features = features
        self.feature_names = features.names if features else ()

    @classmethod
    def load(cls, path: str | Path, *, unfitted: bool = False) -> "Contract":
        """Read, check and compile a contract file; raises ContractError with all that is wrong in it.

        With `unfitted`, operations may lack their fitted parameters; such a contract transforms nothing.
        """
        try:
            raw = Path(path).read_bytes()
        except OSError as error:
            raise ContractError([Problem("", "a readable file", str(error.strerror))], str(path)) from None
        return cls(
            parse_document(raw, str(path)),
            digest=sha256(raw).hexdigest(),
            source=str(path),
            unfitted=unfitted,
        )

    @classmethod
    def from_dict(cls, data: Any, digest: str = "", *, unfitted: bool = False) -> "Contract":
        """Check and compile a contract that has been parsed already; `unfitted` as for `load`."""
        return cls(data, digest=digest, unfitted=unfitted)

    def build_matrix(self, columns: Columns) -> np.ndarray[Any, Any]:
        """(n_rows, n_features) float64, from columns as `read_columns` returns them."""
        if self._features is None:
            raise ValueError(f"this contract isn't fitted; repair: {self._repair}")
        return self._features.build_matrix(columns)

    def transform(self, records: Any) -> np.ndarray[Any, Any]:
        """(n_rows, n_features) float64 from training data, checked and transformed by the code that serves.

        `records`: a pandas or polars DataFrame, a mapping of names to columns, a sequence of mappings, or a
        sequence of rows in the order of the inputs. Raises InvalidInstances for values that serving would
        refuse, and ValueError for columns that are missing.
        """
        return self.build_matrix(read_columns(self.inputs, read_records(self.inputs, records)))

    def postprocess(self, values: Mapping[str, np.ndarray[Any, Any]]) -> dict[str, list[Any]]:
        """One list of plain Python values for each output, from the model's values by name.

        Values are (n_rows,), or (n_rows, length) for an output with a length.
        Raises PredictionNotFinite and MalformedReply.
        """
        return postprocess(self._outputs, values)

    def _build(
        self, parsed: Mapping[str, Any], compiler: FeatureCompiler, problems: list[Problem]
    ) -> Features | None:
        """Make the sections' records and hold them against one another; in `parsed`, damage is INVALID."""
        entries, outputs = parsed.get("inputs", ()), parsed.get("outputs", (INVALID,))
        self.inputs = build_inputs(entries, "/inputs", problems)
        features = compiler.compile(parsed.get("features", ()), "/features") if compiler.types else None
        if features and not compiler.unfitted and len(self.inputs) == len(entries):
            self.inputs = close_inputs(self.inputs, features, "/inputs", problems)
        endpoint = parsed.get("endpoint", {})
        self.endpoint = Endpoint() if endpoint is INVALID else build_endpoint(endpoint, "/endpoint", problems)
        judged = None if endpoint is INVALID else self.endpoint
        self._outputs = build_outputs(outputs, "/outputs", judged, problems)
        self.outputs = tuple(each.output for each in self._outputs)
        names = [each.name for each in self.outputs] if len(self.outputs) == len(outputs) else None
        routes = parsed.get("routes", DEFAULT_ROUTES)
        self.routes = build_routes(routes, "/routes", names, problems, self.name)
        self.examples = ()
        if self.inputs and len(self.inputs) == len(entries) and len(self.outputs) == len(outputs):
            examples = parsed.get("examples", ())
            self.examples = build_examples(examples, "/examples", self.inputs, self.outputs, problems)
        return features


def _salvage(data: Any) -> dict[str, Any]:
    """What is sound in a damaged contract, so that the rest of it is checked in the same run."""
    sound: dict[str, Any] = {}
    for name, field in CONTRACT.fields.items() if isinstance(data, dict) else ():
        if name not in data or data[name] == []:
            continue
        if isinstance(field.kind, ListOf) and isinstance(data[name], list):
            sound[name] = tuple(field.kind.item.check(item, "", []) for item in data[name])
        else:
            checked = field.kind.check(data[name], "", [])
            sound |= {name: checked} if checked is not INVALID or name == "endpoint" else {}
    return sound


def _input_types(data: Any) -> dict[str, str]:
    """Names and types as they are written, of damaged inputs too: a feature that names one isn't wrong."""
    inputs = data.get("inputs") if isinstance(data, dict) else None
    entries = [entry for entry in inputs if isinstance(entry, dict)] if isinstance(inputs, list) else []
    return {name: str(entry.get("type")) for entry in entries if isinstance(name := entry.get("name"), str)}


def _place(pointer: str, order: tuple[str, ...]) -> int:
    section = pointer.split("/")[1] if pointer else ""
    return order.index(section) if section in order else len(order)
