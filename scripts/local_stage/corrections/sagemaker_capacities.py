"""Weights and capacities of SageMaker's variants, and Application Auto Scaling's hand on them."""

from collections.abc import Mapping
from typing import Any

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse
from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import FakeEndpoint, sagemaker_backends
from moto.sagemaker.responses import SageMakerResponse

from scripts.local_stage.corrections.correction import Seams, correction, replace
from scripts.local_stage.sagemaker_capacities import change_variant, describe_variant

DIMENSIONS = {
    "sagemaker:variant:DesiredInstanceCount": ("InstanceCount", None),
    "sagemaker:variant:DesiredProvisionedConcurrency": ("ServerlessConfig", "ProvisionedConcurrency"),
}
"""Scalable dimension → what DescribeEndpoint calls it, and the member of that, if it has any."""


@correction(
    symptom="DescribeEndpoint leaves the weight out of a variant that has weight 0 or none",
    symbol="moto.sagemaker.models.FakeEndpoint._process_production_variants",
)
def variant_weights(_: Seams) -> None:
    """Describe weight 0 as 0, and no weight as SageMaker's default, 1."""

    def _process_production_variants(self: Any, variants: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [describe_variant(variant) for variant in variants]

    replace(FakeEndpoint, _process_production_variants=_process_production_variants)


@correction(
    symptom="UpdateEndpointWeightsAndCapacities nulls what isn't given, drops serverless ones",
    symbol="moto.sagemaker.responses.SageMakerResponse.update_endpoint_weights_and_capacities",
)
def weights_and_capacities(seams: Seams) -> None:
    """Change what the call names, and report it; refuse an endpoint that is being deployed, as AWS does."""
    stock = SageMakerResponse.update_endpoint_weights_and_capacities

    def update(self: Any) -> ActionResult:
        name = self._get_param("EndpointName")
        endpoint = self.sagemaker_backend.endpoints.get(name)
        wanted = {item["VariantName"]: item for item in self._get_param("DesiredWeightsAndCapacities")}
        known = {item["VariantName"] for item in endpoint.production_variants} if endpoint else set()
        if not set(wanted) <= known:
            return stock(self)  # which refuses it
        if endpoint.endpoint_status != "InService":
            raise ValidationError(message=f'Cannot update in-progress endpoint "{endpoint.arn}".')
        for summary in endpoint.production_variants:
            change_variant(summary, wanted.get(summary["VariantName"], {}))
        if seams.capacities_changed is not None:
            seams.capacities_changed(name)
        return ActionResult({"EndpointArn": endpoint.arn})

    replace(SageMakerResponse, update_endpoint_weights_and_capacities=update)


@correction(
    symptom="RegisterScalableTarget leaves a variant's capacity outside of the new bounds",
    symbol="moto.applicationautoscaling.responses.ApplicationAutoScalingResponse.register_scalable_target",
)
def capacity_within_bounds(_: Seams) -> None:
    """Move the capacity of an endpoint in service into the bounds (API_RegisterScalableTarget)."""
    register = ApplicationAutoScalingResponse.register_scalable_target

    def register_scalable_target(self: Any) -> str:
        reply: str = register(self)
        _, endpoint_name, _, variant = (self._get_param("ResourceId").split("/") + [""] * 4)[:4]
        dimension = self._get_param("ScalableDimension")
        endpoint = sagemaker_backends[self.current_account][self.region].endpoints.get(endpoint_name)
        if dimension in DIMENSIONS and endpoint is not None and endpoint.endpoint_status == "InService":
            (target,) = self.applicationautoscaling_backend.describe_scalable_targets(
                "sagemaker", [self._get_param("ResourceId")], dimension
            )
            for summary in endpoint.production_variants:
                if summary["VariantName"] == variant:
                    change_variant(
                        summary, _within(summary, dimension, target.min_capacity, target.max_capacity)
                    )
        return reply

    replace(ApplicationAutoScalingResponse, register_scalable_target=register_scalable_target)


def _within(summary: Mapping[str, Any], dimension: str, low: int, high: int) -> dict[str, Any]:
    what, member = DIMENSIONS[dimension]
    current = summary.get(f"Current{what}")
    if member is None:
        return {} if current is None else {f"Desired{what}": min(max(current, low), high)}
    current = (current or {}).get(member)
    return {} if current is None else {"ServerlessUpdateConfig": {member: min(max(current, low), high)}}
