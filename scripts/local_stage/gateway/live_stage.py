"""The stage as it is at the moment of a request: which deployment it serves, its settings, plans and keys.

Changes of a stage, a usage plan or a key work at once, as on AWS; changes of the API work by a deployment.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scripts.local_stage.gateway.deployed_api import DeployedApi


@dataclass(frozen=True, slots=True)
class UsagePlan:
    """A usage plan that covers the stage, with the key that is in it."""

    id: str
    throttle: Mapping[str, Any]
    """`rateLimit`, `burstLimit` of the plan for this stage."""
    method_throttle: Mapping[str, Mapping[str, Any]]
    """`/path/METHOD` → `rateLimit`, `burstLimit`."""
    quota: Mapping[str, Any]
    """`limit`, `offset`, `period` (DAY, WEEK, MONTH); empty is no quota."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key that a client showed."""

    id: str
    value: str
    enabled: bool
    plans: tuple[UsagePlan, ...]
    """Usage plans that hold this key and cover the stage."""


@dataclass(frozen=True, slots=True)
class LiveStage:
    """A stage and what hangs on it. The mappings are the control plane's own: read, never change."""

    api_id: str
    name: str
    deployment_id: str
    deployed: DeployedApi
    variables: Mapping[str, str]
    method_settings: Mapping[str, Mapping[str, Any]]
    access_log_group: str | None
    access_log_format: str
    web_acl_arn: str | None
    stages: "MotoStages"

    def find_key(self, value: str) -> ApiKey | None:
        """The API key with this value and its usage plans that cover this stage."""
        return self.stages.find_key(value, self.api_id, self.name)


class MotoStages:
    """Finds stages in moto's API Gateway backend of one account and region."""

    def __init__(self, backend: Any) -> None:
        self._backend = backend

    def find(self, api_id: str, stage_name: str) -> LiveStage | None:
        """The stage, or None when it can't be called: no such API, stage or deployment, endpoint disabled."""
        rest_api = self._backend.apis.get(api_id)
        stage = rest_api.stages.get(stage_name) if rest_api is not None else None
        if rest_api is None or stage is None or rest_api.disableExecuteApiEndpoint:
            return None
        deployed = getattr(rest_api.deployments.get(stage.deployment_id), "deployed_api", None)
        if deployed is None:
            return None
        log = stage.access_log_settings or {}
        return LiveStage(
            api_id=api_id,
            name=stage_name,
            deployment_id=stage.deployment_id,
            deployed=deployed,
            variables=stage.variables,
            method_settings=stage.method_settings,
            access_log_group=_log_group(log.get("destinationArn")),
            access_log_format=log.get("format") or "",
            web_acl_arn=getattr(stage, "web_acl_arn", None),
            stages=self,
        )

    def find_key(self, value: str, api_id: str, stage_name: str) -> ApiKey | None:
        """The key of any usage plan with this value; its plans are those that cover the stage."""
        for key in list(self._backend.keys.values()):
            if key.value == value:
                plans = tuple(self._plans(key.id, api_id, stage_name))
                return ApiKey(id=key.id, value=value, enabled=bool(key.enabled), plans=plans)
        return None

    def _plans(self, key_id: str, api_id: str, stage_name: str) -> list[UsagePlan]:
        found = []
        for plan in list(self._backend.usage_plans.values()):
            if key_id not in self._backend.usage_plan_keys.get(plan.id, {}):
                continue
            for covered in list(plan.api_stages):
                if (covered["apiId"], covered["stage"]) == (api_id, stage_name):
                    per_method = covered.get("throttle") or {}
                    found.append(UsagePlan(plan.id, plan.throttle or {}, per_method, plan.quota or {}))
        return found


def _log_group(destination_arn: str | None) -> str | None:
    """`arn:aws:logs:REGION:ACCOUNT:log-group:NAME[:*]` → NAME."""
    if not destination_arn or ":log-group:" not in destination_arn:
        return None
    return destination_arn.split(":log-group:", 1)[1].removesuffix(":*")
