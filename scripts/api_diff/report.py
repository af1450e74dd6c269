"""The differences of two documents as markdown for a pull request, and as JSON for programs."""

from collections.abc import Sequence
from typing import Any

from scripts.api_diff.difference import Difference
from scripts.plan_summary.markdown import code, table


def to_markdown(found: Sequence[Difference], name: str) -> str:
    """Return a table, breaking differences first and marked."""
    breaking = sum(difference.breaking for difference in found)
    if not found:
        return f"### API of {name}\n\nNo difference that a client can notice.\n"
    head = f"**{breaking} breaking**, {len(found) - breaking} not breaking."
    rows = [
        (
            ":boom: **breaking**" if one.breaking else "not breaking",
            code(one.where),
            code(one.what),
            _routes(one),
        )
        for one in found
    ]
    return f"### API of {name}\n\n{head}\n\n{table(('', 'where', 'what', 'routes'), rows)}\n"


def _routes(difference: Difference) -> str:
    return ", ".join(map(code, difference.routes))


def to_document(found: Sequence[Difference]) -> dict[str, Any]:
    """Return JSON values."""
    breaking = sum(difference.breaking for difference in found)
    return {
        "breaking": breaking,
        "not_breaking": len(found) - breaking,
        "differences": [difference.to_json() for difference in found],
    }
