"""How a plan changes the API that its stage serves: what the contract doesn't tell, an environment decides.

Which routes are published, who may call them and how requests are checked stands in the document that
Terraform hands to API Gateway, and a plan has it as it is and as it will be.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.api_diff.difference import Difference
from scripts.api_diff.document import compare_documents


def read_api_changes(plan: Mapping[str, Any]) -> dict[str, list[Difference]]:
    """Address of an API → its differences; one that comes, goes or isn't known yet has none."""
    return {
        address: found for address, old, new in _documents(plan) if (found := compare_documents(old, new))
    }


def _documents(plan: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for entry in plan.get("resource_changes", []):
        if entry["type"] != "aws_api_gateway_rest_api":
            continue
        old, new = ((entry["change"].get(when) or {}).get("body") for when in ("before", "after"))
        if old and new and old != new:
            yield entry["address"], json.loads(old), json.loads(new)
