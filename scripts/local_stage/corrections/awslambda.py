"""Lambda's control plane. Invocations never reach moto: `../front.py` hands them to the sandboxes."""

import copy
import json
from typing import Any

from moto.awslambda import urls
from moto.awslambda.models import LambdaFunction
from moto.awslambda.responses import LambdaResponse

from scripts.local_stage.corrections.correction import Seams, correction, replace

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
    """Keep the requested number; it is ready at once."""
    configurations: dict[tuple[str, str], dict[str, Any]] = {}

    def key(self: Any) -> tuple[str, str]:
        parts = self.path.split("/")
        return parts[parts.index("functions") + 1], self._get_param("Qualifier")

    def put(self: Any) -> tuple[int, dict[str, Any], str]:
        number = self._get_param("ProvisionedConcurrentExecutions")
        counts = dict.fromkeys(("Requested", "Available", "Allocated"), number)
        configurations[key(self)] = {
            **{f"{which}ProvisionedConcurrentExecutions": n for which, n in counts.items()},
            "Status": "READY",
            "LastModified": "2026-01-01T00:00:00+0000",
        }
        return 202, {"status": 202}, json.dumps(configurations[key(self)])

    def get(self: Any) -> tuple[int, dict[str, Any], str]:
        if key(self) in configurations:
            return 200, {}, json.dumps(configurations[key(self)])
        error = {"Type": "User", "Message": "No Provisioned Concurrency Config found for this function"}
        kind = "ProvisionedConcurrencyConfigNotFoundException"
        return 404, {"status": 404, "x-amzn-errortype": kind}, json.dumps(error)

    def delete(self: Any) -> tuple[int, dict[str, Any], str]:
        configurations.pop(key(self), None)
        return 204, {"status": 204}, ""

    replace(LambdaResponse, put_provisioned_concurrency_config=put)
    replace(LambdaResponse, get_provisioned_concurrency_config=get)
    replace(LambdaResponse, delete_provisioned_concurrency_config=delete)
    path = r"{0}/(?P<api_version>[^/]+)/functions/(?P<function_name>[\w_:%-]+)/provisioned-concurrency/?$"
    urls.url_paths[path] = LambdaResponse.dispatch
