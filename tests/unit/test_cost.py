"""What a plan costs: quantities by hand, prices from a table of the test's own."""

import argparse
import io
import json
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scripts import ROOT
from scripts.cost.__main__ import main
from scripts.cost.estimate import Estimate, estimate
from scripts.cost.free import FREE
from scripts.cost.plan import PlanError, parse_plan
from scripts.cost.prices import PriceTable
from scripts.cost.quantities import RULES
from scripts.cost.refresh import read_offer, read_region, update_table
from scripts.cost.report import limits, missing, notes, to_document, to_markdown
from scripts.cost.traffic import Traffic, add_traffic_arguments, read_traffic

pytestmark = pytest.mark.unit

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


def test_instances_cost_by_the_hour() -> None:
    """Two instances at 0.5 an hour cost 730 a month."""
    variant = {"variant_name": "A", "instance_type": "ml.m5.large", "initial_instance_count": 2}
    found = cost_of(
        ("aws_sagemaker_endpoint_configuration", {"production_variants": [variant]}),
        priced={"sagemaker.hosting.ml.m5.large": 0.5, "sagemaker.data_gb": 0.0},
    )
    assert found.monthly == pytest.approx(730.0)
    assert [line.hourly for line in found.lines] == [pytest.approx(1.0), 0.0]


def test_scaling_has_an_upper_end() -> None:
    """With up to six instances the same endpoint may cost three times as much."""
    variant = {"variant_name": "A", "instance_type": "ml.m5.large", "initial_instance_count": 2}
    target = {"resource_id": "endpoint/bikes/variant/A", "min_capacity": 2, "max_capacity": 6}
    found = cost_of(
        ("aws_sagemaker_endpoint_configuration", {"production_variants": [variant]}),
        ("aws_appautoscaling_target", target),
        priced={"sagemaker.hosting.ml.m5.large": 0.5, "sagemaker.data_gb": 0.0},
    )
    assert found.monthly == pytest.approx(730.0)
    assert found.most == pytest.approx(2190.0)


def test_a_count_that_is_not_known_yet_is_the_least_that_scaling_allows() -> None:
    """A configuration that starts with what is running has no count in the plan."""
    target = {"resource_id": "endpoint/bikes/variant/A", "min_capacity": 3, "max_capacity": 6}
    found = cost_of(
        (
            "aws_sagemaker_endpoint_configuration",
            {"production_variants": [{"variant_name": "A", "instance_type": "ml.m5.large"}]},
        ),
        ("aws_appautoscaling_target", target),
        priced={"sagemaker.hosting.ml.m5.large": 1.0, "sagemaker.data_gb": 0.0},
    )
    assert found.monthly == pytest.approx(3 * 730.0)


def test_serverless_costs_by_the_second_and_the_requests() -> None:
    """A million requests of 50 ms are 50,000 seconds; two kept warm are two months of seconds."""
    serverless = {"memory_size_in_mb": 2048, "max_concurrency": 5, "provisioned_concurrency": 2}
    found = cost_of(
        (
            "aws_sagemaker_endpoint_configuration",
            {"production_variants": [{"variant_name": "A", "serverless_config": [serverless]}]},
        ),
        priced={
            "sagemaker.serverless_second.2048": 0.01,
            "sagemaker.serverless_provisioned_second.2048": 0.001,
            "sagemaker.data_gb": 0.0,
        },
    )
    assert found.monthly == pytest.approx(500.0 + 2 * 2_628_000 * 0.001)


def test_a_function_costs_by_architecture_memory_and_time() -> None:
    """1,000 requests of 100 ms with 2 GB are 200 GB-seconds of arm64."""
    function = {"memory_size": 2048, "architectures": ["arm64"], "tracing_config": [{"mode": "PassThrough"}]}
    found = cost_of(
        ("aws_lambda_function", function),
        traffic=Traffic(requests=1000, function_ms=100, error_codes=0),
        priced={"lambda.request": 0.001, "lambda.gb_second.arm64": 0.1, "cloudwatch.metric": 0.5},
    )
    assert found.monthly == pytest.approx(1.0 + 20.0 + 6 * 0.5)
    assert not found.unpriced


def test_traces_follow_the_default_rule() -> None:
    """Ten requests a second: one of them, and 5 % of the other nine."""
    a_month = 730 * 3600
    assert Traffic(requests=10 * a_month).traces == pytest.approx(a_month * 1.45)


@pytest.mark.parametrize(
    ("alarm", "expected"),
    [
        ({"metric_name": "5XXError", "period": 60}, 0.1),
        (
            {
                "metric_query": [
                    {"metric": [{"period": 60}]},
                    {"metric": [{"period": 60}]},
                    {"expression": "a/b"},
                ]
            },
            0.2,
        ),
        (
            {"metric_query": [{"metric": [{"period": 60}]}, {"expression": "ANOMALY_DETECTION_BAND(m, 2)"}]},
            0.3,
        ),
        ({"metric_name": "5XXError", "period": 10}, 0.7),
    ],
)
def test_alarms_cost_by_the_metric(alarm: dict[str, Any], expected: float) -> None:
    """A band is three metrics, and a period under a minute has a price of its own."""
    found = cost_of(
        ("aws_cloudwatch_metric_alarm", alarm),
        priced={"cloudwatch.alarm_metric": 0.1, "cloudwatch.alarm_metric_high_resolution": 0.7},
    )
    assert found.monthly == pytest.approx(expected)


