"""A document goes live by way of a canary, and a client's key is changed, while the client calls.

The root is tests/e2e/api_releases/main.tf.
With "full" validation the gateway refuses what the function takes.
"""

import shutil
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scripts import ROOT
from scripts.local_stage.environment import local_target
from scripts.smoke.reach import fetch_key_value, stage_client
from scripts.terraform import Terraform
from tests.e2e.test_module_examples import planned_changes
from tests.inventory import inventory
from tests.own_stage import OwnStage
from tests.terraform_workspace import TerraformWorkspace

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("examples")]

YES = "def answer(event, context):\n    return {'statusCode': 200, 'body': '{}'}\n"
WELL_FORMED = {"instances": [{"pressure": 6.5, "site": "north"}]}
NO_ROWS = {"instances": 7}
"""An object, and no request by the whole schema."""


class Releases:
    """The root on the stage, and who calls it."""

    def __init__(self, terraform: Terraform, stage: OwnStage) -> None:
        self.terraform, self.stage = terraform, stage
        self.outputs: dict[str, Any] = {}

    def apply(self, **variables: Any) -> dict[str, Any]:
        self.terraform.apply(var=variables)
        self.outputs = self.terraform.outputs()["api"]
        return self.outputs

    def key(self, name: str) -> str:
        return fetch_key_value(self.stage.aws, self.outputs["api_key_ids_by_name"]["shop"][name])

    def ask(self, body: Any, key: str) -> tuple[int, str | None]:
        reply = stage_client(self.outputs, self.stage.environment).send("POST", "/predict", body, key=key)
        return reply.status, (reply.problem or {}).get("code")

    @contextmanager
    def calling(self, key: str) -> Iterator[list[tuple[int, str | None]]]:
        """Ask without a pause meanwhile; collects what isn't a 200."""
        refused: list[tuple[int, str | None]] = []
        ended, asked = threading.Event(), threading.Event()

        def call() -> None:
            while not ended.is_set():
                answer = self.ask(WELL_FORMED, key)
                asked.set()
                if answer != (200, None):
                    refused.append(answer)
                ended.wait(0.05)

        caller = threading.Thread(target=call)
        caller.start()
        try:
            assert asked.wait(30)
            yield refused
        finally:
            ended.set()
            caller.join()


@pytest.fixture
def releases(tmp_path: Path, examples_stage: OwnStage) -> Iterator[Releases]:
    """Destroyed at the end, and nothing is left."""
    workspace = TerraformWorkspace(tmp_path)
    root = workspace.copy("tests/e2e/api_releases")
    shutil.copy(ROOT / "tests/infra/api_gateway/files/openapi.json", root)
    with zipfile.ZipFile(root / "yes.zip", "w") as archive:
        archive.writestr("yes.py", YES)
    environment = {**examples_stage.environment, "TF_VAR_lambda_target": local_target()}
    terraform = workspace.terraform("tests/e2e/api_releases", environment)
    before = inventory(examples_stage.aws)
    try:
        yield Releases(terraform, examples_stage)
    finally:
        terraform.destroy(refresh=False, var={"request_validation": "full", "shop": {"keys": ["2026-11"]}})
    assert inventory(examples_stage.aws) == before


def log_groups(releases: Releases) -> set[str]:
    """The API's groups, by the end of their names."""
    logs, start = releases.stage.aws("logs"), releases.outputs["access_log_group_name"].removesuffix("access")
    groups = logs.describe_log_groups(logGroupNamePrefix=start)["logGroups"]
    assert {group["retentionInDays"] for group in groups} == {30}
    return {group["logGroupName"].removeprefix(start) for group in groups}


def test_a_canary_is_tried_and_promoted_and_a_key_changed_without_an_outage(releases: Releases) -> None:
    """The steps of the README: none of the client's calls is refused but those that shall be."""
    first = releases.apply(request_validation="envelope", shop={"keys": ["default"]})
    old, stable = releases.key("default"), first["deployment_id"]
    assert releases.ask(NO_ROWS, old) == (200, None)

    canary = {"percent_traffic": 100, "stable_document_digest": first["stable_document_digest"]}
    both = {"keys": ["default", "2026-11"]}
    with releases.calling(old) as refused:
        tried = releases.apply(request_validation="full", canary=canary, shop=both)
    assert refused == []
    assert releases.ask(NO_ROWS, old) == (400, "bad_request_body")
    assert tried["deployment_id"] == stable != tried["canary_deployment_id"]
    assert log_groups(releases) == {"access", "access/Canary"}
    new = releases.key("2026-11")
    assert (tried["api_key_ids"]["shop"], releases.ask(WELL_FORMED, new)) == (
        tried["api_key_ids_by_name"]["shop"]["2026-11"],
        (200, None),
    )

    none = {"percent_traffic": 0, "stable_document_digest": first["stable_document_digest"]}
    with releases.calling(new) as refused:
        shop = {**both, "disabled_keys": ["default"]}
        releases.apply(request_validation="full", canary=none, shop=shop)
        assert releases.ask(NO_ROWS, new) == (200, None)
        assert releases.ask(WELL_FORMED, old) == (403, "invalid_api_key")
        promoted = releases.apply(request_validation="full", shop={"keys": ["2026-11"]})
    assert refused == []
    assert releases.ask(NO_ROWS, new) == (400, "bad_request_body")
    assert promoted["deployment_id"] != stable
    assert promoted["canary_deployment_id"] is None
    assert log_groups(releases) == {"access"}
    again = {"request_validation": "full", "shop": {"keys": ["2026-11"]}}
    assert planned_changes(releases.terraform, var=again) == []
