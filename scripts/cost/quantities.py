"""How much of which priced item a resource uses in a month: a rule for each type of resource.

A type stands in RULES (it costs), in `free.py` (it doesn't), or is reported as unknown.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scripts.cost.plan import Resource
from scripts.cost.traffic import HOURS, SECONDS, Traffic

GB = 1024**3


@dataclass(frozen=True, slots=True)
class Quantity:
    """Units of an item in a month; `most` when scaling may take it there."""

    item: str
    amount: float
    what: str
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may look at besides its resource."""

    traffic: Traffic
    resources: tuple[Resource, ...]
    root: Path
    """The root module: what relative paths in the plan begin at."""

    def of_type(self, kind: str) -> Iterator[Resource]:
        """The plan's resources of a type."""
        return (resource for resource in self.resources if resource.type == kind)


Rule = Callable[[Resource, Context], Iterator[Quantity]]


class UnknownUseError(Exception):
    """How much a resource uses can't be told from the plan; the text says why."""


def _stage(resource: Resource, context: Context) -> Iterator[Quantity]:
    traffic = context.traffic
    yield Quantity("apigateway.request", traffic.requests, "requests")
    yield Quantity(
        "transfer.out_gb", traffic.requests * traffic.answer_kb * 1024 / GB, "answers to the internet"
    )
    if resource.values.get("cache_cluster_enabled"):
        size = resource.values.get("cache_cluster_size")
        yield Quantity(f"apigateway.cache.{size}", HOURS, f"cache of {size} GB")


def _function(resource: Resource, context: Context) -> Iterator[Quantity]:
    values, traffic = resource.values, context.traffic
    memory_gb = values["memory_size"] / 1024
    yield Quantity("lambda.request", traffic.requests, "invocations")
    seconds = traffic.requests * traffic.function_ms / 1000
    yield Quantity(f"lambda.gb_second.{_architecture(values)}", seconds * memory_gb, "computing")
    metrics = _OWN_METRICS + traffic.error_codes
    yield Quantity("cloudwatch.metric", metrics, "metrics of its own")
    if _mode(values) == "Active":
        yield Quantity("xray.trace", traffic.traces, "traces by X-Ray's default rule")


_OWN_METRICS = 6  # Requests, Errors, Rows, ModelCalls, Latency, ModelLatency: scoring/observe.py


def _provisioned_concurrency(resource: Resource, context: Context) -> Iterator[Quantity]:
    function = next(
        (
            found
            for found in context.of_type("aws_lambda_function")
            if found.values.get("function_name") == resource.values.get("function_name")
        ),
        None,
    )
    if function is None:
        raise UnknownUseError("its function isn't in the plan, so its memory isn't known")
    count = resource.values["provisioned_concurrent_executions"]
    gb_seconds = SECONDS * count * function.values["memory_size"] / 1024
    yield Quantity(
        f"lambda.provisioned_gb_second.{_architecture(function.values)}",
        gb_seconds,
        f"{count} sandboxes kept warm",
    )


def _architecture(values: Mapping[str, Any]) -> str:
    return str((values.get("architectures") or ["x86_64"])[0])


def _mode(values: Mapping[str, Any]) -> str:
    return next((str(block.get("mode")) for block in values.get("tracing_config") or []), "PassThrough")


def _endpoint_configuration(resource: Resource, context: Context) -> Iterator[Quantity]:
    values, traffic = resource.values, context.traffic
    production = values.get("production_variants") or []
    for variant in [*production, *(values.get("shadow_production_variants") or [])]:
        yield from _variant(variant, resource, context)
    gigabytes = traffic.requests * (traffic.request_kb + traffic.answer_kb) * 1024 / GB
    yield Quantity("sagemaker.data_gb", gigabytes, "data in and out")


