"""A deployment, compiled once: routes, validators, templates, integrations.

What the local stage can't enforce is found here and kept with the method: its requests answer 500 with the
reason in the log, the API's other methods work.
"""

from dataclasses import dataclass

from scripts.local_stage.gateway.authorization import Guard
from scripts.local_stage.gateway.compile_guards import Guards
from scripts.local_stage.gateway.deployed_api import DeployedApi, Method, Resource
from scripts.local_stage.gateway.integrations import Backend, compile_integration
from scripts.local_stage.gateway.refusals import Refusal
from scripts.local_stage.gateway.routes import Routes
from scripts.local_stage.gateway.validate_request import RequestValidator


@dataclass(frozen=True, slots=True)
class CompiledMethod:
    """A method ready to serve, or the refusal that all its requests get."""

    resource: Resource
    method: Method
    validator: RequestValidator | None
    backend: Backend | None
    guard: Guard | None
    """None: anyone may call."""
    refusal: Refusal | None


class CompiledApi:
    """Finds the method for a request."""

    def __init__(self, api: DeployedApi) -> None:
        self.api = api
        guards = Guards(api)
        self._routes = Routes(
            (
                resource.path,
                {verb: _compile(api, guards, resource, method) for verb, method in resource.methods.items()},
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


def _compile(api: DeployedApi, guards: Guards, resource: Resource, method: Method) -> CompiledMethod:
    try:
        guard = guards.compile(method)
        backend = compile_integration(api, resource.path, method.integration)
        return CompiledMethod(resource, method, RequestValidator(api, method), backend, guard, None)
    except Refusal as refusal:
        return CompiledMethod(resource, method, None, None, None, refusal)
