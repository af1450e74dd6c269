"""What an endpoint uses: instances or seconds, volumes, data, and what its options add."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from scripts.cost.plan import Resource
from scripts.cost.traffic import HOURS, SECONDS
from scripts.cost.use import GB, VPC, Context, Quantity, Unknown

Found = Iterator[Quantity | Unknown]
Values = Mapping[str, Any]

CONTAINER_LOG = "/aws/sagemaker/Endpoints/"
IMAGE_DECIDES = Unknown("the container's log", "the image decides how much it writes")
"""Named once: by its log group, or by the endpoint where SageMaker makes the group."""


def endpoint_configuration(resource: Resource, context: Context) -> Found:
    """Variants and shadows, the data through them, and what lands in S3 and in the container's log."""
    values, traffic = resource.values, context.traffic
    production = values.get("production_variants") or []
    shadows = values.get("shadow_production_variants") or []
    for variant in [*production, *shadows]:
        yield from _variant(variant, _share(variant, production), resource, context)
    gigabytes = traffic.requests * (traffic.request_kb + traffic.answer_kb) * 1024 / GB
    yield Quantity("sagemaker.data_gb", gigabytes, "data in and out")
    groups = [str(group.values.get("name", "")) for group in context.of_type("aws_cloudwatch_log_group")]
    if not any(name.startswith(CONTAINER_LOG) for name in groups):
        yield IMAGE_DECIDES
    for capture in values.get("data_capture_config") or []:
        if capture.get("enable_capture"):
            share = capture.get("initial_sampling_percentage")
            yield Unknown(
                "data capture", f"{share} % of requests go to S3, and how long they stay isn't known"
            )
    if values.get("async_inference_config"):
        yield Unknown("asynchronous answers", "they go to S3, and how long they stay isn't known")


def _share(variant: Values, production: Sequence[Values]) -> float:
    """Of the requests: a variant gets its weight's share; a shadow, copies in proportion to the weights."""
    weights = [_weight(each) for each in production]
    return min(_weight(variant) / sum(weights), 1.0) if sum(weights) else 1.0


def _weight(variant: Values) -> float:
    weight = variant.get("initial_variant_weight")
    return 1.0 if weight is None else float(weight)


def _variant(variant: Values, share: float, resource: Resource, context: Context) -> Found:
    name = variant.get("variant_name") or "the variant"
    scaled = f"/variant/{name}"
    for serverless in variant.get("serverless_config") or []:
        yield from _serverless(name, serverless, share, resource, context)
        return
    kind = variant["instance_type"]
    dimension = "sagemaker:variant:DesiredInstanceCount"
    least, most = (find(scaled, dimension, resource) for find in (context.least, context.most))
    counts = [count for count in (variant.get("initial_instance_count"), least) if count is not None]
    if not counts:
        yield Unknown(f"{name}: {kind}", "how many instances it starts with is known only after the apply")
        return
    count = max(counts)  # scaling begins by filling up to its minimum
    yield Quantity(
        f"sagemaker.hosting.{kind}",
        count * HOURS,
        f"{name}: {count} of {kind}",
        None if most is None else most * HOURS,
    )
    volume = variant.get("volume_size_in_gb")
    if not volume:
        yield Unknown(f"{name}: volumes", "SageMaker chooses their size by the type of instance")
        return
    yield Quantity(
        "sagemaker.hosting_storage_gb_month",
        count * volume,
        f"{name}: volumes of {volume} GB",
        None if most is None else most * volume,
    )


def _serverless(name: str, serverless: Values, share: float, resource: Resource, context: Context) -> Found:
    memory = serverless["memory_size_in_mb"]
    seconds = context.traffic.requests * share * context.traffic.model_ms / 1000
    yield Quantity(f"sagemaker.serverless_second.{memory}", seconds, f"{name}: computing with {memory} MB")
    warm = serverless.get("provisioned_concurrency")
    if warm:
        dimension = "sagemaker:variant:DesiredProvisionedConcurrency"
        most = context.most(f"/variant/{name}", dimension, resource)
        yield Quantity(
            f"sagemaker.serverless_provisioned_second.{memory}",
            SECONDS * warm,
            f"{name}: {warm} kept warm",
            None if most is None else SECONDS * most,
        )


def endpoint(resource: Resource, _: Context) -> Found:
    """Nothing itself; but a roll-out has both fleets at once."""
    for deployment in resource.values.get("deployment_config") or []:
        for policy in deployment.get("blue_green_update_policy") or []:
            routing = policy.get("traffic_routing_configuration") or [{}]
            waits = [routing[0].get("wait_interval_in_seconds"), policy.get("termination_wait_in_seconds")]
            minutes = sum(wait or 0 for wait in waits) / 60
            yield Unknown(
                "roll-outs",
                f"each pays the old and the new fleet for {minutes:g} minutes and longer, "
                "and how often there is one isn't in a plan",
            )


def model(resource: Resource, _: Context) -> Found:
    """Nothing itself."""
    values = resource.values
    if values.get("vpc_config"):
        yield VPC
    containers = [*(values.get("primary_container") or []), *(values.get("container") or [])]
    if any(container.get("model_package_name") for container in containers):
        yield Unknown("model package", "one of the AWS Marketplace has a price of its own")
