"""The resources that a plan leaves, from `terraform show -json`.

Format: https://developer.hashicorp.com/terraform/internals/json-format
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


class PlanError(Exception):
    """A file is no plan in JSON; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A managed resource as it will be; `values` lacks what is known only after the apply."""

    address: str
    type: str
    values: Mapping[str, Any]
    module: str = ""
    """The module's address; the root module's is empty."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What stands in the plan that costs depend on."""

    resources: tuple[Resource, ...]
    region: str | None
    before: tuple[Resource, ...] = ()
    """The resources that are there now; none before the first apply."""


def read_plan(path: Path) -> Plan:
    """Read a file that `terraform show -json PLAN` wrote; `-` is the standard input."""
    try:
        document = json.loads(sys.stdin.read() if str(path) == "-" else path.read_text())
    except (OSError, ValueError) as error:
        raise PlanError(
            f"{path}: no JSON can be read ({error}).\n  repair   terraform show -json PLAN > {path}"
        ) from error
    return parse_plan(document)


def parse_plan(document: Any) -> Plan:
    """Take the resources out of a plan's JSON."""
    if not isinstance(document, dict) or "planned_values" not in document:
        raise PlanError(
            "This is no plan: it has no planned_values.\n"
            "  repair   terraform plan -out PLAN && terraform show -json PLAN"
        )
    resources = tuple(_resources(document["planned_values"].get("root_module", {})))
    before = document.get("prior_state", {}).get("values", {}).get("root_module", {})
    return Plan(resources, _region(resources, document), tuple(_resources(before)))


def _resources(module: Mapping[str, Any]) -> Iterator[Resource]:
    for resource in module.get("resources", []):
        if resource.get("mode", "managed") == "managed":
            yield Resource(
                resource["address"], resource["type"], resource.get("values", {}), module.get("address", "")
            )
    for child in module.get("child_modules", []):
        yield from _resources(child)


def _region(resources: tuple[Resource, ...], document: Mapping[str, Any]) -> str | None:
    """The provider's region, where it is written; else the one that the resources' ARNs name."""
    provider = document.get("configuration", {}).get("provider_config", {}).get("aws", {})
    written = provider.get("expressions", {}).get("region", {})
    if "constant_value" in written:
        return str(written["constant_value"])
    for reference in written.get("references", []):
        value = document.get("variables", {}).get(reference.removeprefix("var."), {}).get("value")
        if value:
            return str(value)
    state = document.get("prior_state", {}).get("values", {}).get("root_module", {})
    for found in _regional_names(state, resources):
        return found
    return None


def _regional_names(state: Mapping[str, Any], resources: tuple[Resource, ...]) -> Iterator[str]:
    modules = [state]
    while modules:
        module = modules.pop()
        modules.extend(module.get("child_modules", []))
        for resource in module.get("resources", []):
            if resource["type"] == "aws_region":
                yield str(resource["values"].get("id") or resource["values"]["name"])
    for resource in resources:
        match = re.match(r"arn:[^:]+:[^:]+:([a-z]{2}(?:-[a-z]+)+-\d):", str(resource.values.get("arn", "")))
        if match:
            yield match[1]
