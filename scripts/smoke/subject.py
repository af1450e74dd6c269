"""What is tested: a deployed stack with its outputs, or nothing but a URL, a contract and a key."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from scripts import ROOT
from scripts.packaging.build import digest_sources
from scripts.smoke.identity import Caller
from scripts.smoke.reach import (
    SubjectError,
    caller_of_stack,
    clients_of,
    fetch_key_value,
    stage_client,
    stage_url,
)
from scripts.smoke.routes import Route, routes_of, routes_to_predict
from scripts.smoke.stage_client import StageClient

__all__ = [
    "Budget",
    "Route",
    "Subject",
    "SubjectError",
    "clients_of",
    "fetch_key_value",
    "read_contract",
    "stage_url",
    "subject_of_stack",
    "subject_of_url",
]


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
    caller: Caller
    budget: Budget = field(default_factory=Budget)
    outputs: Mapping[str, Any] | None = None
    """Outputs of Terraform; None when there is only a URL."""
    aws: Callable[[str], Any] | None = None
    """Service → boto3 client; None when there is only a URL."""
    manifest: Mapping[str, Any] | None = None
    """What `python -m scripts.package` built last, if it is here."""
    sources_digest: str | None = None
    """The code of the function that lies here, as a manifest names it."""
    cors_origins: tuple[str, ...] = ()
    clock: Callable[[], float] = time.monotonic
    pause: Callable[[float], None] = time.sleep

    @property
    def api_key(self) -> str | None:
        """The caller's key, if it has one."""
        return self.caller.api_key

    @property
    def key_id(self) -> str | None:
        """By which id AWS knows that key; None where only a URL is known."""
        return self.caller.key_id

    @property
    def routes(self) -> tuple[Route, ...]:
        """The contract's routes as this environment publishes them."""
        return routes_of(self.contract, self.outputs)

    @property
    def predict_routes(self) -> tuple[Route, ...]:
        """The routes that take a JSON body."""
        return routes_to_predict(self.contract, self.outputs)

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
    url: str, contract_file: Path, caller: Caller, budget: Budget, origins: tuple[str, ...] = ()
) -> Subject:
    """Make a subject of a bare stage URL."""
    contract, digest = read_contract(contract_file)
    return Subject(StageClient(url), contract, digest, caller, budget, cors_origins=origins)


def subject_of_stack(
    outputs: Mapping[str, Any],
    environment: Mapping[str, str],
    *,
    contract_file: Path,
    budget: Budget,
    client: str | None = None,
    tokens: Mapping[str, str] | None = None,
    build: Path = ROOT / "build",
) -> Subject:
    """Make a subject of a stack's outputs and the environment in which AWS clients reach it."""
    contract, digest = read_contract(contract_file)
    return Subject(
        client=stage_client(outputs, environment),
        contract=contract,
        contract_digest=digest,
        caller=caller_of_stack(outputs, environment, client, tokens),
        budget=budget,
        outputs=outputs,
        aws=clients_of(environment),
        manifest=_find_manifest(build / contract["name"], environment),
        sources_digest=_digest_sources(build.parent / "lambda"),
        cors_origins=tuple(outputs.get("cors_allow_origins") or ()),
    )


def _find_manifest(directory: Path, environment: Mapping[str, str]) -> Mapping[str, Any] | None:
    target = environment.get("TF_VAR_lambda_target", "python3.13-arm64")
    file = directory / f"function-{target}.json"
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else None


def _digest_sources(folder: Path) -> str | None:
    pins = folder / "requirements.txt"
    return digest_sources(folder, pins) if pins.is_file() else None


def read_contract(file: Path) -> tuple[Mapping[str, Any], str]:
    """Read a contract and its digest. Raises SubjectError."""
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
