"""What a plan costs: quantities by hand, prices from a table of the test's own."""

import re
from typing import Any

import pytest

from scripts import ROOT
from scripts.cost.estimate import estimate
from scripts.cost.free import FREE
from scripts.cost.prices import PriceTable
from scripts.cost.quantities import RULES
from scripts.cost.report import missing
from scripts.cost.traffic import Traffic
from tests.unit.cost_plans import REGION, cost_of, plan_of, prices

pytestmark = pytest.mark.unit


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


def test_every_type_of_our_modules_is_known() -> None:
    """A new resource in a module needs a rule, or a place among what is free."""
    text = "\n".join(path.read_text() for path in (ROOT / "infra").rglob("*.tf"))
    used = set(re.findall(r'^resource "(\w+)"', text, re.MULTILINE))
    assert used - set(RULES) - FREE == set()
    assert not set(RULES) & FREE
