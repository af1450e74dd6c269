"""What an endpoint is to run, as the runtime reads it from moto's models and endpoint configurations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from scripts.local_stage.sagemaker_runtime.rollout import Rollout

STARTUP_TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class ContainerPlan:
    """One container of a model."""

    image: str
    artifact: str | None
    """S3 URI of model.tar.gz; of a multi-model container the prefix of all of them."""
    environment: Mapping[str, str]
    hostname: str
    multi_model: bool = False


@dataclass(frozen=True, slots=True)
class VariantPlan:
    """One variant of an endpoint configuration."""

    name: str
    weight: float
    serverless: bool
    max_concurrency: int | None
    """Of a serverless variant."""
    startup_timeout: float
    """Seconds that the containers have until /ping answers 200."""
    containers: tuple[ContainerPlan, ...]
    """Usually one. Several are an inference pipeline in order, or each is invoked by name."""
    direct: bool = False
    """The caller names one of the containers."""


@dataclass(frozen=True, slots=True)
class DeploymentPlan:
    """An endpoint configuration with its models, ready to be started."""

    endpoint: str
    configuration: str
    region: str
    variants: tuple[VariantPlan, ...]
    rollout: Rollout = field(default_factory=Rollout)
    shadows: tuple[VariantPlan, ...] = ()
    """They get copies of requests; nobody gets their answers."""
    asynchronous: bool = False


class DeploymentError(Exception):
    """An endpoint can't come into service; the text is its FailureReason."""


def plan_variant(backend: Any, variant: Mapping[str, Any]) -> VariantPlan:
    """Read a variant and its model from moto's SageMaker backend; raises DeploymentError."""
    name = variant["ModelName"]
    model = backend._models.get(name)
    if model is None:
        raise DeploymentError(f"The model {name} does not exist.")
    containers = model.containers or [model.primary_container]
    execution = getattr(model, "inference_execution_config", None) or {}
    startup = variant.get("ContainerStartupHealthCheckTimeoutInSeconds", STARTUP_TIMEOUT_SECONDS)
    weight = variant.get("InitialVariantWeight")
    return VariantPlan(
        name=variant["VariantName"],
        weight=1.0 if weight is None else float(weight),
        serverless="ServerlessConfig" in variant,
        max_concurrency=variant.get("ServerlessConfig", {}).get("MaxConcurrency"),
        startup_timeout=float(startup),
        containers=tuple(
            _plan_container(backend, name, container, position)
            for position, container in enumerate(containers, 1)
        ),
        direct=len(containers) > 1 and execution.get("Mode") == "Direct",
    )


def _plan_container(backend: Any, model: str, container: Mapping[str, Any], position: int) -> ContainerPlan:
    if "ModelPackageName" in container:
        container = {**_unpack_package(backend, container["ModelPackageName"]), **container}
    source = container.get("ModelDataSource", {}).get("S3DataSource", {})
    if source and source.get("CompressionType") != "Gzip":
        raise DeploymentError(f"The local stage unpacks model.tar.gz; the model {model} names an S3 prefix.")
    return ContainerPlan(
        image=container["Image"],
        artifact=container.get("ModelDataUrl") or source.get("S3Uri"),
        environment=dict(container.get("Environment") or {}),
        hostname=container.get("ContainerHostname") or f"container-{position}",
        multi_model=container.get("Mode") == "MultiModel",
    )


def _unpack_package(backend: Any, arn: str) -> dict[str, Any]:
    """Return the container that a package of the model registry names."""
    package = next((p for p in backend.model_packages.values() if p.arn == arn), None)
    if package is None:
        raise DeploymentError(f"The model package {arn} does not exist.")
    specification = package.inference_specification
    return dict(specification["Containers"][0])
