"""A REST API in moto behind a gateway with a fake Lambda, a clock that stands still, a log that remembers."""

import asyncio
import contextlib
import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import boto3
from aiohttp.test_utils import TestClient, TestServer
from moto import mock_aws
from moto.apigateway.models import apigateway_backends
from multidict import CIMultiDictProxy
from yarl import URL

from scripts.local_stage.corrections import apply_corrections
from scripts.local_stage.gateway import Gateway, MotoIdentities, MotoStages
from scripts.local_stage.lambda_runtime import InvocationSource, InvokeResult

REGION, ACCOUNT = "eu-west-1", "123456789012"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:scorer"
INVOKE_URI = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{FUNCTION}:live/invocations"
PROXY = {"type": "aws_proxy", "httpMethod": "POST", "uri": INVOKE_URI}
KEY_SCHEME = {"api_key": {"type": "apiKey", "name": "x-api-key", "in": "header"}}
NOON = 1_767_268_800.0
"""2026-01-01 12:00:00 UTC."""


def document(paths: dict[str, Any], **parts: Any) -> dict[str, Any]:
    """An OpenAPI document with these paths; parts with `_` for `-` are API Gateway's extensions."""
    extensions = {f"x-amazon-apigateway-{name.replace('_', '-')}": value for name, value in parts.items()}
    schemas = extensions.pop("x-amazon-apigateway-schemas", {})
    components = {"schemas": schemas, "securitySchemes": dict(KEY_SCHEME)}
    return {
        "openapi": "3.0.3",
        "info": {"title": "scores", "version": "1.2"},
        "paths": paths,
        "components": components,
        **extensions,
    }


def operation(integration: dict[str, Any] | None = None, **parts: Any) -> dict[str, Any]:
    """An operation, by default with a Lambda proxy integration."""
    return {
        "responses": {"200": {"description": "ok"}},
        "x-amazon-apigateway-integration": integration or PROXY,
        **parts,
    }


def proxy_answer(status: int = 200, body: str | None = '{"ok":true}', **parts: Any) -> InvokeResult:
    """What a function answers under proxy integration."""
    return result({"statusCode": status, "headers": {}, "body": body, **parts})


def result(payload: Any, *, error: str | None = None) -> InvokeResult:
    """An invocation's result with this JSON payload."""
    return InvokeResult(200, json.dumps(payload).encode(), error, "7", "")


class FakeLambda:
    """Answers by what is set; a call nobody expects fails the test."""

    def __init__(self) -> None:
        self.answers: list[InvokeResult | Exception | Callable[[], Any]] = []
        self.calls: list[tuple[str, str | None, InvocationSource | None, Any]] = []

    async def __call__(
        self,
        function: str,
        payload: bytes,
        *,
        qualifier: str | None = None,
        source: InvocationSource | None = None,
    ) -> InvokeResult:
        assert self.answers, f"unexpected invocation with {payload!r}"
        self.calls.append((function, qualifier, source, json.loads(payload)))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        if not isinstance(answer, InvokeResult):
            answer = await answer()
            assert isinstance(answer, InvokeResult)
        return answer

    @property
    def event(self) -> Any:
        """What the last call was given."""
        return self.calls[-1][3]


class FakeLog:
    """Remembers what is written."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str, str, int]] = []

    def write(self, group: str, stream: str, message: str, timestamp_ms: int) -> None:
        self.lines.append((group, stream, message, timestamp_ms))


@dataclass(frozen=True)
class Reply:
    """A whole response."""

    status: int
    headers: CIMultiDictProxy[str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class Stage:
    """One moto, one gateway, one client."""

    def __init__(self, runner: asyncio.Runner) -> None:
        self.control: Any = boto3.client("apigateway", region_name=REGION)
        self.function, self.log, self.now = FakeLambda(), FakeLog(), NOON
        self.dice: list[float] = []
        stages = MotoStages(apigateway_backends[ACCOUNT][REGION], random=lambda: self.dice.pop(0))
        identities = MotoIdentities(ACCOUNT)
        self.gateway = Gateway(stages, identities, self.function, self.log, clock=lambda: self.now)
        self._runner = runner
        self.client = runner.run(self._start())
        self.api_id = ""

    async def _start(self) -> Any:
        client = TestClient(TestServer(self.gateway.application(), host="127.0.0.1"), auto_decompress=False)
        await client.start_server()
        return client

    def close(self) -> None:
        self._runner.run(self.client.close())

    def deploy(self, body: dict[str, Any], stage_name: str = "beta") -> str:
        """Import a document as a new API and deploy it; its id."""
        self.api_id = self.control.import_rest_api(body=json.dumps(copy.deepcopy(body)))["id"]
        self.control.create_deployment(restApiId=self.api_id, stageName=stage_name)
        return self.api_id

    def serve(self, integration: dict[str, Any] | None = None, **parts: Any) -> str:
        """Deploy POST /predict."""
        return self.deploy(document({"/predict": {"post": operation(integration, **parts)}}))

    def send(
        self, method: str = "POST", path: str = "/predict", *, stage: str = "beta", **parts: Any
    ) -> Reply:
        """One request below the stage's URL."""
        return self.send_raw(method, f"/{self.api_id}/{stage}{path}", **parts)

    def send_raw(self, method: str, target: str | URL, **parts: Any) -> Reply:
        """One request to the gateway."""

        async def send() -> Reply:
            async with self.client.request(method, target, **parts) as response:
                return Reply(response.status, response.headers, await response.read())

        return self._runner.run(send())

    def add_client(
        self, name: str, *, throttle: Any = None, quota: Any = None, stages: bool = True
    ) -> tuple[str, str]:
        """An API key in a usage plan of the stage; its id and value."""
        key = self.control.create_api_key(name=name, enabled=True)
        covered = [{"apiId": self.api_id, "stage": "beta"}] if stages else []
        optional = {name: value for name, value in (("throttle", throttle), ("quota", quota)) if value}
        plan = self.control.create_usage_plan(name=name, apiStages=covered, **optional)
        self.control.create_usage_plan_key(usagePlanId=plan["id"], keyId=key["id"], keyType="API_KEY")
        return key["id"], key["value"]

    def set_stage(self, **values: str) -> None:
        """UpdateStage; `__` stands for `/`."""
        self.patch_stage(
            [{"op": "replace", "path": f"/{k.replace('__', '/')}", "value": v} for k, v in values.items()]
        )

    def patch_stage(self, operations: list[dict[str, str]]) -> None:
        """UpdateStage."""
        self.control.update_stage(restApiId=self.api_id, stageName="beta", patchOperations=operations)


@contextlib.contextmanager
def running_stage() -> Iterator[Stage]:
    """A fresh moto and its gateway."""
    apply_corrections()
    with mock_aws(), asyncio.Runner() as runner:
        stage = Stage(runner)
        try:
            yield stage
        finally:
            stage.close()
