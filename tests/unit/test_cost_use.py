"""How much of what a resource uses: each sum worked out by hand, each thing that no plan tells named."""

import json
from typing import Any

import pytest

from scripts.cost.estimate import estimate
from scripts.cost.prices import PriceTable
from scripts.cost.traffic import Traffic
from tests.unit.cost_plans import REGION, cost_of, plan_of, prices

pytestmark = pytest.mark.unit

CONFIGURATION = "aws_sagemaker_endpoint_configuration"
FREE_DATA = {"sagemaker.data_gb": 0.0}


def variant(**values: Any) -> dict[str, Any]:
    return {"production_variants": [{"variant_name": "A", "instance_type": "ml.m5.large", **values}]}


def target(least: int, most: int, **values: Any) -> tuple[str, dict[str, Any]]:
    return (
        "aws_appautoscaling_target",
        {"resource_id": "endpoint/bikes/variant/A", "min_capacity": least, "max_capacity": most, **values},
    )


def unknown(*resources: tuple[str, dict[str, Any]]) -> dict[str, str]:
    """What is named as not known → why."""
    return {item.what: item.why for item in cost_of(*resources).unpriced if item.why != "no known price"}


def test_two_stacks_by_hand() -> None:
    """A staging and a dev stack in eu-west-1, every amount from AWS's published prices and a calculator."""
    staging = estimate(
        plan_of(
            (CONFIGURATION, variant(instance_type="ml.m5.xlarge", initial_instance_count=1)),
            ("aws_api_gateway_stage", {}),
            ("aws_lambda_function", {"memory_size": 2048, "architectures": ["arm64"]}),
            ("aws_cloudwatch_metric_alarm", {"metric_name": "5XXError", "period": 60}),
        ).resources,
        Traffic(requests=10_000_000, function_ms=100, answer_kb=1024, request_kb=0, error_codes=0),
        PriceTable.load(),
        "eu-west-1",
    )
    by_item = {line.quantity.item: round(line.monthly, 2) for line in staging.lines}
    assert by_item == {
        "sagemaker.hosting.ml.m5.xlarge": 187.61,  # 730 h * 0.257
        "sagemaker.data_gb": 156.25,  # 10,000,000 * 1 MB = 9,765.625 GB * 0.016
        "apigateway.request": 35.0,  # 10 million * 3.50
        "transfer.out_gb": 878.91,  # 9,765.625 GB * 0.09, within the first 10 TB
        "lambda.request": 2.0,  # 10 million * 0.20
        "lambda.gb_second.arm64": 26.67,  # 10,000,000 * 0.1 s * 2 GB * 0.0000133334
        "cloudwatch.metric": 1.8,  # 6 * 0.30
        "cloudwatch.alarm_metric": 0.1,
    }
    assert round(staging.monthly, 2) == 1288.33  # of 187.61, 156.25, 35, 878.90625, 2, 26.6668, 1.8, 0.1
    serverless = {"variant_name": "A", "serverless_config": [{"memory_size_in_mb": 2048}]}
    dev = estimate(
        plan_of((CONFIGURATION, {"production_variants": [serverless]})).resources,
        Traffic(requests=3_000_000, model_ms=40, request_kb=0, answer_kb=0),
        PriceTable.load(),
        "us-east-1",
    )
    assert dev.monthly == pytest.approx(3_000_000 * 0.04 * 0.00004)  # 4.80


def test_requests_are_shared_by_weight_and_copied_to_shadows() -> None:
    """Three of four requests to A, one to B; of weight 2 among 4, half are copied to the shadow."""
    serverless = [{"memory_size_in_mb": 1024}]
    made = {
        "production_variants": [
            {"variant_name": "A", "initial_variant_weight": 3, "serverless_config": serverless},
            {"variant_name": "B", "initial_variant_weight": 1, "serverless_config": serverless},
        ],
        "shadow_production_variants": [
            {"variant_name": "C", "initial_variant_weight": 2, "serverless_config": serverless}
        ],
    }
    found = cost_of(
        (CONFIGURATION, made),
        traffic=Traffic(requests=1000, model_ms=1000),
        priced={"sagemaker.serverless_second.1024": 1.0, **FREE_DATA},
    )
    assert [line.monthly for line in found.lines[:3]] == [750.0, 250.0, 500.0]


