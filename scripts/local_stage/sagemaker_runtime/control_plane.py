"""What the runtime reads from the control plane, and how it reports back; no other file here knows moto."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol
from urllib.parse import urlsplit

from moto.cloudwatch.models import cloudwatch_backends
from moto.logs.models import logs_backends
from moto.s3.models import s3_backends
from moto.sagemaker.models import sagemaker_backends

from scripts.local_stage import alarm_states, sagemaker_deployments
from scripts.local_stage.sagemaker_runtime.plans import DeploymentError, DeploymentPlan, plan_variant
from scripts.local_stage.sagemaker_runtime.rollout import read_rollout


class ControlPlane(Protocol):
    """The control plane as the runtime sees it; MotoControlPlane is the real one."""

    account: str

    def plan(self, endpoint: str) -> DeploymentPlan | None:
        """Return what the endpoint is to run, None if it doesn't exist; raises DeploymentError."""

    def weights(self, endpoint: str) -> dict[str, float]:
        """Return the weights that the endpoint's production variants have now."""

    def read_object(self, uri: str) -> bytes:
        """Read an S3 object; raises DeploymentError if it isn't there."""

    def complete(self, plan: DeploymentPlan) -> None:
        """Report the endpoint InService on the plan's configuration."""

    def fail(self, endpoint: str, reason: str) -> None:
        """Report the deployment failed."""

    def roll_back(self, endpoint: str) -> None:
        """Report the endpoint on its way back; `fail` follows."""

    def alarms_gone_off(self, names: Sequence[str]) -> list[str]:
        """Return those of the alarms that are in state ALARM."""

    def ensure_log_group(self, region: str, name: str) -> None:
        """Make the log group unless it exists."""


class MotoControlPlane:
    """Reads moto's backends in-process."""

    def __init__(self, account: str = "123456789012") -> None:
        self.account = account

    def plan(self, endpoint: str) -> DeploymentPlan | None:
        """See ControlPlane. Endpoint names are looked for in every region: a stage has only one."""
        for region, backend in self._regions():
            found = backend.endpoints.get(endpoint)
            if found is None:
                continue
            name = sagemaker_deployments.configuration_to_deploy(found)
            configuration = backend.endpoint_configs.get(name)
            if configuration is None:
                raise DeploymentError(f"The endpoint configuration {name} does not exist.")
            planned = sagemaker_deployments.variants_to_deploy(found, configuration)
            variants = tuple(plan_variant(backend, variant) for variant in planned)
            shadows = getattr(configuration, "shadow_production_variants", None) or []
            instances = sum(variant.get("InitialInstanceCount") or 0 for variant in planned)
            rollout = read_rollout(sagemaker_deployments.deployment_config(found), instances)
            return DeploymentPlan(
                endpoint,
                name,
                region,
                variants,
                rollout,
                shadows=tuple(plan_variant(backend, variant) for variant in shadows),
                asynchronous=bool(configuration.async_inference_config),
            )
        return None

    def weights(self, endpoint: str) -> dict[str, float]:
        """See ControlPlane."""
        found = (backend.endpoints.get(endpoint) for _, backend in self._regions())
        variants: list[dict[str, Any]] = next((e.production_variants for e in found if e is not None), [])
        return {variant["VariantName"]: float(variant["CurrentWeight"]) for variant in variants}

    def read_object(self, uri: str) -> bytes:
        """See ControlPlane."""

        parts = urlsplit(uri)
        buckets = s3_backends[self.account]["aws"].buckets
        key = buckets[parts.netloc].keys.get(parts.path.lstrip("/")) if parts.netloc in buckets else None
        if parts.scheme != "s3" or key is None:
            raise DeploymentError(
                f'Failed to download model data from URL: "{uri}". Please ensure that there is an object '
                "located at the URL and that the role passed to CreateModel has permissions to download it."
            )
        return bytes(key.value)

    def complete(self, plan: DeploymentPlan) -> None:
        """See ControlPlane."""
        for _, backend in self._regions():
            endpoint = backend.endpoints.get(plan.endpoint)
            if endpoint is not None:
                sagemaker_deployments.complete(endpoint, backend.endpoint_configs[plan.configuration])

    def fail(self, endpoint: str, reason: str) -> None:
        """See ControlPlane."""
        for _, backend in self._regions():
            if endpoint in backend.endpoints:
                sagemaker_deployments.fail(backend.endpoints[endpoint], reason)

    def roll_back(self, endpoint: str) -> None:
        """See ControlPlane."""
        for _, backend in self._regions():
            if endpoint in backend.endpoints:
                sagemaker_deployments.roll_back(backend.endpoints[endpoint])

    def alarms_gone_off(self, names: Sequence[str]) -> list[str]:
        """See ControlPlane. Alarms are looked for in every region, as endpoints are."""
        backends = list(cloudwatch_backends[self.account].values()) if names else []
        for backend in backends:
            alarm_states.refresh(backend)
        found = [backend.alarms[name] for name in names for backend in backends if name in backend.alarms]
        return [alarm.name for alarm in found if alarm.state_value == "ALARM"]

    def ensure_log_group(self, region: str, name: str) -> None:
        """See ControlPlane."""
        backend = logs_backends[self.account][region]
        if name not in backend.groups:
            backend.create_log_group(name, {})

    def _regions(self) -> Iterator[tuple[str, Any]]:
        yield from list(sagemaker_backends[self.account].items())
