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
        length = max((each.get("length", 0) for each in outputs), default=0)
        if length:
            members["endpoint"] = {"reply": {"values": {"score": list(range(length))}}}
    else:
        text = _with_steps(text, document["outputs"], [each["steps"] for each in outputs if "steps" in each])
    return set_members(text, "", members | {"provenance": dict(provenance)})


def _with_steps(text: str, outputs: list[Any], wanted: list[list[dict[str, Any]]]) -> str:
    """The text with the steps in its first output, unless an output begins with such steps already."""
    written = [list(each.get("steps", ())) for each in outputs]
    if not wanted or any(steps[: len(each)] == each for steps in written for each in wanted):
        return text
    if written[0]:
        raise ConversionError(
            f"the output {outputs[0]['name']} has other steps than the pipeline ends in, which are "
            f"{json.dumps(wanted[0])}",
            "take its steps out of the contract, or write these before them",
        )
    return set_members(text, "/outputs/0", {"steps": wanted[0]})


def _listed(entries: list[Any]) -> LaidOut:
    return LaidOut("[\n    " + ",\n    ".join(lay_out(entry, 6) for entry in entries) + "\n  ]")
