"""A deployed stack in moto and a stage URL on loopback, both right until a test breaks one thing."""

import functools
import hashlib
import io
import json
import threading
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import boto3

from scripts.smoke.identity import Caller
from scripts.smoke.stage_client import StageClient
from scripts.smoke.subject import Budget, Subject
from scripts.smoke.table import run_checks

REGION = "eu-west-1"
KEY = "k" * 40
ORIGIN = "https://shop.example"
CONTRACT = {
    "name": "toy",
    "version": "2.1.0",
    "routes": [{"path": "/predict", "method": "POST"}],
    "examples": [
        {
            "name": "two rows",
            "request": {"instances": [{"features": [1, 2]}, {"features": [3, 4]}]},
            "response": {"predictions": [{"y": 10.0}, {"y": 20.0}]},
            "tolerance": {"relative": 0.001},
        }
    ],
}
DIGEST = hashlib.sha256(b"the contract").hexdigest()
PREFLIGHT = {
    "access-control-allow-origin": ORIGIN,
    "access-control-allow-headers": "Content-Type,X-Api-Key",
    "access-control-allow-methods": "OPTIONS,POST",
}


@dataclass
class Behaviour:
    """How the stage answers; the defaults are right."""

    digest: str = DIGEST
    version: str = "1"
    predictions: list[Any] = field(default_factory=lambda: [{"y": 10.001}, {"y": 20.0}])
    needs_key: bool = True
    takes_any_key: bool = False
    bad_input: tuple[int, str] = (422, "/instances/1/features/0")
    broken_json: int = 400
    unknown_path: int = 404
    problem_type: str = "application/problem+json"
    allow_origin: str | None = ORIGIN
    refusal_allow_origin: str | None = ORIGIN
    preflight: dict[str, str] = field(default_factory=lambda: dict(PREFLIGHT))
    warming: list[int] = field(default_factory=list)
    """Statuses to answer before the first right answer."""
    model_error: tuple[int, str] | None = None
    """Status and code of the function's answers in place of predictions."""
    gateway_error: tuple[int, str] | None = None
    """Status and code of the gateway's, whomever it lets in; without a code it is no problem document."""
    delay: threading.Event | None = None
    unexpected: list[str] = field(default_factory=list)


