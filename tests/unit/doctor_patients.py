"""Patients for the doctor's checks: an account of which every answer is known, and nothing else is asked."""

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from botocore.config import Config
from botocore.exceptions import (
    ClientError,
)

from scripts import ROOT
from scripts.doctor.patient import Patient
from scripts.stack.target import StackError, Target

OUTPUTS = {
    "endpoint_name": "bikes",
    "endpoint_configuration_name": "bikes-2",
    "function_name": "bikes",
    "function_version": "7",
    "alias_name": "live",
    "alarm_names": {"api-5xx": "bikes-api-5xx"},
    "api_key_ids": {"website": "k1", "batch": "k2"},
    "rest_api_id": "abc",
    "stage_name": "live",
}


class Client:
    """A service's client that knows the answers it was given and refuses any other call."""

    def __init__(self, **answers: Any) -> None:
        self._answers = answers

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        if operation not in self._answers:
            raise AssertionError(f"unexpected call of {operation}")
        answer = self._answers[operation]
        if isinstance(answer, Exception):
            return lambda **_: (_ for _ in ()).throw(answer)
        return lambda **arguments: answer(**arguments) if callable(answer) else answer


class Pages:
    """A paginator of one page."""

    def __init__(self, page: Any) -> None:
        self._page = page

    def paginate(self, **_: Any) -> list[Any]:
        return [self._page]


def patient(
    tmp_path: Path = ROOT, on: str = "aws", outputs: Mapping[str, Any] | None = OUTPUTS, **services: Client
) -> Patient:
    """Somebody with an account that answers as the services do."""

    def find_outputs(_: Target) -> Mapping[str, Any]:
        if outputs is None:
            raise StackError("Stack bike-rental has no outputs: it is not applied.\n  repair   make apply")
        return outputs

    services.setdefault("sts", Client(get_caller_identity={"Arn": "arn:aws:sts::1:me"}))

    def make_clients(_: Mapping[str, str], __: Config) -> Callable[[str], Any]:
        return lambda service: services[{"lambda": "lambda_"}.get(service, service.replace("-", "_"))]

    return Patient(
        Target("bike-rental", "dev", on),
        root=tmp_path,
        variables={"AWS_REGION": "eu-west-1", "PATH": "/usr/bin:/bin"},
        today=date(2026, 11, 22),
        make_clients=make_clients,
        find_outputs=find_outputs,
    )


def denied(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "no"}}, operation)
