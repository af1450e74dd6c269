"""What is tested: a deployed stack with its outputs, or nothing but a URL, a contract and a key."""

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config

from scoring.contract import DEFAULT_ROUTES
from scoring.contract_routes import build_routes
from scripts import ROOT
from scripts.smoke.stage_client import StageClient

Route = Mapping[str, Any]


class SubjectError(Exception):
    """There is nothing to test yet; the text says what is missing and the command that repairs it."""


@dataclass(frozen=True)
class Budget:
    """What the subject is allowed."""

    latency_ms: float = 1000.0
    """95th percentile of warm requests as a client sees them."""
    requests: int = 20
    """How many warm requests are measured."""
    warm_up_seconds: float = 120.0
    """How long a new endpoint, function or key may take until it works; nothing is retried later."""


@dataclass(frozen=True)
class Subject:
    """Everything a check may look at."""

    client: StageClient
    contract: Mapping[str, Any]
    contract_digest: str
    api_key: str | None
    budget: Budget = field(default_factory=Budget)
    outputs: Mapping[str, Any] | None = None
    """Outputs of Terraform; None when there is only a URL."""
    aws: Callable[[str], Any] | None = None
    """Service → boto3 client; None when there is only a URL."""
    manifest: Mapping[str, Any] | None = None
    """What `python -m scripts.package` built last, if it is here."""
    cors_origins: tuple[str, ...] = ()
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep

    @property
    def routes(self) -> tuple[Route, ...]:
        """The contract's routes with their defaults, without those that this environment leaves out."""
        defaults = {"method": "POST", "auth": "api_key", "integration": "proxy", "response": "predictions"}
        unpublished = (self.outputs or {}).get("unpublished_routes", ())
        routes: list[Route] = []
        for route in self.contract.get("routes", DEFAULT_ROUTES):
            if route.get("protocol") == "kserve_v2":
                made = build_routes([route], "", None, [], self.contract["name"])
                routes += [
                    {**defaults, "method": r.method, "path": r.path, "auth": r.auth, "action": r.action}
                    for r in made
                ]
            else:
                routes.append({**defaults, **route})
        return tuple(r for r in routes if f"{r['method']} {r['path']}" not in unpublished)

    @property
    def predict_routes(self) -> tuple[Route, ...]:
        """The routes that take a JSON body."""
        routes = (route for route in self.routes if route.get("action", "predict") == "predict")
        return tuple(route for route in routes if route["method"] in ("POST", "PUT", "ANY"))

    @property
    def main_route(self) -> Route:
        """The route that plain clients use; the first by proxy, whose answers carry status and headers."""
        plain = [route for route in self.predict_routes if route["integration"] == "proxy"]
        return min(plain or self.predict_routes, key=lambda route: route["response"] != "predictions")

    @property
    def examples(self) -> tuple[Mapping[str, Any], ...]:
        """The contract's golden requests."""
        return tuple(self.contract.get("examples", ()))


def subject_of_url(
    url: str, contract_file: Path, api_key: str | None, budget: Budget, origins: tuple[str, ...] = ()
) -> Subject:
    """Make a subject of a bare stage URL."""
    contract, digest = _read_contract(contract_file)
    return Subject(StageClient(url), contract, digest, api_key, budget, cors_origins=origins)


def subject_of_stack(
    outputs: Mapping[str, Any],
    environment: Mapping[str, str],
    *,
    contract_file: Path,
    budget: Budget,
    client: str | None = None,
    build: Path = ROOT / "build",
) -> Subject:
    """Make a subject of a stack's outputs and the environment in which AWS clients reach it."""
    contract, digest = _read_contract(contract_file)
    aws = clients_of(environment)
    return Subject(
        client=StageClient(stage_url(outputs, environment)),
        contract=contract,
        contract_digest=digest,
        api_key=fetch_key(outputs.get("api_key_ids", {}), client, aws),
        budget=budget,
        outputs=outputs,
        aws=aws,
        manifest=_find_manifest(build / contract["name"], environment),
        cors_origins=tuple(outputs.get("cors_allow_origins", ())),
    )


def stage_url(outputs: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> str:
    """Return the stage's URL: the output, or the one behind AWS_ENDPOINT_URL_EXECUTE_API if that is set."""
    gateway = environment.get("AWS_ENDPOINT_URL_EXECUTE_API")
    if gateway:
        return f"{gateway.rstrip('/')}/{outputs['rest_api_id']}/{outputs['stage_name']}"
    return str(outputs["api_url"])


def clients_of(environment: Mapping[str, str], config: Config | None = None) -> Callable[[str], Any]:
    """Return a maker of boto3 clients for an environment, which may differ from this process's."""
    session = boto3.Session(
        aws_access_key_id=environment.get("AWS_ACCESS_KEY_ID"),
        aws_secret_access_key=environment.get("AWS_SECRET_ACCESS_KEY"),
        aws_session_token=environment.get("AWS_SESSION_TOKEN"),
        region_name=environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION"),
        profile_name=environment.get("AWS_PROFILE"),
    )
    return lambda service: session.client(
        service, endpoint_url=environment.get("AWS_ENDPOINT_URL"), config=config
    )


def fetch_key_value(aws: Callable[[str], Any], key_id: str) -> str:
    """Fetch the value of an API key, which is no output so that it stands in no state."""
    return str(aws("apigateway").get_api_key(apiKey=key_id, includeValue=True)["value"])


def fetch_key(key_ids: Mapping[str, str], client: str | None, aws: Callable[[str], Any]) -> str | None:
    """Fetch the key of a client, or of the first by name; None where nobody has one. Raises SubjectError."""
    if client is not None and client not in key_ids:
        raise SubjectError(f"The stack has no client {client!r}; there are: {', '.join(sorted(key_ids))}.")
    if not key_ids:
        return None
    return fetch_key_value(aws, key_ids[client or min(key_ids)])


def _find_manifest(directory: Path, environment: Mapping[str, str]) -> Mapping[str, Any] | None:
    target = environment.get("TF_VAR_lambda_target", "python3.13-arm64")
    file = directory / f"function-{target}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def _read_contract(file: Path) -> tuple[Mapping[str, Any], str]:
    try:
        content = file.read_bytes()
        return json.loads(content), hashlib.sha256(content).hexdigest()
    except ValueError as error:
        raise SubjectError(f"{file} isn't JSON: {error}.\n  repair   mend it there") from error
    except OSError as error:
        raise SubjectError(
            f"There is no contract at {file}: {error.strerror}.\n"
            f"  repair   name it: --contract models/NAME/contract.json"
        ) from error