def test_scaling_fills_up_to_its_minimum_and_schedules_may_raise_its_maximum() -> None:
    """It starts with one, is filled up to two at once; by day up to nine."""
    by_day = {
        "resource_id": "endpoint/bikes/variant/A",
        "scalable_target_action": [{"min_capacity": 3, "max_capacity": 9}],
    }
    found = cost_of(
        (CONFIGURATION, variant(initial_instance_count=1, volume_size_in_gb=10)),
        target(2, 6),
        ("aws_appautoscaling_scheduled_action", by_day),
        priced={"sagemaker.hosting.ml.m5.large": 1.0, "sagemaker.hosting_storage_gb_month": 1.0, **FREE_DATA},
    )
    assert (found.monthly, found.most) == (2 * 730 + 2 * 10, 9 * 730 + 9 * 10)


def test_another_endpoints_scaling_is_not_this_ones() -> None:
    """Two endpoints in one plan, each with a variant A."""
    resources = [
        {
            "address": f"module.{name}.{CONFIGURATION}.this",
            "mode": "managed",
            "type": CONFIGURATION,
            "values": variant(initial_instance_count=1),
        }
        for name in ("still", "scaled")
    ]
    kind, values = target(1, 5)
    scaling = {"address": f"module.scaled.{kind}.this", "mode": "managed", "type": kind, "values": values}
    modules = [
        {"address": "module.still", "resources": resources[:1]},
        {"address": "module.scaled", "resources": [resources[1], scaling]},
    ]
    plan = plan_of(planned_values={"root_module": {"child_modules": modules}})
    found = estimate(
        plan.resources, Traffic(), prices({"sagemaker.hosting.ml.m5.large": 1.0, **FREE_DATA}), REGION
    )
    assert (found.monthly, found.most) == (2 * 730, 6 * 730)


def test_sandboxes_and_slots_that_scale_have_an_upper_end() -> None:
    """What is kept warm scales too: two of up to five, of a function and of a serverless variant."""
    function = {"function_name": "f", "memory_size": 1024, "architectures": ["x86_64"]}
    warm = {"function_name": "f", "qualifier": "live", "provisioned_concurrent_executions": 2}
    scaled = {"resource_id": "function:f:live", "max_capacity": 5}
    scaled["scalable_dimension"] = "lambda:function:ProvisionedConcurrency"
    serverless = [{"memory_size_in_mb": 1024, "provisioned_concurrency": 2}]
    slots = "sagemaker:variant:DesiredProvisionedConcurrency"
    found = cost_of(
        ("aws_lambda_function", function),
        ("aws_lambda_provisioned_concurrency_config", warm),
        ("aws_appautoscaling_target", scaled),
        (CONFIGURATION, {"production_variants": [{"variant_name": "A", "serverless_config": serverless}]}),
        target(2, 5, scalable_dimension=slots),
        priced={
            "lambda.provisioned_gb_second.x86_64": 1.0,
            "sagemaker.serverless_provisioned_second.1024": 1.0,
        },
    )
    assert (found.monthly, found.most) == (4 * 2_628_000, 10 * 2_628_000)


def test_metrics_by_method_are_counted_from_the_apis_document() -> None:
    """Two methods and a pre-flight: fifteen metrics; those of the stage cost nothing."""
    document = {"paths": {"/predict": {"post": {}, "options": {}, "parameters": []}, "/test": {"get": {}}}}
    detailed = ("aws_api_gateway_method_settings", {"settings": [{"metrics_enabled": True}]})
    found = cost_of(
        ("aws_api_gateway_rest_api", {"body": json.dumps(document)}),
        detailed,
        priced={"cloudwatch.metric": 0.3},
    )
    assert found.monthly == pytest.approx(15 * 0.3)
    assert "metrics by method" in unknown(("aws_api_gateway_rest_api", {}), detailed)
    off = ("aws_api_gateway_method_settings", {"settings": [{"metrics_enabled": False}]})
    assert unknown(off) == {}


def test_a_request_is_one_trace_through_gateway_and_function() -> None:
    """Both trace it; X-Ray counts it once."""
    traced = {"memory_size": 1024, "tracing_config": [{"mode": "Active"}]}
    for stages in ([], [("aws_api_gateway_stage", {"xray_tracing_enabled": True})]):
        found = cost_of(("aws_lambda_function", traced), *stages, priced={"xray.trace": 1.0})
        assert found.monthly == 1_000_000  # 0.4 requests a second: the first of each second is traced


