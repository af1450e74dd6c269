"""What a function uses: requests, computing, its own metrics, and what is kept ready."""

from collections.abc import Iterator, Mapping
from typing import Any

from scripts.cost.plan import Resource
from scripts.cost.traffic import SECONDS
from scripts.cost.use import VPC, Context, Quantity, Unknown

Found = Iterator[Quantity | Unknown]

_OWN_METRICS = 6  # Requests, Errors, Rows, ModelCalls, Latency, ModelLatency: scoring/observe.py


def function(resource: Resource, context: Context) -> Found:
    """By requests, architecture, memory and time."""
    values, traffic = resource.values, context.traffic
    memory_gb = values["memory_size"] / 1024
    yield Quantity("lambda.request", traffic.requests, "invocations")
    seconds = traffic.requests * traffic.function_ms / 1000
    yield Quantity(f"lambda.gb_second.{_architecture(values)}", seconds * memory_gb, "computing")
    yield Quantity("cloudwatch.metric", _OWN_METRICS + traffic.error_codes, "metrics of its own")
    if _is_traced(values) and not any(
        stage.values.get("xray_tracing_enabled") for stage in context.of_type("aws_api_gateway_stage")
    ):
        yield Quantity("xray.trace", traffic.traces, "traces by X-Ray's default rule")
    for snap_start in values.get("snap_start") or []:
        if snap_start.get("apply_on") == "PublishedVersions":
            yield Quantity(
                "lambda.snapstart_cached_gb_second", SECONDS * memory_gb, "one version's snapshot kept"
            )
            yield Unknown(
                "restored snapshots", "how many sandboxes start and how many versions stay isn't known"
            )
    if values.get("vpc_config"):
        yield VPC


def provisioned_concurrency(resource: Resource, context: Context) -> Found:
    """By the second, used or not."""
    name, qualifier = (resource.values.get(key) for key in ("function_name", "qualifier"))
    found = [
        each
        for each in context.of_type("aws_lambda_function")
        if each.values.get("function_name") == name and each.module == resource.module
    ]
    if not found:
        yield Unknown("provisioned concurrency", "its function isn't in the plan, so its memory isn't known")
        return
    values = found[0].values
    gb_seconds = SECONDS * values["memory_size"] / 1024
    count = resource.values["provisioned_concurrent_executions"]
    dimension = "lambda:function:ProvisionedConcurrency"
    most = context.most(f":{name}:{qualifier}", dimension, resource)
    yield Quantity(
        f"lambda.provisioned_gb_second.{_architecture(values)}",
        gb_seconds * count,
        f"{count} sandboxes kept warm",
        None if most is None else gb_seconds * most,
    )


def _architecture(values: Mapping[str, Any]) -> str:
    return str((values.get("architectures") or ["x86_64"])[0])


def _is_traced(values: Mapping[str, Any]) -> bool:
    return any(block.get("mode") == "Active" for block in values.get("tracing_config") or [])
