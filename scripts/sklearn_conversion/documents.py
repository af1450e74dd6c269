"""The contract's text before and after a conversion."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from scripts.json_layout import LaidOut, lay_out, set_members

from .convert import Converted
from .refusals import ConversionError


def new_text(name: str, inputs: list[dict[str, Any]]) -> str:
    """A contract of inputs alone."""
    listed = ",\n    ".join(json.dumps(entry, ensure_ascii=False) for entry in inputs)
    return (
        f'{{\n  "$schema": "../contract.schema.json",\n  "name": "{name}",\n  "version": "1.0.0",\n'
        f'  "inputs": [\n    {listed}\n  ]\n}}\n'
    )


def converted_text(
    text: str, document: Mapping[str, Any], converted: Converted, provenance: Mapping[str, Any]
) -> str:
    """The text with features, steps and provenance of the pipeline; all else stands as it stood."""
    members: dict[str, Any] = {"features": _listed(converted.features)}
    outputs = converted.ending.outputs
    if "outputs" not in document:
        members["outputs"] = _listed(outputs or [{"name": "prediction"}])
    elif outputs and outputs[0].get("steps"):
        text = _with_steps(text, document["outputs"][0], outputs[0]["steps"])
    return set_members(text, "", members | {"provenance": dict(provenance)})


def _with_steps(text: str, output: Mapping[str, Any], steps: list[dict[str, Any]]) -> str:
    written = list(output.get("steps", ()))
    if written[: len(steps)] == steps:
        return text
    if written:
        raise ConversionError(
            f"the output {output['name']} has other steps than the pipeline ends in: {json.dumps(steps)}",
            "take its steps out of the contract, or write these before them",
        )
    return set_members(text, "/outputs/0", {"steps": steps})


def _listed(entries: list[Any]) -> LaidOut:
    return LaidOut("[\n    " + ",\n    ".join(lay_out(entry, 6) for entry in entries) + "\n  ]")