def test_tiers_are_filled_one_after_the_other() -> None:
    """333 million at 3.50 a million, the rest at 2.80."""
    found = estimate(
        plan_of(("aws_api_gateway_stage", {})).resources,
        Traffic(requests=334e6, answer_kb=0),
        PriceTable.load(),
        "us-east-1",
    )
    requests = next(line for line in found.lines if line.quantity.item == "apigateway.request")
    assert requests.monthly == pytest.approx(333 * 3.5 + 2.8)


def test_what_has_no_price_is_named_and_not_zero() -> None:
    """An instance type that the table lacks isn't in the total, and the report says so."""
    variant = {"variant_name": "A", "instance_type": "ml.p9.huge", "initial_instance_count": 2}
    table = prices({"sagemaker.data_gb": 0.0})
    found = estimate(
        plan_of(("aws_sagemaker_endpoint_configuration", {"production_variants": [variant]})).resources,
        Traffic(),
        table,
        REGION,
    )
    assert ("no known price", True) in [(item.why, "ml.p9.huge" in item.what) for item in found.unpriced]
    assert any("ml.p9.huge" in note and note.startswith("Not in the total") for note in missing(found))


def test_a_type_without_a_rule_is_named() -> None:
    """A resource that a team adds costs nobody knows what."""
    found = cost_of(("aws_db_instance", {}))
    assert [item.what for item in found.unpriced] == ["aws_db_instance"]


def test_another_regions_price_is_marked() -> None:
    """A price of us-east-1 stands in for a region that the table lacks."""
    table = PriceTable.load()
    found = estimate(plan_of(("aws_kms_key", {})).resources, Traffic(), table, "eu-west-1")
    assert (found.monthly, found.borrowed, found.price_regions) == (1.0, 1.0, ["us-east-1"])
    assert "~1.00" in to_markdown(found, Traffic(), table)
    (said,) = limits(found, "USD")
    assert said.startswith("~ 1.00 of it at prices of us-east-1, since those of eu-west-1 aren't known")


def test_every_type_of_our_modules_is_known() -> None:
    """A new resource in a module needs a rule, or a place among what is free."""
    text = "\n".join(path.read_text() for path in (ROOT / "infra").rglob("*.tf"))
    used = set(re.findall(r'^resource "(\w+)"', text, re.MULTILINE))
    assert used - set(RULES) - FREE == set()
    assert not set(RULES) & FREE


def test_the_table_names_a_source_for_each_price() -> None:
    """Each price stands with where it was read, and each tiered one ends without a limit."""
    document = json.loads((ROOT / "scripts/cost/prices.json").read_text())
    for items in document["regions"].values():
        for item, entry in items.items():
            assert entry["source"] in document["sources"], item
            assert ("price" in entry) != ("tiers" in entry), item
            assert "tiers" not in entry or entry["tiers"][-1][0] is None, item
    assert set(document["as_of"]) == set(document["regions"])
    used = {entry["source"] for items in document["regions"].values() for entry in items.values()}
    assert used == set(document["sources"])


@pytest.mark.parametrize(
    "more",
    [
        {"variables": {"region": {"value": "ap-test-2"}}, "expressions": {"references": ["var.region"]}},
        {"expressions": {"constant_value": "ap-test-2"}},
    ],
)
def test_region_is_the_providers(more: dict[str, Any]) -> None:
    """Written as a constant or as a variable."""
    configuration = {"provider_config": {"aws": {"expressions": {"region": more["expressions"]}}}}
    found = plan_of(configuration=configuration, variables=more.get("variables", {}))
    assert found.region == "ap-test-2"


def test_region_is_else_the_data_sources() -> None:
    """Modules read it, so it stands in the prior state."""
    region = {
        "address": "data.aws_region.this",
        "mode": "data",
        "type": "aws_region",
        "values": {"id": "ap-test-2"},
    }
    found = plan_of(prior_state={"values": {"root_module": {"child_modules": [{"resources": [region]}]}}})
    assert found.region == "ap-test-2"


def test_what_is_no_plan_is_refused() -> None:
    """A state's JSON has no planned values."""
    with pytest.raises(PlanError, match="terraform plan -out"):
        parse_plan({"values": {}})


