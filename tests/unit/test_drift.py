"""What drifted is said in words: what an apply would do, and what somebody else did."""

from pathlib import Path
from typing import Any

import pytest

from scripts.stack.drift import Drift, find_drift
from scripts.stack.target import Target
from scripts.terraform import Terraform

pytestmark = pytest.mark.unit

ALIAS = "module.model_api.module.lambda.aws_lambda_alias.live"
LOGS = "module.model_api.module.lambda.aws_cloudwatch_log_group.this"


def update(address: str, before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    change = {"actions": ["update"], "before": before, "after": after}
    return {"address": address, "mode": "managed", "type": address.split(".")[-2], "change": change}


class FakeTerraform(Terraform):
    """Plans what it was made with; raises on any other command."""

    def __init__(self, **document: Any) -> None:
        self.document = document

    def plan(self, out: Path, **_: Any) -> bool:
        assert out.stat().st_mode & 0o777 == 0o600
        out.write_text("a plan")
        return bool(self.document)

    def cmd(self, *line: Any, **_: Any) -> tuple[int, str, str]:
        import json

        assert line[:2] == ("show", "-json"), line
        return 0, json.dumps(self.document), ""


@pytest.fixture
def find(tmp_path, monkeypatch):
    """Find the drift of a plan's JSON; nothing of the plan is left behind."""
    monkeypatch.setattr("scripts.stack.target.ROOT", tmp_path)
    target = Target("bikes", "prod", "aws")
    target.directory.mkdir(parents=True)

    def find_in(**document: Any) -> Drift:
        found = find_drift(FakeTerraform(**document), target)
        assert list(target.directory.iterdir()) == []
        return found

    return find_in


def test_no_difference_is_no_drift(find):
    found = find()
    assert not found
    assert found.to_text() == "bikes of prod on aws is as its commit says."


def test_what_an_apply_would_do_is_drift(find):
    found = find(resource_changes=[update(ALIAS, {"function_version": "1"}, {"function_version": "2"})])
    assert found
    assert found.to_text().splitlines() == [
        "bikes of prod on aws differs from its commit.",
        "What an apply would do:",
        f"  update   {ALIAS}  `function_version`",
        "repair: `make apply STACK=bikes ENV=prod ON=aws` puts it back; "
        "or write into the commit what was changed by hand.",
    ]


def test_what_somebody_changed_is_drift_even_if_an_apply_would_leave_it(find):
    found = find(resource_drift=[update(LOGS, {"retention_in_days": 7}, {"retention_in_days": 1})])
    assert found
    assert (
        f"Changed by somebody else than Terraform:\n  update   {LOGS}  `retention_in_days`" in found.to_text()
    )


def test_an_issue_has_a_table(find):
    found = find(
        resource_changes=[update(ALIAS, {"function_version": "1"}, {"function_version": "2"})],
        output_changes={"function_version": {"actions": ["update"]}},
    )
    text = found.to_markdown()
    assert text.startswith("### bikes of prod on aws differs from its commit.\n")
    assert f"| update | `{ALIAS}` | `function_version` |" in text
    assert "Outputs that would change: function_version." in text


def test_what_is_not_applied_is_not_listed_resource_by_resource(find):
    """A first look at a new environment: everything is to be created, and that is one thing to say."""
    alias = update(ALIAS, {}, {}) | {"change": {"actions": ["create"]}}
    read = update("data.aws_region.this", {}, {}) | {"mode": "data", "change": {"actions": ["read"]}}
    found = find(resource_changes=[alias, read], output_changes={"api_url": {"actions": ["create"]}})
    assert found
    assert found.to_text().splitlines() == [
        "bikes of prod on aws is not applied: nothing of it is there.",
        "repair: `make apply STACK=bikes ENV=prod ON=aws` makes it.",
    ]
    assert found.to_markdown().startswith(
        "### bikes of prod on aws is not applied: nothing of it is there.\n"
    )


def test_one_resource_that_is_there_makes_a_stack_applied(find):
    new = update(ALIAS, {}, {}) | {"change": {"actions": ["create"]}}
    kept = update(LOGS, {}, {}) | {"change": {"actions": ["no-op"]}}
    assert f"create   {ALIAS}" in find(resource_changes=[new, kept]).to_text()
