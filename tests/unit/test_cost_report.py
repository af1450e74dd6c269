"""What a report says: totals, what is not in them, what was there before."""

import re
from datetime import date

import pytest

from scripts import ROOT
from scripts.cost.estimate import estimate
from scripts.cost.prices import PriceTable
from scripts.cost.report import limits, missing, notes, to_document, to_markdown
from scripts.cost.traffic import Traffic
from tests.unit.cost_plans import REGION, cost_of, plan_of, prices

pytestmark = pytest.mark.unit


def test_another_regions_price_is_marked() -> None:
    """A price of us-east-1 stands in for a region that the table lacks."""
    table = PriceTable.load()
    found = estimate(plan_of(("aws_kms_key", {})).resources, Traffic(), table, "eu-west-1")
    assert (found.monthly, found.borrowed, found.price_regions) == (1.0, 1.0, ["us-east-1"])
    assert "~1.00" in to_markdown(found, Traffic(), table)
    (said,) = limits(found, "USD")
    assert said.startswith("~ 1.00 of it at prices of us-east-1, since those of eu-west-1 aren't known")


def test_what_is_deployed_is_priced_the_same_way() -> None:
    """The plan's prior state has one key, the plan two."""
    key = {"address": "aws_kms_key.a", "mode": "managed", "type": "aws_kms_key", "values": {}}
    prior = {"values": {"root_module": {"resources": [key]}}}
    plan = plan_of(("aws_kms_key", {}), ("aws_kms_key", {}), prior_state=prior)
    table = prices({"kms.key": 1.5})
    before, after = (
        estimate(resources, Traffic(), table, REGION) for resources in (plan.before, plan.resources)
    )
    assert to_document(after, Traffic(), table, before)["monthly_before"] == 1.5
    assert to_document(after, Traffic(), table)["monthly_before"] is None
    said = to_markdown(after, Traffic(), table, before)
    assert said.startswith(f"**3.00 USD a month** in {REGION} (1.50 → 3.00, +1.50)\n")
    assert "(3.00, and it stays so)" in to_markdown(after, Traffic(), table, after)


def test_json_is_what_the_document_says() -> None:
    """docs/cost.md lists every member, in its place."""
    tables = re.findall(r"(?:^\|.*\n)+", (ROOT / "docs/cost.md").read_text().partition("## JSON")[2], re.M)
    top, line = (
        re.findall(r"`(\w+)`", "\n".join(re.findall(r"^\| ([^|]*) \|", each, re.M))) for each in tables
    )
    found = cost_of(("aws_kms_key", {}), ("aws_db_instance", {}), priced={"kms.key": 1.0})
    document = to_document(found, Traffic(), prices({}))
    assert sorted(document) == sorted(top)
    assert sorted(document["lines"][0]) == sorted(line)
    assert list(document["unpriced"][0]) == ["address", "what", "why"]


def test_what_is_not_in_the_total_is_not_folded_away() -> None:
    """A reader of the pull request sees it without a click; alike ones are one line."""
    found = cost_of(*[("aws_db_instance", {})] * 5)
    assert len(missing(found)) == 1
    assert " and 2 more: no rule" in missing(found)[0]
    said = to_markdown(found, Traffic(), prices({}))
    assert said.index("Not in the total") < said.index("<details>")


def test_old_prices_are_called_old() -> None:
    table = prices({"kms.key": 1.0})
    found = cost_of(("aws_kms_key", {}), priced={"kms.key": 1.0})
    assert not any("days old" in note for note in notes(found, Traffic(), table, date(2026, 6, 1)))
    assert f"The prices of {REGION} are 365 days old" in "\n".join(
        notes(found, Traffic(), table, date(2027, 1, 2))
    )


def test_document_adds_up() -> None:
    """The lines' sum is the total, by the hour and by the month."""
    found = cost_of(
        ("aws_kms_key", {}),
        ("aws_cloudwatch_dashboard", {}),
        priced={"kms.key": 1, "cloudwatch.dashboard": 3},
    )
    document = to_document(found, Traffic(), prices({}))
    assert sum(line["monthly"] for line in document["lines"]) == document["monthly"] == 4.0
    assert document["hourly"] == pytest.approx(4 / 730, abs=1e-6)
