"""A deployment, compiled once: routes, validators, templates, integrations.

What the local stage can't enforce is found here and kept with the method: its requests answer 500 with the
reason in the log, the API's other methods work.
"""

from dataclasses import dataclass

from scripts.local_stage.gateway.deployed_api import DeployedApi, Method, Resource
from scripts.local_stage.gateway.integrations import Backend, compile_integration
from scripts.local_stage.gateway.refusals import NotEnforcedHere, Refusal
from scripts.local_stage.gateway.routes import Routes
from scripts.local_stage.gateway.validate_request import RequestValidator


@dataclass(frozen=True, slots=True)
class CompiledMethod:
    """A method ready to serve, or the refusal that all its requests get."""

    resource: Resource
    method: Method
    validator: RequestValidator | None
    backend: Backend | None
    refusal: Refusal | None


class CompiledApi:
    """Finds the method for a request."""

    def __init__(self, api: DeployedApi) -> None:
        self.api = api
        self._routes = Routes(
            (
                resource.path,
                {verb: _compile(api, resource, method) for verb, method in resource.methods.items()},
            )
            for resource in api.resources
            if resource.methods
        )

    def find(self, http_method: str, path: str) -> tuple[CompiledMethod, dict[str, str]] | None:
        """The method (its own verb before ANY) and the path parameters."""
        found = self._routes.find(path)
        if found is None:
            return None
        methods, parameters = found
        method = methods.get(http_method) or methods.get("ANY")
        return (method, parameters) if method is not None else None


def _compile(api: DeployedApi, resource: Resource, method: Method) -> CompiledMethod:
    try:
        _refuse_unenforced(api, method)
        backend = compile_integration(api, resource.path, method.integration)
        return CompiledMethod(resource, method, RequestValidator(api, method), backend, None)
    except Refusal as refusal:
        return CompiledMethod(resource, method, None, None, refusal)


def _refuse_unenforced(api: DeployedApi, method: Method) -> None:
    if method.authorization_type != "NONE":
        raise NotEnforcedHere(
            reason=f"authorization {method.authorization_type} is not checked by the local stage yet"
        )
    if api.policy:
        raise NotEnforcedHere(reason="the API has a resource policy, which the local stage doesn't check yet")
    if method.api_key_required and api.api_key_source != "HEADER":
        raise NotEnforcedHere(
            reason=f"API keys from {api.api_key_source} are not read by the local stage yet"
        )