def test_a_kept_snapshot_costs_by_the_second() -> None:
    """Half a GB for 2,628,000 seconds; how often it is restored no plan tells."""
    function = {"memory_size": 512, "snap_start": [{"apply_on": "PublishedVersions"}]}
    found = cost_of(("aws_lambda_function", function), priced={"lambda.snapstart_cached_gb_second": 1.0})
    assert found.monthly == 1_314_000
    assert "restored snapshots" in unknown(("aws_lambda_function", function))
    off = {"memory_size": 512, "snap_start": []}
    assert "restored snapshots" not in unknown(("aws_lambda_function", off))


def test_logs_that_are_never_deleted_are_counted_for_a_year() -> None:
    """A GB a month, kept 30 days: a GB; kept for ever: 365 / 30 GB."""
    traffic = Traffic(requests=1024**3, access_log_bytes=1)
    for days, stored in ((30, 1.0), (0, 365 / 30)):
        found = cost_of(
            (
                "aws_cloudwatch_log_group",
                {"name": "/aws/apigateway/a/live/access", "retention_in_days": days},
            ),
            traffic=traffic,
            priced={"logs.ingested_gb": 0.0, "logs.stored_gb_month": 1.0},
        )
        assert found.monthly == pytest.approx(stored)


NAMED: dict[str, tuple[str, dict[str, Any], str]] = {
    "a container's own log": (CONFIGURATION, variant(initial_instance_count=1), "the container's log"),
    "volumes of a size that AWS chooses": (CONFIGURATION, variant(initial_instance_count=1), "A: volumes"),
    "requests kept in S3": (
        CONFIGURATION,
        {"data_capture_config": [{"enable_capture": True, "initial_sampling_percentage": 20}]},
        "data capture",
    ),
    "answers in S3": (CONFIGURATION, {"async_inference_config": [{}]}, "asynchronous answers"),
    "a count that autoscaling made": (CONFIGURATION, variant(), "A: ml.m5.large"),
    "both fleets of a roll-out": (
        "aws_sagemaker_endpoint",
        {
            "deployment_config": [
                {
                    "blue_green_update_policy": [
                        {
                            "termination_wait_in_seconds": 600,
                            "traffic_routing_configuration": [{"wait_interval_in_seconds": 300}],
                        }
                    ]
                }
            ]
        },
        "roll-outs",
    ),
    "a model's VPC": ("aws_sagemaker_model", {"vpc_config": [{}]}, "VPC"),
    "a package": ("aws_sagemaker_model", {"container": [{"model_package_name": "arn:…"}]}, "model package"),
    "a function's VPC": ("aws_lambda_function", {"memory_size": 1024, "vpc_config": [{}]}, "VPC"),
    "a log of what goes wrong": ("aws_cloudwatch_log_group", {"name": "aws-waf-logs-a"}, "log group"),
    "bot control": (
        "aws_wafv2_web_acl",
        {
            "rule": [
                {
                    "statement": [
                        {
                            "managed_rule_group_statement": [
                                {"vendor_name": "AWS", "name": "AWSManagedRulesBotControlRuleSet"}
                            ]
                        }
                    ]
                }
            ]
        },
        "managed rules AWS/AWSManagedRulesBotControlRuleSet",
    ),
    "large bodies": ("aws_wafv2_web_acl", {"association_config": [{}]}, "larger bodies inspected"),
}


@pytest.mark.parametrize("case", NAMED)
def test_what_no_plan_tells_is_named(case: str) -> None:
    """It isn't in the total, and the report says so."""
    kind, values, what = NAMED[case]
    assert what in unknown((kind, values))
    if what == "roll-outs":
        assert "for 15 minutes" in unknown((kind, values))[what]


def test_amazons_free_rule_groups_are_not_named() -> None:
    group = {"vendor_name": "AWS", "name": "AWSManagedRulesCommonRuleSet"}
    rules = [{"statement": [{"managed_rule_group_statement": [group]}]}]
    assert unknown(("aws_wafv2_web_acl", {"rule": rules})) == {}
