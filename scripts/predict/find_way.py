"""Find the way to a deployed stack by its outputs: the same code on the local stage and in an account."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from botocore.config import Config

from scoring import Contract
from scoring.contract import Route
from scripts.predict.by_api import ByApi
from scripts.predict.by_endpoint import Boto3Wire, ByEndpoint
from scripts.predict.by_lambda import ByLambda
from scripts.predict.errors import PredictError
from scripts.predict.sdk_wire import SdkWire
from scripts.predict.ways import Way
from scripts.smoke.identity import Caller
from scripts.smoke.reach import caller_of_stack, clients_of, outputs_of_model, stage_client
from scripts.smoke.routes import published_routes
from scripts.smoke.stage_client import StageClient
from scripts.stack.target import Target, read_outputs

PATIENCE = Config(connect_timeout=5, read_timeout=70, retries={"mode": "standard", "total_max_attempts": 4})
"""A batch has more time than a request, but SageMaker gives up after 60 s."""
ROWS_PER_REQUEST = 2000
"""At most: many enough to be quick, few enough to see how far it is."""


@dataclass(frozen=True)
class As:
    """As whom a stack is called, and which of its models."""

    client: str | None = None
    tokens: Mapping[str, str] = field(default_factory=dict)
    model: str | None = None


class _Deployed:
    """What a way may look at: the stack's outputs, its environment, and the contract."""

    def __init__(self, target: Target, contract: Contract, as_whom: As) -> None:
        self.outputs = outputs_of_model(read_outputs(target), as_whom.model)
        self.environment = target.environment()
        self.aws = clients_of(self.environment, PATIENCE)
        self.contract = contract
        self.as_whom = as_whom


def find_way(via: str, target: Target, contract: Contract, as_whom: As = As()) -> Way:  # noqa: B008 - frozen
    """Make a way to a target. Raises TargetError, StackError, SubjectError, MissingIdentity, PredictError."""
    return _WAYS[via](_Deployed(target, contract, as_whom))


def way_of_url(url: str, path: str, auth: str, caller: Caller, contract: Contract | None) -> Way:
    """Make the way to a bare stage URL, whose route asks for a kind of auth. Raises MissingIdentity."""
    rows = _rows_per_request(contract) if contract else ROWS_PER_REQUEST
    return ByApi(StageClient(url), path, caller.identify(auth), rows)


def route_for_rows(contract: Contract, outputs: Mapping[str, Any] | None = None) -> Route:
    """Return the route that takes instances in a body and answers every output; one for anyone last.

    With the outputs of a stack: of those that it publishes, with its kind of auth.
    """
    predicting = [route for route in published_routes(contract.routes, outputs) if route.action == "predict"]
    routes = [
        route
        for route in predicting
        if route.method in ("POST", "ANY") and route.integration == "proxy" and "{" not in route.path
    ]
    usable = [route for route in routes if route.response == "predictions"]
    if not usable:
        raise PredictError(
            f"No route of {contract.name} takes rows by POST and answers predictions.\n"
            '  repair   add {"path": "/predict"} to the contract\'s routes, or VIA=boto3'
        )
    return min(usable, key=lambda route: (route.path != "/predict", route.auth == "none"))


def _rows_per_request(contract: Contract) -> int:
    return min(contract.limits.max_instances, ROWS_PER_REQUEST)


def _by_api(deployed: _Deployed) -> Way:
    contract, outputs, environment = deployed.contract, deployed.outputs, deployed.environment
    route = route_for_rows(contract, outputs)
    caller = caller_of_stack(outputs, environment, deployed.as_whom.client, deployed.as_whom.tokens)
    client = stage_client(outputs, environment)
    return ByApi(client, route.path, caller.identify(route.auth), _rows_per_request(contract))


def _by_lambda(deployed: _Deployed) -> Way:
    contract, outputs = deployed.contract, deployed.outputs
    return ByLambda(
        deployed.aws("lambda"),
        outputs["function_name"],
        outputs["alias_name"],
        route_for_rows(contract).path,
        _rows_per_request(contract),
    )


def _by_boto3(deployed: _Deployed) -> Way:
    contract = deployed.contract
    client = deployed.aws("sagemaker-runtime")
    return ByEndpoint(contract, Boto3Wire(client, deployed.outputs["endpoint_name"], contract))


def _by_sdk(deployed: _Deployed) -> Way:
    contract = deployed.contract
    return ByEndpoint(contract, SdkWire(deployed.environment, deployed.outputs["endpoint_name"], contract))


_WAYS: dict[str, Callable[[_Deployed], Way]] = {
    "sagemaker-sdk": _by_sdk,
    "boto3": _by_boto3,
    "lambda": _by_lambda,
    "api": _by_api,
}
