"""SageMaker models and endpoint configurations. Endpoints: `sagemaker_endpoints.py`."""

import json
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import FakeEndpointConfig
from moto.sagemaker.responses import SageMakerResponse

from scripts.local_stage.corrections.correction import Seams, correction, replace

Operation = Callable[[Any], ActionResult]


def _keep(operation: Operation, store: str, name: str, fields: dict[str, str]) -> Operation:
    """After `operation`, keep request fields as attributes; moto describes every attribute in CamelCase."""

    def create(self: Any) -> ActionResult:
        reply = operation(self)
        request = json.loads(self.body)
        created = getattr(self.sagemaker_backend, store)[request[name]]
        for field, attribute in fields.items():
            if field in request:
                setattr(created, attribute, request[field])
        return reply

    return create


def _refuse_existing(operation: Operation, store: str, name: str, what: str) -> Operation:
    def create(self: Any) -> ActionResult:
        taken = getattr(self.sagemaker_backend, store).get(self._get_param(name))
        if taken is not None:
            arn = taken.arn[0] if isinstance(taken.arn, tuple) else taken.arn
            raise ValidationError(message=f'Cannot create already existing {what} "{arn}".')
        return operation(self)

    return create


def _omit_empty(operation: Operation) -> Operation:
    def describe(self: Any) -> ActionResult:
        described: dict[str, Any] = operation(self).result  # type: ignore[assignment]
        return ActionResult({k: v for k, v in described.items() if v not in ({}, [], None)})

    return describe


@correction(
    symptom="instance types outside a list of 66 are refused: no ml.m6, m7, c6, c7, g5, g6",
    symbol="moto.sagemaker.models.FakeEndpointConfig.validate_instance_type",
)
def instance_types(_: Seams) -> None:
    """Accept every instance type."""

    def validate_instance_type(self: Any, instance_type: str) -> None:
        return None

    replace(FakeEndpointConfig, validate_instance_type=validate_instance_type)


@correction(
    symptom="CreateModel drops EnableNetworkIsolation, InferenceExecutionConfig: the plan replaces the model",
    symbol="moto.sagemaker.responses.SageMakerResponse.create_model",
)
def model_fields(_: Seams) -> None:
    """Keep them."""
    replace(
        SageMakerResponse,
        create_model=_keep(
            SageMakerResponse.create_model,
            "_models",
            "ModelName",
            {
                "EnableNetworkIsolation": "enable_network_isolation",
                "InferenceExecutionConfig": "inference_execution_config",
            },
        ),
    )


@correction(
    symptom="CreateEndpointConfig drops shadow variants, explainer, role, VPC and network isolation",
    symbol="moto.sagemaker.responses.SageMakerResponse.create_endpoint_config",
)
def endpoint_config_fields(_: Seams) -> None:
    """Keep them."""
    replace(
        SageMakerResponse,
        create_endpoint_config=_keep(
            SageMakerResponse.create_endpoint_config,
            "endpoint_configs",
            "EndpointConfigName",
            {
                "ShadowProductionVariants": "shadow_production_variants",
                "ExplainerConfig": "explainer_config",
                "ExecutionRoleArn": "execution_role_arn",
                "VpcConfig": "vpc_config",
                "EnableNetworkIsolation": "enable_network_isolation",
            },
        ),
    )


@correction(
    symptom="CreateModel, CreateEndpointConfig and CreateEndpoint overwrite what has the name already",
    symbol="moto.sagemaker.responses.SageMakerResponse",
)
def sagemaker_names_are_unique(_: Seams) -> None:
    """Refuse a name that is taken, as AWS does; names that recur are how a roll-back loses the live model."""
    for what, operation, store, name in (
        ("model", "create_model", "_models", "ModelName"),
        ("endpoint configuration", "create_endpoint_config", "endpoint_configs", "EndpointConfigName"),
        ("endpoint", "create_endpoint", "endpoints", "EndpointName"),
    ):
        stock = getattr(SageMakerResponse, operation)
        setattr(SageMakerResponse, operation, _refuse_existing(stock, store, name, what))


@correction(
    symptom="descriptions carry empty VpcConfig, DataCaptureConfig and Containers: a clean plan drifts",
    symbol="moto.sagemaker.responses.SageMakerResponse.describe_model",
)
def sagemaker_descriptions_omit_empty(_: Seams) -> None:
    """Leave out what AWS leaves out."""
    for operation in ("describe_model", "describe_endpoint_config", "describe_endpoint"):
        setattr(SageMakerResponse, operation, _omit_empty(getattr(SageMakerResponse, operation)))
