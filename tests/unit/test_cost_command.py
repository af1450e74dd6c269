"""How `make cost` is asked: which plan, which region, how much traffic, and what a slip is told."""

import argparse
import io
import json
from pathlib import Path
from typing import Any

import pytest

from scripts.cost.__main__ import main
from scripts.cost.plan import PlanError, parse_plan
from scripts.cost.traffic import add_traffic_arguments, read_traffic
from tests.unit.cost_plans import plan_of

pytestmark = pytest.mark.unit


@pytest.mark.parametrize(
    "more",
    [
        {"variables": {"region": {"value": "ap-test-2"}}, "expressions": {"references": ["var.region"]}},
        {"expressions": {"constant_value": "ap-test-2"}},
    ],
)
def test_region_is_the_providers(more: dict[str, Any]) -> None:
    """Written as a constant or as a variable."""
    configuration = {"provider_config": {"aws": {"expressions": {"region": more["expressions"]}}}}
    found = plan_of(configuration=configuration, variables=more.get("variables", {}))
    assert found.region == "ap-test-2"


def test_region_is_else_the_data_sources() -> None:
    """Modules read it, so it stands in the prior state."""
    region = {
        "address": "data.aws_region.this",
        "mode": "data",
        "type": "aws_region",
        "values": {"id": "ap-test-2"},
    }
    found = plan_of(prior_state={"values": {"root_module": {"child_modules": [{"resources": [region]}]}}})
    assert found.region == "ap-test-2"


def test_what_is_no_plan_is_refused() -> None:
    """A state's JSON has no planned values."""
    with pytest.raises(PlanError, match="terraform plan -out"):
        parse_plan({"values": {}})


def test_command_reads_a_plan(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--plan needs no stage, no account and no Terraform."""
    file = tmp_path / "plan.json"
    resource = {"address": "aws_kms_key.a", "mode": "managed", "type": "aws_kms_key", "values": {}}
    file.write_text(json.dumps({"planned_values": {"root_module": {"resources": [resource]}}}))
    assert main(["--plan", str(file), "--region", "us-east-1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["monthly"] == 1.0
    assert main(["--plan", str(file)]) == 2
    assert "--region" in capsys.readouterr().err


def test_a_plan_comes_through_a_pipe(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`terraform show -json PLAN | python -m scripts.cost --plan -`."""
    monkeypatch.setattr("sys.stdin", io.StringIO('{"planned_values": {}}'))
    assert main(["--plan", "-", "--region", "us-east-1", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["monthly"] == 0.0


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("2500000", 2.5e6),
        ("2_500_000", 2.5e6),
        ("2,500,000", 2.5e6),
        ("2.5M", 2.5e6),
        ("800k", 8e5),
        ("5e6", 5e6),
        ("0", 0.0),
    ],
)
def test_requests_are_written_as_people_do(written: str, amount: float) -> None:
    parser = argparse.ArgumentParser()
    add_traffic_arguments(parser)
    assert read_traffic(parser.parse_args(["--requests", written])).requests == amount


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["--requests", "many"], "'many' is no number from 0, such as 2500000 or 2.5M"),
        (["--requests=-1"], "'-1' is no number from 0"),
        (["--requests", "nan"], "'nan' is no number"),
        (["--region", "eu-west1"], "'eu-west1' is no region, such as eu-west-1"),
    ],
)
def test_a_slip_in_an_option_is_named(line: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(line)
    assert said in capsys.readouterr().err


@pytest.mark.parametrize("text", ["[]", "3", "PK"])
def test_a_file_that_is_no_plan_is_refused_with_the_command_that_makes_one(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "plan.json"
    file.write_text(text)
    assert main(["--plan", str(file)]) == 1
    assert "terraform show -json PLAN" in capsys.readouterr().err
