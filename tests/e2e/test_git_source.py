"""A repository of someone else's uses the module by git source, as README's section on that says.

It holds a contract, a main.tf and a model; what builds the rest comes with the module.
"""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts import ROOT
from scripts.local_stage.environment import local_target
from scripts.smoke.stage_client import StageClient
from scripts.smoke.subject import fetch_key_value, stage_url
from scripts.toolchain.locked_providers import read_lock_file
from scripts.toolchain.provider_source import choose_source, this_machine
from scripts.toolchain.terraform_binary import find_terraform
from scripts.training.artifact import write_artifact
from tests.checkout import Checkout
from tests.inventory import inventory
from tests.own_stage import OwnStage
from tests.terraform_workspace import LOCK_FILE

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("examples")]

CONTRACT = {
    "name": "churn",
    "version": "2.3.0",
    "description": "Whether a customer leaves within a month.",
    "inputs": [
        {"name": "calls", "type": "integer", "minimum": 0, "description": "Calls to support.", "example": 3},
        {"name": "years", "type": "number", "minimum": 0, "description": "Years with us.", "example": 1.5},
    ],
    "features": ["calls", "years"],
    "endpoint": {"content_type": "text/csv", "accept": "application/json"},
    "outputs": [
        {"name": "leaves", "type": "boolean", "steps": [{"operation": "threshold", "at": 0.5}]},
        {"name": "probability", "type": "number", "steps": [{"operation": "round", "digits": 4}]},
    ],
    "routes": [{"path": "/churn", "method": "POST"}],
}
MODEL = {"format": "logistic-regression/1", "weights": [1.0, -2.0], "bias": 0.5, "threshold": 0.5}


def section() -> tuple[str, list[str]]:
    """README's main.tf, and the commands that follow it."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    part = text.partition("## Use the modules from your own repository\n")[2].partition("\n## ")[0]
    configuration, commands = re.findall(r"^```(?:hcl)?\n(.*?)^```", part, re.MULTILINE | re.DOTALL)
    return configuration, commands.splitlines()


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bare git repository of the working tree, tagged v0.1.0."""
    folder = tmp_path_factory.mktemp("git")
    clone, bare = folder / "clone", folder / "model-endpoint-api.git"
    Checkout.make(clone)
    author = ("-c", "user.name=tests", "-c", "user.email=tests@example.com", "-c", "commit.gpgsign=false")
    for command in (
        ("init", "--quiet", "--initial-branch=main"),
        ("add", "--all"),
        (*author, "commit", "--quiet", "--message", "The working tree"),
        ("tag", "v0.1.0"),
    ):
        subprocess.run(["git", "-C", clone, *command], check=True)
    subprocess.run(["git", "clone", "--quiet", "--bare", clone, bare], check=True)
    shutil.rmtree(clone)
    return bare


@pytest.fixture
def project(tmp_path: Path, repository: Path, examples_stage: OwnStage) -> Iterator[Checkout]:
    """Someone else's directory; whatever happens, it is destroyed."""
    made = Checkout(tmp_path / "churn")
    made.root.mkdir()
    configuration = re.sub(r"git::https://.*\.git//", f"git::{repository.as_uri()}//", section()[0]).replace(
        "python3.13-arm64", local_target()
    )
    (made.root / "main.tf").write_text(configuration)
    (made.root / "contract.json").write_text(json.dumps(CONTRACT))
    write_artifact(made.root / "model.tar.gz", {"model.json": json.dumps(MODEL).encode()})
    shutil.copy(LOCK_FILE, made.root)  # the provider that everything here was tested with
    source = choose_source(
        read_lock_file(LOCK_FILE),
        find_terraform().platform,
        root=made.root,
        config_file=tmp_path / "cli.tfrc",
        around=this_machine(),
    )
    made.environment = {
        name: value
        for name, value in {**examples_stage.environment, **source.environment()}.items()
        if name not in ("PYTHONPATH", "PYTHONPYCACHEPREFIX")
    }
    yield made
    if any(json.loads(state.read_text())["resources"] for state in made.root.glob("*.tfstate")):
        made.run("terraform", "destroy", "-auto-approve", "-input=false", "-no-color")


def lend_what_make_installs(project: Checkout) -> None:
    """The interpreter and wheels of this machine, for the copy that `terraform init` fetched."""
    fetched = Checkout(project.root / ".terraform" / "modules" / "model_api")
    fetched.lend_virtual_environment()
    wheels = fetched.root / "build" / "wheels"
    wheels.parent.mkdir(exist_ok=True)
    wheels.symlink_to(ROOT / "build" / "wheels")


def test_a_repository_with_nothing_but_a_contract_publishes_its_model(
    project: Checkout, examples_stage: OwnStage
) -> None:
    """README's commands as they stand; the URL answers right, a plan is empty, destroying leaves nothing."""
    before = inventory(examples_stage.aws)
    init, build, apply = section()[1]
    project.run(*init.split())
    lend_what_make_installs(project)
    project.run("sh", "-c", build.removesuffix(" ON=aws"))  # a function that this machine can run
    project.run(*apply.split(), "-auto-approve", "-input=false", "-no-color")

    outputs: dict[str, Any] = json.loads(project.run("terraform", "output", "-json").stdout)["api"]["value"]
    client = StageClient(stage_url(outputs, examples_stage.environment))
    key = fetch_key_value(examples_stage.aws, outputs["api_key_ids"]["website"])
    # 1 / (1 + exp(-(3 - 2 · 1.5 + 0.5))) and 1 / (1 + exp(-(0 - 2 · 4 + 0.5)))
    customers = {"instances": [{"calls": 3, "years": 1.5}, {"years": 4, "calls": 0}]}
    reply = client.send("POST", "/churn", customers, key=key)
    assert (reply.status, json.loads(reply.body)) == (
        200,
        {"predictions": [{"leaves": True, "probability": 0.6225}, {"leaves": False, "probability": 0.0006}]},
    )
    assert reply.headers["x-contract-version"] == "2.3.0"
    assert client.send("POST", "/churn", customers).status == 403

    project.run("terraform", "plan", "-detailed-exitcode", "-input=false", "-no-color")
    project.run("terraform", "destroy", "-auto-approve", "-input=false", "-no-color")
    assert project.run("terraform", "state", "list").stdout == ""
    after = inventory(examples_stage.aws)
    assert (after - before, before - after) == (set(), set())
