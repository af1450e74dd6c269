"""How a plan changes the API that its stage serves: what the contract doesn't tell, an environment decides.

Which routes are published, who may call them and how requests are checked stands in the document that
Terraform hands to API Gateway, and a plan has it as it is and as it will be.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.api_diff.difference import Difference
from scripts.api_diff.document import compare_documents

OPTIONS = "OPTIONS"


def read_api_changes(plan: Mapping[str, Any]) -> dict[str, list[Difference]]:
    """Address of an API → its differences; one that comes, goes or isn't known yet has none."""
    compared = {
        address: _without_echoes(compare_documents(old, new)) for address, old, new in _documents(plan)
    }
    return {address: found for address, found in compared.items() if found}


def _without_echoes(found: list[Difference]) -> list[Difference]:
    """Leave out that OPTIONS, for browsers, came or went with a route; where it went alone, it is named."""
    said = {
        (path, one.what)
        for one in found
        for method, _, path in [one.where.partition(" ")]
        if method != OPTIONS
    }
    return [
        one
        for one in found
        for method, _, path in [one.where.partition(" ")]
        if method != OPTIONS or (path, one.what) not in said
    ]


def _documents(plan: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for entry in plan.get("resource_changes", []):
        if entry["type"] != "aws_api_gateway_rest_api":
            continue
        old, new = ((entry["change"].get(when) or {}).get("body") for when in ("before", "after"))
        if old and new and old != new:
            yield entry["address"], json.loads(old), json.loads(new)
