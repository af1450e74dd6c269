"""SageMaker endpoints: CreateEndpoint, UpdateEndpoint, DeleteEndpoint.

Their states, and who moves them: `../sagemaker_deployments.py`.
"""

import json
from typing import Any

from moto.applicationautoscaling.models import applicationautoscaling_backends
from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.responses import SageMakerResponse

from scripts.local_stage import sagemaker_capacities, sagemaker_deployments
from scripts.local_stage.corrections.correction import Seams, correction, replace


@correction(
    symptom="UpdateEndpoint answers 500: a new endpoint configuration can't be rolled out",
    symbol="moto.sagemaker.responses.SageMakerResponse",
)
def update_endpoint(seams: Seams) -> None:
    """Begin a deployment of the named configuration."""

    def update(self: Any) -> ActionResult:
        request = json.loads(self.body)
        backend = self.sagemaker_backend
        name = request["EndpointName"]
        backend.describe_endpoint(name)
        backend.describe_endpoint_config(request["EndpointConfigName"])
        endpoint = backend.endpoints[name]
        configuration = backend.endpoint_configs[request["EndpointConfigName"]]
        if endpoint.endpoint_status != "InService":
            raise ValidationError(message=f'Cannot update in-progress endpoint "{endpoint.arn}".')
        how = request.get("DeploymentConfig")
        if how is None and request.get("RetainDeploymentConfig"):
            how = getattr(endpoint, "last_deployment_config", None)
        variants = endpoint._process_production_variants(configuration.production_variants)
        if request.get("RetainAllVariantProperties"):
            excluded = request.get("ExcludeRetainedVariantProperties", [])
            kinds = {item["VariantPropertyType"] for item in excluded}
            sagemaker_capacities.retain(variants, endpoint.production_variants, kinds)
        sagemaker_deployments.begin_update(endpoint, request["EndpointConfigName"], how, variants)
        if seams.endpoint_changed is None:
            sagemaker_deployments.complete(endpoint, configuration)
        else:
            seams.endpoint_changed(name)
        return ActionResult({"EndpointArn": endpoint.arn})

    replace(SageMakerResponse, update_endpoint=update)


@correction(
    symptom="UpdateEndpoint takes another instance type for a variant that scales; SageMaker refuses it",
    symbol="moto.sagemaker.responses.SageMakerResponse.update_endpoint",
)
def scaled_types(_: Seams) -> None:
    """Want the variant deregistered first: .../sagemaker/latest/dg/endpoint-scaling-update.html."""
    stock = SageMakerResponse.update_endpoint  # type: ignore[attr-defined]

    def update(self: Any) -> ActionResult:
        request = json.loads(self.body)
        name, configurations = request["EndpointName"], self.sagemaker_backend.endpoint_configs
        endpoint = self.sagemaker_backend.endpoints.get(name)
        running = _instance_types(configurations.get(getattr(endpoint, "endpoint_config_name", None)))
        wanted = _instance_types(configurations.get(request["EndpointConfigName"]))
        scaling = applicationautoscaling_backends[self.current_account][self.region]
        for variant in sorted(set(running) & set(wanted)):
            resource = f"endpoint/{name}/variant/{variant}"
            changes = running[variant] != wanted[variant]
            if changes and scaling.describe_scalable_targets("sagemaker", [resource], None):
                raise ValidationError(
                    message=f"Cannot change variant {variant} from {running[variant]} to {wanted[variant]} "
                    f"while it is a target of Application Auto Scaling: deregister {resource} first."
                )
        reply: ActionResult = stock(self)
        return reply

    replace(SageMakerResponse, update_endpoint=update)


def _instance_types(configuration: Any) -> dict[str, str]:
    """Variant → its instance type; none of a configuration that was deleted, as AWS allows."""
    variants = [] if configuration is None else configuration.production_variants
    return {variant["VariantName"]: variant.get("InstanceType", "serverless") for variant in variants}


@correction(
    symptom="CreateEndpoint drops DeploymentConfig: the plan wants it added for ever",
    symbol="moto.sagemaker.responses.SageMakerResponse.create_endpoint",
)
def endpoint_deployment_config(_: Seams) -> None:
    """Describe it as LastDeploymentConfig."""
    stock = SageMakerResponse.create_endpoint

    def create_endpoint(self: Any) -> ActionResult:
        reply: ActionResult = stock(self)
        request = json.loads(self.body)
        if "DeploymentConfig" in request:
            endpoint = self.sagemaker_backend.endpoints[request["EndpointName"]]
            endpoint.last_deployment_config = request["DeploymentConfig"]
        return reply

    replace(SageMakerResponse, create_endpoint=create_endpoint)


@correction(
    symptom="an endpoint is InService at once, whether its container starts or not",
    symbol="moto.sagemaker.responses.SageMakerResponse.create_endpoint",
)
def endpoint_states(seams: Seams) -> None:
    """Leave the endpoint Creating and report it, when somebody is there to bring it into service."""
    changed = seams.endpoint_changed
    if changed is None:
        return
    create, delete = SageMakerResponse.create_endpoint, SageMakerResponse.delete_endpoint

    def create_endpoint(self: Any) -> ActionResult:
        reply: ActionResult = create(self)
        name = self._get_param("EndpointName")
        sagemaker_deployments.begin_creation(self.sagemaker_backend.endpoints[name])
        changed(name)
        return reply

    def delete_endpoint(self: Any) -> ActionResult:
        reply: ActionResult = delete(self)
        changed(self._get_param("EndpointName"))
        return reply

    replace(SageMakerResponse, create_endpoint=create_endpoint)
    replace(SageMakerResponse, delete_endpoint=delete_endpoint)
