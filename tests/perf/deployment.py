"""The stack bike-rental on a local stage of its own, made when first asked for; each step is timed."""

import json
from collections.abc import Callable
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple, TypeVar

import boto3
from botocore.auth import SigV4Auth
from botocore.credentials import Credentials

from scripts import ROOT
from scripts.local_stage import lifecycle
from scripts.local_stage.stage_record import StageDirectory, StageRecord
from scripts.stack.target import StackError, Target, initialise, open_terraform
from scripts.terraform import Terraform, TerraformError
from scripts.toolchain.errors import ToolchainError
from tests.perf.commands import MODEL, make_artefacts
from tests.perf.result import CannotMeasureError, Say

T = TypeVar("T")

STAGE = "bench"
VARIABLES = ROOT / "build" / "bench" / "bench.tfvars.json"
_UNLIMITED = {"rate_limit": 10_000, "burst_limit": 5_000}


class Live(NamedTuple):
    """Where the deployed API is, and what is behind it."""

    record: StageRecord
    url: str
    api_key: str
    endpoint_url: str
    """URL of InvokeEndpoint."""
    endpoint_signer: SigV4Auth
    """Of a caller who may invoke it."""
    function_log: str


class Deployment:
    """A stage and a stack; `close` removes both, whatever state they are in."""

    def __init__(self, say: Say) -> None:
        self.seconds: dict[str, float] = {}
        self._say = say
        self._target = Target(MODEL, stage=STAGE)
        self._directory = StageDirectory(STAGE)
        self._terraform: Terraform | None = None
        self._live: Live | None = None

    def __enter__(self) -> "Deployment":
        return self

    def __exit__(self, *_: object) -> None:
        lifecycle.down(self._directory)

    @property
    def live(self) -> Live:
        """The deployed stack, deployed now if it isn't yet. Raises CannotMeasureError."""
        if self._live is None:
            try:
                self._live = self._deploy()
            except (lifecycle.StageError, StackError, ToolchainError, TerraformError) as error:
                raise CannotMeasureError(str(error)) from error
        return self._live

    @property
    def resources(self) -> int:
        """How many resources the state holds."""
        assert self._terraform is not None
        listed = self._terraform.cmd("state", "list")[1].split()
        return sum(".data." not in address and not address.startswith("data.") for address in listed)

    @property
    def sandboxes(self) -> int:
        """How many Lambda sandboxes the stage runs."""
        health = lifecycle.status(self._directory)
        return int(health["sandboxes"]) if health else 0

    def plan(self) -> bool:
        """Plan again; whether there is anything to change."""
        assert self._terraform is not None
        files = [str(self._target.var_file), str(VARIABLES)]
        return self._terraform.plan(self._target.plan_file, var_file=files)

    def destroy(self) -> None:
        """Remove what is deployed."""
        assert self._terraform is not None
        self._terraform.destroy(var_file=[str(self._target.var_file), str(VARIABLES)])
        self._live = None

    def timed(self, name: str, work: Callable[[], T]) -> T:
        """Call `work` and take its wall seconds down under `name`."""
        self._say(name)
        began = perf_counter()
        result = work()
        self.seconds[name] = perf_counter() - began
        return result

    def _deploy(self) -> Live:
        make_artefacts()
        lifecycle.down(self._directory)  # what an interrupted run may have left
        record = self.timed("start the stage", lambda: lifecycle.up(self._directory))
        _write_variables(VARIABLES)
        terraform, _ = open_terraform(self._target)
        self._terraform = terraform
        self.timed("terraform init", lambda: initialise(terraform, self._target))
        self.timed("terraform plan, all new", self.plan)
        self.timed("terraform apply", lambda: terraform.apply(self._target.plan_file))
        return self._find(record, terraform.outputs())

    def _find(self, record: StageRecord, outputs: dict[str, Any]) -> Live:
        gateway, environment = self.aws("apigateway"), self._target.environment({})
        caller = Credentials(environment["AWS_ACCESS_KEY_ID"], environment["AWS_SECRET_ACCESS_KEY"])
        (key_id,) = outputs["api_key_ids"].values()
        return Live(
            record=record,
            url=f"{record.gateway}/{outputs['rest_api_id']}/{outputs['stage_name']}/predict",
            api_key=gateway.get_api_key(apiKey=key_id, includeValue=True)["value"],
            endpoint_url=f"{record.gateway}/endpoints/{outputs['endpoint_name']}/invocations",
            endpoint_signer=SigV4Auth(caller, "sagemaker", environment["AWS_REGION"]),
            function_log=outputs["log_group_names"]["function"],
        )

    def aws(self, service: str) -> Any:
        """A client of the stage."""
        environment = self._target.environment({})
        return boto3.client(
            service,
            endpoint_url=environment["AWS_ENDPOINT_URL"],
            region_name=environment["AWS_REGION"],
            aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
        )


def _write_variables(path: Path) -> None:
    """Limits that don't: the stack's own are there to be reached."""
    path.parent.mkdir(parents=True, exist_ok=True)
    api = {
        "stage_name": "beta",
        "clients": {"bench": _UNLIMITED},
        "throttle": _UNLIMITED,
        "allow_open_routes": True,
        "cors_allow_origins": ["*"],
        "minimum_compression_size": 1024,
    }
    path.write_text(json.dumps({"api": api}, indent=2) + "\n")
