"""Plans to be priced, and prices of the tests' own."""

from typing import Any

from scripts.cost.estimate import Estimate, estimate
from scripts.cost.plan import parse_plan
from scripts.cost.prices import PriceTable
from scripts.cost.traffic import Traffic

REGION = "eu-test-1"


def prices(entries: dict[str, float]) -> PriceTable:
    items = {item: {"price": price, "unit": "unit", "source": "test"} for item, price in entries.items()}
    return PriceTable(
        {
            "as_of": {REGION: "2026-01-02"},
            "currency": "USD",
            "sources": {"test": {"title": "the test"}},
            "regions": {REGION: items},
        }
    )


def plan_of(*resources: tuple[str, dict[str, Any]], **more: Any) -> Any:
    written = [
        {"address": f"module.a.{kind}.this", "mode": "managed", "type": kind, "values": values}
        for kind, values in resources
    ]
    return parse_plan(
        {
            "planned_values": {
                "root_module": {"child_modules": [{"address": "module.a", "resources": written}]}
            },
            **more,
        }
    )


def cost_of(
    *resources: tuple[str, dict[str, Any]],
    priced: dict[str, float] | None = None,
    traffic: Traffic | None = None,
) -> Estimate:
    plan = plan_of(*resources)
    return estimate(plan.resources, traffic or Traffic(), prices(priced or {}), REGION)
