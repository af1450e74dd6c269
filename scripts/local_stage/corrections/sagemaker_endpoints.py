"""SageMaker endpoints: CreateEndpoint, UpdateEndpoint, DeleteEndpoint.

Their states, and who moves them: `../sagemaker_deployments.py`.
"""

import json
from typing import Any

from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.responses import SageMakerResponse

from scripts.local_stage import sagemaker_deployments
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
        name, configuration = request["EndpointName"], request["EndpointConfigName"]
        backend.describe_endpoint(name)
        backend.describe_endpoint_config(configuration)
        endpoint = backend.endpoints[name]
        if endpoint.endpoint_status != "InService":
            raise ValidationError(message=f'Cannot update in-progress endpoint "{endpoint.arn}".')
        how = request.get("DeploymentConfig")
        if how is None and request.get("RetainDeploymentConfig"):
            how = getattr(endpoint, "last_deployment_config", None)
        sagemaker_deployments.begin_update(endpoint, configuration, how)
        if seams.endpoint_changed is None:
            sagemaker_deployments.complete(endpoint, backend.endpoint_configs[configuration])
        else:
            seams.endpoint_changed(name)
        return ActionResult({"EndpointArn": endpoint.arn})

    replace(SageMakerResponse, update_endpoint=update)


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