def _variant(variant: Mapping[str, Any], resource: Resource, context: Context) -> Iterator[Quantity]:
    name = variant.get("variant_name") or "the variant"
    for serverless in variant.get("serverless_config") or []:
        memory = serverless["memory_size_in_mb"]
        seconds = context.traffic.requests * context.traffic.model_ms / 1000
        yield Quantity(
            f"sagemaker.serverless_second.{memory}", seconds, f"{name}: computing with {memory} MB"
        )
        warm = serverless.get("provisioned_concurrency")
        if warm:
            yield Quantity(
                f"sagemaker.serverless_provisioned_second.{memory}",
                SECONDS * warm,
                f"{name}: {warm} kept warm",
            )
        return
    kind = variant["instance_type"]
    scaling = _scaling(name, context)
    count = variant.get("initial_instance_count") or (scaling or {}).get("min_capacity")
    if count is None:
        raise UnknownUseError(f"how many instances {name} starts with is known only after the apply")
    most = scaling["max_capacity"] * HOURS if scaling else None
    yield Quantity(f"sagemaker.hosting.{kind}", count * HOURS, f"{name}: {count} of {kind}", most)
    volume = variant.get("volume_size_in_gb")
    if volume:
        yield Quantity(
            "sagemaker.hosting_storage_gb_month", count * volume, f"{name}: volumes of {volume} GB"
        )


def _scaling(variant: str, context: Context) -> Mapping[str, Any] | None:
    ending = f"/variant/{variant}"
    for target in context.of_type("aws_appautoscaling_target"):
        if str(target.values.get("resource_id", "")).endswith(ending):
            return target.values
    return None


def _log_group(resource: Resource, context: Context) -> Iterator[Quantity]:
    name, traffic = str(resource.values.get("name", "")), context.traffic
    for pattern, bytes_a_request in (
        (r"^/aws/lambda/", traffic.function_log_bytes),
        (r"^/aws/apigateway/.*/access$", traffic.access_log_bytes),
    ):
        if re.search(pattern, name):
            gigabytes = traffic.requests * bytes_a_request / GB
            days = resource.values.get("retention_in_days") or 365
            yield Quantity("logs.ingested_gb", gigabytes, "lines of requests")
            yield Quantity("logs.stored_gb_month", gigabytes * days / 30, f"kept {days} days")
            return
    raise UnknownUseError("what it holds depends on what goes wrong, not on requests")


def _alarm(resource: Resource, _: Context) -> Iterator[Quantity]:
    queries = resource.values.get("metric_query") or []
    metrics = sum(1 for query in queries if query.get("metric")) or 1
    if any("ANOMALY_DETECTION_BAND" in (query.get("expression") or "") for query in queries):
        metrics *= 3
    periods = [resource.values.get("period")] + [
        metric.get("period") for query in queries for metric in query.get("metric") or []
    ]
    shortest = min((period for period in periods if period), default=60)
    resolution = "_high_resolution" if shortest < 60 else ""
    yield Quantity(f"cloudwatch.alarm_metric{resolution}", metrics, "metrics watched")


def _web_acl(resource: Resource, context: Context) -> Iterator[Quantity]:
    yield Quantity("waf.web_acl", 1, "web ACL")
    rules = resource.values.get("rule") or []
    if rules:
        yield Quantity("waf.rule", len(rules), "rules")
    yield Quantity("waf.request", context.traffic.requests, "requests inspected")


def _object(resource: Resource, context: Context) -> Iterator[Quantity]:
    source = resource.values.get("source")
    if not source or not (context.root / source).is_file():
        raise UnknownUseError("its size isn't in the plan, and its file isn't here")
    yield Quantity("s3.stored_gb_month", (context.root / source).stat().st_size / GB, "stored")


def _each(item: str, what: str) -> Rule:
    def rule(_: Resource, __: Context) -> Iterator[Quantity]:
        yield Quantity(item, 1, what)

    return rule


RULES: Mapping[str, Rule] = {
    "aws_api_gateway_stage": _stage,
    "aws_cloudwatch_composite_alarm": _each("cloudwatch.composite_alarm", "composite alarm"),
    "aws_cloudwatch_dashboard": _each("cloudwatch.dashboard", "dashboard"),
    "aws_cloudwatch_log_group": _log_group,
    "aws_cloudwatch_log_metric_filter": _each("cloudwatch.metric", "metric made from log lines"),
    "aws_cloudwatch_metric_alarm": _alarm,
    "aws_kms_key": _each("kms.key", "key"),
    "aws_lambda_function": _function,
    "aws_lambda_provisioned_concurrency_config": _provisioned_concurrency,
    "aws_s3_object": _object,
    "aws_sagemaker_endpoint_configuration": _endpoint_configuration,
    "aws_wafv2_web_acl": _web_acl,
}
