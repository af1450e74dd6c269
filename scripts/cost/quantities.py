"""How much of which priced item a resource uses in a month: a rule for each type of resource.

A type stands in RULES (it costs, or may), in `free.py` (it doesn't), or is reported as unknown.
"""

import re
from collections.abc import Iterator, Mapping

from scripts.cost.api_use import method_settings, stage, web_acl
from scripts.cost.endpoint_use import CONTAINER_LOG, IMAGE_DECIDES, endpoint, endpoint_configuration, model
from scripts.cost.function_use import function, provisioned_concurrency
from scripts.cost.plan import Resource
from scripts.cost.use import GB, Context, Quantity, Rule, Unknown

Found = Iterator[Quantity | Unknown]

A_YEAR = 365
"""Days for which logs that are never deleted are counted."""


def _log_group(resource: Resource, context: Context) -> Found:
    name, traffic = str(resource.values.get("name", "")), context.traffic
    for pattern, bytes_a_request in (
        (r"^/aws/lambda/", traffic.function_log_bytes),
        (r"^/aws/apigateway/.*/access$", traffic.access_log_bytes),
    ):
        if re.search(pattern, name):
            gigabytes = traffic.requests * bytes_a_request / GB
            days = resource.values.get("retention_in_days")
            kept = f"kept {days} days" if days else "never deleted: what a year leaves"
            yield Quantity("logs.ingested_gb", gigabytes, "lines of requests")
            yield Quantity("logs.stored_gb_month", gigabytes * (days or A_YEAR) / 30, kept)
            return
    if name.startswith(CONTAINER_LOG):
        yield IMAGE_DECIDES
    else:
        yield Unknown("log group", "what it holds depends on what goes wrong, not on requests")


def _alarm(resource: Resource, _: Context) -> Found:
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


def _object(resource: Resource, context: Context) -> Found:
    source = resource.values.get("source")
    if not source or not (context.root / source).is_file():
        yield Unknown("object", "its size isn't in the plan, and its file isn't here")
        return
    yield Quantity("s3.stored_gb_month", (context.root / source).stat().st_size / GB, "stored")


def _each(item: str, what: str) -> Rule:
    def rule(_: Resource, __: Context) -> Found:
        yield Quantity(item, 1, what)

    return rule


RULES: Mapping[str, Rule] = {
    "aws_api_gateway_method_settings": method_settings,
    "aws_api_gateway_stage": stage,
    "aws_cloudwatch_composite_alarm": _each("cloudwatch.composite_alarm", "composite alarm"),
    "aws_cloudwatch_dashboard": _each("cloudwatch.dashboard", "dashboard"),
    "aws_cloudwatch_log_group": _log_group,
    "aws_cloudwatch_log_metric_filter": _each("cloudwatch.metric", "metric made from log lines"),
    "aws_cloudwatch_metric_alarm": _alarm,
    "aws_kms_key": _each("kms.key", "key"),
    "aws_lambda_function": function,
    "aws_lambda_provisioned_concurrency_config": provisioned_concurrency,
    "aws_s3_object": _object,
    "aws_sagemaker_endpoint": endpoint,
    "aws_sagemaker_endpoint_configuration": endpoint_configuration,
    "aws_sagemaker_model": model,
    "aws_wafv2_web_acl": web_acl,
}
