"""The states of a SageMaker endpoint, as attributes of moto's endpoint object.

    CreateEndpoint ──► Creating ──► InService ◄──────────┐
                          │             │                │ complete / fail (old configuration kept)
                          ▼             ▼                │
                        Failed     UpdateEndpoint ──► Updating ──► RollingBack ──► InService (fail)

The corrections begin a deployment; whoever runs the containers ends it with `complete` or `fail`.
Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeEndpoint.html
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any


def begin_creation(endpoint: Any) -> None:
    """The endpoint waits for its first container."""
    endpoint.endpoint_status = "Creating"
    endpoint.pending_deployment_summary = None


def begin_update(
    endpoint: Any,
    configuration_name: str,
    deployment_config: dict[str, Any] | None = None,
    variants: Sequence[dict[str, Any]] = (),
) -> None:
    """The endpoint serves its old configuration until the new one's containers answer.

    `deployment_config` is how traffic gets there (DeploymentConfig); without one, all at once.
    `variants` is what DescribeEndpoint shows of the production variants when the update has ended; without,
    what the configuration says.
    """
    endpoint.endpoint_status = "Updating"
    endpoint.last_deployment_config = deployment_config
    endpoint.pending_deployment_summary = {
        "EndpointConfigName": configuration_name,
        "StartTime": datetime.now(UTC).replace(tzinfo=None),
        "ProductionVariants": list(variants),
    }


def configuration_to_deploy(endpoint: Any) -> str:
    """Name of the endpoint configuration that the endpoint is to run."""
    pending = getattr(endpoint, "pending_deployment_summary", None)
    return str(pending["EndpointConfigName"] if pending else endpoint.endpoint_config_name)


def variants_to_deploy(endpoint: Any, configuration: Any) -> list[dict[str, Any]]:
    """The configuration's production variants, with the counts and weights that the update gives them."""
    planned = {variant["VariantName"]: variant for variant in _planned_variants(endpoint)}
    names = {"InitialInstanceCount": "DesiredInstanceCount", "InitialVariantWeight": "DesiredWeight"}
    return [
        {**variant, **{name: summary[desired] for name, desired in names.items() if desired in summary}}
        for variant in configuration.production_variants
        for summary in [planned.get(variant["VariantName"], {})]
    ]


def _planned_variants(endpoint: Any) -> list[dict[str, Any]]:
    pending = getattr(endpoint, "pending_deployment_summary", None) or {}
    found: list[dict[str, Any]] = pending.get("ProductionVariants", [])
    return found


def deployment_config(endpoint: Any) -> dict[str, Any] | None:
    """How the update that is under way leads traffic; None when there is none, or all goes at once."""
    if getattr(endpoint, "pending_deployment_summary", None) is None:
        return None
    found: dict[str, Any] | None = getattr(endpoint, "last_deployment_config", None)
    return found


def roll_back(endpoint: Any) -> None:
    """An update is on its way back to the old configuration; `fail` says when it is there."""
    endpoint.endpoint_status = "RollingBack"


def complete(endpoint: Any, configuration: Any) -> None:
    """The containers of `configuration` (moto's object) answer: the endpoint runs it and is InService."""
    endpoint.endpoint_config_name = configuration.endpoint_config_name
    planned = _planned_variants(endpoint)
    endpoint.production_variants = planned or endpoint._process_production_variants(
        configuration.production_variants
    )
    shadows = getattr(configuration, "shadow_production_variants", None) or []
    endpoint.shadow_production_variants = endpoint._process_production_variants(shadows)
    endpoint.data_capture_config = configuration.data_capture_config
    endpoint.pending_deployment_summary = None
    endpoint.failure_reason = None
    endpoint.last_modified_time = datetime.now(UTC).replace(tzinfo=None)
    endpoint.endpoint_status = "InService"


def fail(endpoint: Any, reason: str) -> None:
    """The containers did not come up: a new endpoint is Failed, an updated one runs its old one on."""
    was_updating = getattr(endpoint, "pending_deployment_summary", None) is not None
    endpoint.pending_deployment_summary = None
    endpoint.failure_reason = reason
    endpoint.last_modified_time = datetime.now(UTC).replace(tzinfo=None)
    endpoint.endpoint_status = "InService" if was_updating else "Failed"
