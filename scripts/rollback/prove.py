"""The smoke test's subject as a record names it. Terraform's outputs name the revision that went wrong."""

import hashlib
import io
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import requests
from botocore.exceptions import BotoCoreError, ClientError

from scripts import ROOT
from scripts.rollback.kept_endpoint import containers_of, models_of
from scripts.rollback.live import Aim, RollbackError
from scripts.rollback.record import Revision
from scripts.smoke.identity import MissingIdentity
from scripts.smoke.stage_client import StageClient
from scripts.smoke.subject import Budget, Subject, subject_of_stack

Clients = Callable[[str], Any]


def subject_of_revision(
    revision: Revision,
    aim: Aim,
    aws: Clients,
    environment: Mapping[str, str],
    *,
    stack: str,
    budget: Budget,
    tokens: Mapping[str, str],
) -> Subject:
    """Make the subject of a proven revision. Raises RollbackError when its contract is not to be found."""
    api, function = revision.api, revision.function
    outputs = {
        **revision.asked,
        "rest_api_id": api.rest_api_id,
        "stage_name": api.stage_name,
        "deployment_id": aim.deployment,
        "function_name": function.name,
        "alias_name": function.alias,
        "function_version": function.version,
        "function_code_sha256": function.code_sha256,
        "contract_digest": revision.contract_digest,
        **_endpoint_outputs(aws, revision, aim),
    }
    with tempfile.TemporaryDirectory() as directory:  # nothing is built there to compare with
        file = Path(directory) / "contract.json"
        file.write_bytes(find_contract(revision, aws, stack))
        return subject_of_stack(
            outputs, environment, contract_file=file, budget=budget, tokens=tokens, build=file.parent
        )


def live_contract(subject: Subject) -> str | None:
    """Ask the stage for the digest of the contract that it serves; a refusal by the function tells it too."""
    route = subject.main_route
    try:
        identity = subject.caller.identify(route["auth"])
        method = route["method"].replace("ANY", "POST")
        reply = subject.client.send(method, route["path"], {}, identity=identity)
    except (requests.RequestException, MissingIdentity):
        return None
    return reply.headers.get("x-contract-digest")


def find_contract(revision: Revision, aws: Clients, stack: str) -> bytes:
    """Find the contract of a revision by its digest: in this checkout, in git, in the function's zip."""
    for content in _places(revision, aws, f"models/{stack}/contract.json"):
        if hashlib.sha256(content).hexdigest() == revision.contract_digest:
            return content
    raise RollbackError(
        f"The contract {revision.contract_digest[:12]}… is not to be found: not in this checkout, nor in "
        f"commit {revision.commit}, nor in the function's zip. Without it no answer can be judged."
    )


def _places(revision: Revision, aws: Clients, path: str) -> Iterator[bytes]:
    if (ROOT / path).is_file():
        yield (ROOT / path).read_bytes()
    commit = (revision.commit or "").partition("+")[0]
    if commit:
        shown = subprocess.run(
            ("git", "-C", str(ROOT), "show", f"{commit}:{path}"), capture_output=True, check=False
        )
        if shown.returncode == 0:
            yield shown.stdout
    yield from _packaged_contract(revision, aws)


def _packaged_contract(revision: Revision, aws: Clients) -> Iterator[bytes]:
    """Read the contract from the zip of the proven version, which AWS hands out for ten minutes."""
    function = revision.function
    try:
        found = aws("lambda").get_function(FunctionName=function.name, Qualifier=function.version)
        variables = found["Configuration"].get("Environment", {}).get("Variables", {})
        downloaded = StageClient(found["Code"]["Location"], timeout=(5.0, 60.0)).send("GET", "")
        archive = zipfile.ZipFile(io.BytesIO(downloaded.body))
        yield archive.read(variables.get("CONTRACT_FILE", "contract.json"))
    except (ClientError, BotoCoreError, requests.RequestException, KeyError, zipfile.BadZipFile):
        return


def _endpoint_outputs(aws: Clients, revision: Revision, aim: Aim) -> dict[str, Any]:
    if revision.endpoint is None or aim.configuration is None:
        return {}
    sagemaker = aws("sagemaker")
    model = models_of(sagemaker, aim.configuration)[0]
    containers = containers_of(sagemaker.describe_model(ModelName=model))
    url = containers[0].get("ModelDataUrl") if len(containers) == 1 else None
    return {
        "endpoint_name": revision.endpoint.name,
        "endpoint_configuration_name": aim.configuration,
        "model_name": model,
        "model_data_url": url,
    }
