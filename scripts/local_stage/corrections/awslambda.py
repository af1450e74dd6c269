"""Lambda's control plane. Invocations never reach moto: `../front.py` hands them to the sandboxes."""

import copy
import json
from typing import Any
from urllib.parse import unquote

from moto.awslambda import urls
from moto.awslambda.models import LambdaFunction
from moto.awslambda.responses import LambdaResponse

from scripts.local_stage.corrections.correction import Seams, correction, replace

Reply = tuple[int, dict[str, Any], str]

_KEPT = ("DeadLetterConfig", "KMSKeyArn", "LoggingConfig", "SnapStart")


@correction(
    symptom="DeadLetterConfig, LoggingConfig, SnapStart are dropped; updates of KMSKeyArn, tracing, /tmp too",
    symbol="moto.awslambda.models.LambdaFunction.get_configuration",
)
def function_fields(_: Seams) -> None:
    """Keep them, and describe them as AWS does."""
    init, update, describe = (
        LambdaFunction.__init__,
        LambdaFunction.update_configuration,
        LambdaFunction.get_configuration,
    )

    def initialize(self: Any, account_id: str, spec: dict[str, Any], region: str, version: Any = 1) -> None:
        self.kept_fields = {field: spec[field] for field in _KEPT if field in spec}
        init(self, account_id, spec, region, version)

    def update_configuration(self: Any, updates: dict[str, Any]) -> dict[str, Any]:
        kept = {field: updates[field] for field in _KEPT if field in updates}
        self.kept_fields = {**self.kept_fields, **kept}
        self.tracing_config = updates.get("TracingConfig", self.tracing_config)
        self.ephemeral_storage = updates.get("EphemeralStorage", {}).get("Size", self.ephemeral_storage)
        configuration: dict[str, Any] = update(self, updates)
        return configuration

    def get_configuration(self: Any, on_create: bool = False) -> dict[str, Any]:
        configuration: dict[str, Any] = describe(self, on_create)
        configuration["LoggingConfig"] = {
            "LogFormat": "Text",
            "LogGroup": f"/aws/lambda/{self.function_name}",
        }
        configuration["KMSKeyArn"] = None
        configuration |= {field: value for field, value in self.kept_fields.items() if value}
        apply_on = self.kept_fields.get("SnapStart", {}).get("ApplyOn", "None")
        is_optimized = apply_on == "PublishedVersions" and str(self.version) != "$LATEST"
        configuration["SnapStart"] = {
            "ApplyOn": apply_on,
            "OptimizationStatus": "On" if is_optimized else "Off",
        }
        return configuration

    replace(LambdaFunction, __init__=initialize)
    replace(LambdaFunction, update_configuration=update_configuration)
    replace(LambdaFunction, get_configuration=get_configuration)


@correction(
    symptom="Code.Location of GetFunction points at an S3 bucket of AWS: the code can't be downloaded",
    symbol="moto.awslambda.models.LambdaFunction.get_code",
)
def code_location(seams: Seams) -> None:
    """Point at the local stage's own download."""
    stock = LambdaFunction.get_code

    def get_code(self: Any) -> dict[str, Any]:
        reply: dict[str, Any] = stock(self)
        if "Location" in reply.get("Code", {}):
            reply["Code"]["Location"] = seams.code_url(self.code_digest)
        return reply

    replace(LambdaFunction, get_code=get_code)


@correction(
    symptom="CreateFunction with Publish and ListFunctions deep-copy the zip and all of CloudWatch Logs",
    symbol="moto.awslambda.models.LambdaFunction.__deepcopy__",
)
def function_copies(_: Seams) -> None:
    """Copy the function, not what it refers to: moto changes only its version and ARN."""

    def shallow_copy(self: Any, memo: dict[int, Any]) -> Any:
        return copy.copy(self)

    replace(LambdaFunction, __deepcopy__=shallow_copy)


@correction(
    symptom="provisioned concurrency has no route",
    symbol="moto.awslambda.responses.LambdaResponse",
)
def provisioned_concurrency(_: Seams) -> None:
    """Keep the number with the function, ready at once; `../lambda_runtime` starts the sandboxes."""

    def put(self: Any) -> Reply:
        function, qualifier = function_of(self), self._get_param("Qualifier")
        number = int(self._get_param("ProvisionedConcurrentExecutions"))
        if not qualifier.isdigit():
            alias = self.backend.get_alias(qualifier, function.function_name)
            if (alias.routing_config or {}).get("AdditionalVersionWeights"):
                text = "Alias with weights can not be used with Provisioned Concurrency"
                return refusal(400, "InvalidParameterValueException", text)
        reserved = function.reserved_concurrency
        if reserved is not None and number > int(reserved):
            text = f"Requested Provisioned Concurrency {number} exceeds the reserved concurrency {reserved}"
            return refusal(400, "InvalidParameterValueException", text)
        function.provisioned = _provisioned(function) | {qualifier: number}
        return 202, {"status": 202}, describe(number)

    def get(self: Any) -> Reply:
        number = _provisioned(function_of(self)).get(self._get_param("Qualifier"))
        if number is not None:
            return 200, {}, describe(number)
        text = "No Provisioned Concurrency Config found for this function"
        return refusal(404, "ProvisionedConcurrencyConfigNotFoundException", text)

    def delete(self: Any) -> Reply:
        function, qualifier = function_of(self), self._get_param("Qualifier")
        function.provisioned = {q: n for q, n in _provisioned(function).items() if q != qualifier}
        return 204, {"status": 204}, ""

    def describe(number: int) -> str:
        counts = dict.fromkeys(("Requested", "Available", "Allocated"), number)
        return json.dumps(
            {
                **{f"{which}ProvisionedConcurrentExecutions": n for which, n in counts.items()},
                "Status": "READY",
                "LastModified": "2026-01-01T00:00:00+0000",
            }
        )

    replace(LambdaResponse, put_provisioned_concurrency_config=put)
    replace(LambdaResponse, get_provisioned_concurrency_config=get)
    replace(LambdaResponse, delete_provisioned_concurrency_config=delete)
    path = r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)/provisioned-concurrency/?$"
    urls.url_paths[path] = LambdaResponse.dispatch


def _provisioned(function: Any) -> dict[str, int]:
    """Qualifier → number of sandboxes that are started ahead."""
    numbers: dict[str, int] = getattr(function, "provisioned", {})
    return numbers


def function_of(response: Any) -> Any:
    """moto's object of the function in the request's path."""
    parts = response.path.split("/")
    return response.backend.get_function(unquote(parts[parts.index("functions") + 1]))


def refusal(status: int, kind: str, text: str) -> Reply:
    """A client error as Lambda words it."""
    body = json.dumps({"Type": "User", "Message": text})
    return status, {"status": status, "x-amzn-errortype": kind}, body