class _Stage(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # headers and body in one packet, or each answer takes 40 ms more

    def log_message(self, *_: Any) -> None:
        pass

    def do_OPTIONS(self) -> None:
        self._answer(204, None, self.behaviour.preflight)

    def do_POST(self) -> None:  # noqa: PLR0911 - a return an answer
        behaviour = self.behaviour
        body = self.rfile.read(int(self.headers["content-length"]))
        cors = {"access-control-allow-origin": behaviour.allow_origin} if behaviour.allow_origin else {}
        if self.path != "/beta/predict":
            return self._problem(behaviour.unknown_path, "unknown_path", cors)
        key = self.headers.get("x-api-key")
        if behaviour.needs_key and key != KEY and not (key and behaviour.takes_any_key):
            refusal = behaviour.refusal_allow_origin
            return self._problem(
                403, "invalid_api_key", {"access-control-allow-origin": refusal} if refusal else {}
            )
        if behaviour.gateway_error and not behaviour.gateway_error[1]:
            return self._answer(behaviour.gateway_error[0], {"message": "Internal server error"}, cors)
        if behaviour.gateway_error:
            return self._problem(*behaviour.gateway_error, cors)
        try:
            request = json.loads(body)
        except ValueError:
            return self._problem(behaviour.broken_json, "invalid_json", cors)
        if behaviour.warming:
            return self._problem(behaviour.warming.pop(0), "model_not_ready", cors)
        if "not" in json.dumps(request):
            status, pointer = behaviour.bad_input
            return self._problem(
                status, "invalid_instances", cors, [{"pointer": pointer, "detail": "no number"}]
            )
        if request != CONTRACT["examples"][0]["request"]:  # type: ignore[index]
            behaviour.unexpected.append(body.decode())
            return self._problem(500, "unexpected", cors)
        if behaviour.delay is not None:
            behaviour.delay.wait(0.05)
        headers = {"x-contract-digest": behaviour.digest, "x-function-version": behaviour.version, **cors}
        if behaviour.model_error:
            return self._problem(*behaviour.model_error, headers)
        return self._answer(200, {"predictions": behaviour.predictions}, headers)

    @property
    def behaviour(self) -> Behaviour:
        return self.server.behaviour  # type: ignore[attr-defined, no-any-return]

    def _problem(self, status: int, code: str, headers: dict[str, str], errors: Any = ()) -> None:
        document = {
            "type": f"urn:{code}",
            "title": code,
            "status": status,
            "code": code,
            "errors": list(errors),
            "request_id": "7-7",
        }
        self._answer(status, document, headers, self.behaviour.problem_type)

    def _answer(
        self, status: int, document: Any, headers: dict[str, str], kind: str = "application/json"
    ) -> None:
        content = b"" if document is None else json.dumps(document).encode()
        self.send_response(status)
        for name, value in {**headers, "content-type": kind}.items():
            self.send_header(name, value)
        if status != 204:
            self.send_header("content-length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class LoopbackStage:
    """The stage URL: a real HTTP server on loopback."""

    def __init__(self) -> None:
        self.behaviour = Behaviour()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Stage)
        self._server.daemon_threads = True
        self._server.behaviour = self.behaviour  # type: ignore[attr-defined]
        self.url = f"http://127.0.0.1:{self._server.server_port}/beta"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@functools.cache
def _client(service: str) -> Any:
    """Make a client once: it costs a tenth of a second, and there are many tests."""
    return boto3.client(
        service, region_name=REGION, aws_access_key_id="testing", aws_secret_access_key="testing"
    )


class Breakable:
    """A client whose methods a test may replace without touching the client."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)


class ExportingGateway:
    """moto's API Gateway, with GetExport as AWS answers it; moto's own is a skeleton."""

    def __init__(self, client: Any, document: dict[str, Any]) -> None:
        self._client = client
        self.document = document

    def get_stage(self, **arguments: Any) -> Any:
        return self._client.get_stage(**arguments)

    def get_rest_api(self, **arguments: Any) -> Any:
        return self._client.get_rest_api(**arguments)

    def get_export(self, **arguments: Any) -> Any:
        assert arguments.pop("exportType") == "oas30"
        assert arguments.pop("parameters") == {"extensions": "apigateway"}
        self._client.get_stage(**arguments)
        return {"body": io.BytesIO(json.dumps(self.document).encode())}


class World:
    """Resources in moto, the outputs that Terraform would have, and the subject made of both."""

    def __init__(self, url: str) -> None:
        self.sagemaker = Breakable(_client("sagemaker"))
        self.functions = Breakable(_client("lambda"))
        gateway = _client("apigateway")
        role = _client("iam").create_role(RoleName="toy", AssumeRolePolicyDocument="{}")
        self.role = role["Role"]["Arn"]
        self.outputs: dict[str, Any] = {"endpoint_name": "toy-dev", "cors_allow_origins": [ORIGIN]}
        self._deploy_endpoint()
        self._deploy_function()
        self._deploy_api(gateway)
        self.gateway = ExportingGateway(
            gateway,
            {
                "info": {"version": "2.1.0"},
                "paths": {"/predict": {"post": {"security": [{"api_key": []}]}, "options": {}}},
            },
        )
        clients = {"sagemaker": self.sagemaker, "lambda": self.functions, "apigateway": self.gateway}
        self.settings: dict[str, Any] = {
            "client": StageClient(url),
            "contract": CONTRACT,
            "contract_digest": DIGEST,
            "caller": Caller(KEY),
            "budget": Budget(latency_ms=2000, requests=3, warm_up_seconds=5),
            "outputs": self.outputs,
            "aws": clients.__getitem__,
            "manifest": {"sha256_base64": self.outputs["function_code_sha256"]},
            "cors_origins": (ORIGIN,),
            "pause": lambda _: None,
        }

    def run(self, **changes: Any) -> dict[str, Any]:
        """Run every check on the subject; return the results by name."""
        subject = Subject(**{**self.settings, **changes})
        return {result.name: result for result in run_checks(subject)}

    def failed(self, **changes: Any) -> set[str]:
        """Run every check; return the names of those that failed."""
        return {name for name, result in self.run(**changes).items() if result.status == "failed"}

    def make_model(self, name: str, artifact: str = "s3://artifacts/1/model.tar.gz") -> None:
        container = {"Image": "141502667606.dkr.ecr.eu-west-1.amazonaws.com/x:1", "ModelDataUrl": artifact}
        self.sagemaker.create_model(ModelName=name, PrimaryContainer=container, ExecutionRoleArn=self.role)

    def make_configuration(self, name: str, model: str) -> None:
        variant = {
            "VariantName": "AllTraffic",
            "ModelName": model,
            "InstanceType": "ml.m5.large",
            "InitialInstanceCount": 1,
        }
        self.sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])

    def publish(self, code: bytes, **variables: str) -> dict[str, Any]:
        """Update the function and publish a version of it."""
        self.functions.update_function_code(FunctionName="toy-dev", ZipFile=_zip(code))
        self.functions.update_function_configuration(
            FunctionName="toy-dev", Environment={"Variables": {"ENDPOINT_NAME": "toy-dev", **variables}}
        )
        return self.functions.publish_version(FunctionName="toy-dev")  # type: ignore[no-any-return]

    def _deploy_endpoint(self) -> None:
        self.make_model("toy-model-1")
        self.make_configuration("toy-config-1", "toy-model-1")
        self.sagemaker.create_endpoint(EndpointName="toy-dev", EndpointConfigName="toy-config-1")
        self.outputs |= {
            "endpoint_configuration_name": "toy-config-1",
            "model_name": "toy-model-1",
            "model_data_url": "s3://artifacts/1/model.tar.gz",
        }

    def _deploy_function(self) -> None:
        self.functions.create_function(
            FunctionName="toy-dev",
            Role=self.role,
            Runtime="python3.13",
            Handler="scoring.handler.handle",
            Code={"ZipFile": _zip(b"1")},
            Environment={"Variables": {"ENDPOINT_NAME": "toy-dev"}},
        )
        version = self.functions.publish_version(FunctionName="toy-dev")
        self.functions.create_alias(FunctionName="toy-dev", Name="live", FunctionVersion=version["Version"])
        self.outputs |= {
            "function_name": "toy-dev",
            "alias_name": "live",
            "function_version": version["Version"],
            "function_code_sha256": version["CodeSha256"],
            "contract_digest": DIGEST,
        }

    def _deploy_api(self, gateway: Any) -> None:
        api = gateway.create_rest_api(name="toy")["id"]
        root = gateway.get_resources(restApiId=api)["items"][0]["id"]
        gateway.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
        gateway.put_integration(
            restApiId=api,
            resourceId=root,
            httpMethod="GET",
            type="MOCK",
            requestTemplates={"application/json": "{}"},
        )
        deployment = gateway.create_deployment(restApiId=api, stageName="beta")["id"]
        self.outputs |= {"rest_api_id": api, "stage_name": "beta", "deployment_id": deployment}


def _zip(code: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("handler.py"), code)
    return buffer.getvalue()