def test_command_reads_a_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--plan needs no stage, no account and no Terraform."""
    file = tmp_path / "plan.json"
    resource = {"address": "aws_kms_key.a", "mode": "managed", "type": "aws_kms_key", "values": {}}
    file.write_text(json.dumps({"planned_values": {"root_module": {"resources": [resource]}}}))
    assert main(["--plan", str(file), "--region", "us-east-1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["monthly"] == 1.0
    assert main(["--plan", str(file)]) == 2
    assert "--region" in capsys.readouterr().err


def test_a_plan_comes_through_a_pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`terraform show -json PLAN | python -m scripts.cost --plan -`."""
    monkeypatch.setattr("sys.stdin", io.StringIO('{"planned_values": {}}'))
    assert main(["--plan", "-", "--region", "us-east-1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["monthly"] == 0.0


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("2500000", 2.5e6),
        ("2_500_000", 2.5e6),
        ("2,500,000", 2.5e6),
        ("2.5M", 2.5e6),
        ("800k", 8e5),
        ("5e6", 5e6),
        ("0", 0.0),
    ],
)
def test_requests_are_written_as_people_do(written: str, amount: float) -> None:
    parser = argparse.ArgumentParser()
    add_traffic_arguments(parser)
    assert read_traffic(parser.parse_args(["--requests", written])).requests == amount


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["--requests", "many"], "'many' is no number from 0, such as 2500000 or 2.5M"),
        (["--requests=-1"], "'-1' is no number from 0"),
        (["--requests", "nan"], "'nan' is no number"),
        (["--region", "eu-west1"], "'eu-west1' is no region, such as eu-west-1"),
    ],
)
def test_a_slip_in_an_option_is_named(line: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(line)
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("text", ["[]", "3", "PK"])
def test_a_file_that_is_no_plan_is_refused_with_the_command_that_makes_one(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text)
    assert main(["--plan", str(file)]) == 1
    assert "terraform show -json PLAN" in capsys.readouterr().err


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


def offer(products: dict[str, tuple[dict[str, str], list[tuple[str, str, str]]]]) -> dict[str, Any]:
    """An offer file as AWS documents it: products and on-demand terms, by SKU."""
    terms = {
        sku: {
            f"{sku}.JRTCKXETXF": {
                "priceDimensions": {
                    f"{sku}.{index}": {"beginRange": begin, "endRange": end, "pricePerUnit": {"USD": price}}
                    for index, (begin, end, price) in enumerate(ranges)
                }
            }
        }
        for sku, (_, ranges) in products.items()
    }
    return {
        "publicationDate": "2026-10-01T00:00:00Z",
        "products": {sku: {"attributes": attributes} for sku, (attributes, _) in products.items()},
        "terms": {"OnDemand": terms},
    }


def test_price_list_is_read_by_usage_type() -> None:
    """Region's prefix or none, one number or tiers; other kinds of the same machine are left alone."""
    found = read_offer(
        "AmazonSageMaker",
        offer(
            {
                "A": ({"usagetype": "EU-Host:ml.m6i.large"}, [("0", "Inf", "0.128")]),
                "B": ({"usagetype": "EU-Train:ml.m6i.large"}, [("0", "Inf", "0.999")]),
                "C": ({"usagetype": "EU-ServerlessInf:Mem-2GB"}, [("0", "Inf", "0.0000400")]),
                "D": ({"usagetype": "EU-ServerlessInf:Mem-2GB-Provisioned"}, [("0", "Inf", "0.5")]),
            }
        ),
    )
    assert {item: entry["price"] for item, entry in found.items()} == {
        "sagemaker.hosting.ml.m6i.large": 0.128,
        "sagemaker.serverless_second.2048": 4e-05,
    }


def test_price_lists_tiers_become_sizes() -> None:
    """From 0 to 333 million, from there to a billion, and over it."""
    ranges = [
        ("333000000", "1000000000", "0.0000028"),
        ("0", "333000000", "0.0000035"),
        ("1000000000", "Inf", "0.000002"),
    ]
    found = read_offer("AmazonApiGateway", offer({"A": ({"usagetype": "ApiGatewayRequest"}, ranges)}))
    assert found["apigateway.request"]["tiers"] == [[333e6, 3.5e-06], [667e6, 2.8e-06], [None, 2e-06]]


def test_refresh_replaces_prices_and_keeps_the_others(tmp_path: Path) -> None:
    """What the list doesn't have stays as it was, with its own source."""
    table = tmp_path / "prices.json"
    table.write_text((ROOT / "scripts/cost/prices.json").read_text())
    keys = offer({"K": ({"usagetype": "eu-west-1-KMS-Keys"}, [("0", "Inf", "1.5")])})
    empty = offer({})
    entries = read_region(
        "eu-west-1", "https://list.example", lambda url: keys if "/awskms/" in url else empty, lambda _: None
    )
    update_table(table, "eu-west-1", entries, "https://list.example")
    after = PriceTable.load(table)
    assert after.as_of("eu-west-1") == str(date.today())
    refreshed, kept = after.find("kms.key", "eu-west-1"), after.find("sagemaker.data_gb", "eu-west-1")
    assert refreshed is not None
    assert (refreshed.of(1), refreshed.source) == (1.5, "price-list")
    assert kept is not None
    assert (kept.of(1), kept.source) == (0.016, "bill")


def test_price_list_out_of_reach_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback: what failed, and how to go on."""
    assert main(["--refresh", "--region", "eu-west-1", "--price-list", "http://127.0.0.1:9"]) == 1
    said = capsys.readouterr().err
    assert "127.0.0.1:9" in said
    assert "repair" in said
