"""What bootstrap writes into a repository, or says to write; and what `make plan` makes of it."""

from pathlib import Path

import pytest

from scripts.bootstrap.hand_over import hand_over, with_boundary
from scripts.stack.boundary import check_boundary
from scripts.stack.hcl_text import parse_settings
from scripts.stack.repairs import repair_of
from scripts.stack.target import StackError, Target
from scripts.terraform import TerraformError

pytestmark = pytest.mark.unit

BOUNDARY = "arn:aws:iam::123456789012:policy/model-endpoint-api/model-endpoint-api-boundary-dev"
SETTING = f'permissions_boundary_arn = "{BOUNDARY}"'
BACKEND = f"""# Written by make bootstrap. terraform init -backend-config=env/dev.s3.tfbackend
# Boundary of the stack's roles, which env/dev.tfvars must name: {BOUNDARY}
bucket = "states"
key    = "bikes/dev.tfstate"
region = "eu-west-1"
"""
OUTPUTS = {
    "backends": {"bikes/dev": BACKEND, "bikes/prod": "", "cars/dev": BACKEND.replace("bikes", "cars")},
    "permissions_boundary_arns": {"dev": BOUNDARY, "prod": BOUNDARY.replace("-dev", "-prod")},
    "github": {
        "variables": {"AWS_REGION": "eu-west-1", "PLAN_ROLE_ARN_DEV": "arn:plan"},
        "environments": {"dev": {"APPLY_ROLE_ARN": "arn:apply", "AWS_REGION": "eu-west-1"}},
    },
}


@pytest.fixture
def stacks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one stack in one environment."""
    env = tmp_path / "infra/stacks/bikes/env"
    env.mkdir(parents=True)
    (env / "dev.tfvars").write_text('environment = "dev"\n\nlogs = { retention_days = 7 }\n')
    for module in ("boundary", "target"):
        monkeypatch.setattr(f"scripts.stack.{module}.ROOT", tmp_path)
    monkeypatch.delenv("TF_VAR_permissions_boundary_arn", raising=False)
    return env.parent.parent


def bikes(on: str = "aws") -> Target:
    return Target("bikes", "dev", on)


def test_both_files_are_written_once(stacks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Backend and boundary of the environments that have settings, and no file for others."""
    hand_over(OUTPUTS, write=True, stacks=stacks)
    env = stacks / "bikes/env"
    assert (env / "dev.s3.tfbackend").read_text() == BACKEND
    settings = parse_settings((env / "dev.tfvars").read_text())
    assert settings == {
        "environment": '"dev"',
        "logs": {"retention_days": "7"},
        "permissions_boundary_arn": f'"{BOUNDARY}"',
    }
    assert sorted(path.name for path in stacks.rglob("*.*")) == ["dev.s3.tfbackend", "dev.tfvars"]
    said = capsys.readouterr().err
    assert "  infra/stacks/bikes/env/dev.tfvars is written: commit it\n" in said
    assert "gh variable set APPLY_ROLE_ARN --env dev --body arn:apply\n" in said

    before = (env / "dev.tfvars").read_bytes()
    hand_over(OUTPUTS, write=True, stacks=stacks)
    assert (env / "dev.tfvars").read_bytes() == before
    assert capsys.readouterr().err.count(" is right\n") == 2


def test_without_write_the_exact_lines_are_said(stacks: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """File and line, and what would write them."""
    before = (stacks / "bikes/env/dev.tfvars").read_bytes()
    hand_over(OUTPUTS, write=False, stacks=stacks)
    said = capsys.readouterr().err
    assert f"  infra/stacks/bikes/env/dev.tfvars needs: {SETTING}\n" in said
    needs = 'bucket = "states", key = "bikes/dev.tfstate", region = "eu-west-1"'
    assert f"  infra/stacks/bikes/env/dev.s3.tfbackend needs: {needs}\n" in said
    assert "ARGS=--write" in said
    assert (stacks / "bikes/env/dev.tfvars").read_bytes() == before
    assert not (stacks / "bikes/env/dev.s3.tfbackend").exists()


@pytest.mark.parametrize(
    "line", ['permissions_boundary_arn = "arn:old"', "permissions_boundary_arn=null", SETTING]
)
def test_another_boundary_is_replaced_where_it_stands(line: str) -> None:
    """No setting twice, which Terraform refuses."""
    assert with_boundary(f"# a\n{line}\n\nlogs = {{}}\n", SETTING) == f"# a\n{SETTING}\n\nlogs = {{}}\n"


def test_a_plan_is_refused_until_the_boundary_is_named(stacks: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In an account, where bootstrap said so; the refusal has the line."""
    (stacks / "bikes/env/dev.s3.tfbackend").write_text(BACKEND)
    with pytest.raises(StackError) as refused:
        check_boundary(bikes())
    assert f"write into it: {SETTING}" in str(refused.value)
    check_boundary(bikes("local"))
    with monkeypatch.context() as variables:
        variables.setenv("TF_VAR_permissions_boundary_arn", BOUNDARY)
        check_boundary(bikes())
    hand_over(OUTPUTS, write=True, stacks=stacks)
    check_boundary(bikes())


def test_an_account_without_bootstrap_asks_for_none(stacks: Path) -> None:
    """A backend file of one's own names no boundary."""
    check_boundary(bikes())
    (stacks / "bikes/env/dev.s3.tfbackend").write_text('bucket = "mine"\n')
    check_boundary(bikes())


@pytest.mark.parametrize(
    ("said", "repair"),
    [
        (
            "AccessDenied: User: arn:aws:sts::1:assumed-role/apply/x is not authorized to perform: "
            "iam:CreateRole on resource: arn:aws:iam::1:role/bikes-dev-lambda",
            "make doctor STACK=bikes ENV=dev ON=aws ARGS='--only account' says whether env/dev.tfvars names",
        ),
        (
            "User: arn:aws:sts::1:assumed-role/apply/x is not authorized to perform: wafv2:CreateWebACL",
            "allow it in infra/bootstrap/policies_*.tf",
        ),
        ("EntityAlreadyExists: Role with name bikes-dev-lambda already exists.", "import it into the state"),
    ],
)
def test_what_a_pipeline_may_not_has_a_repair(said: str, repair: str) -> None:
    """A role without its boundary, another right, what a killed run left."""
    assert repair in repair_of(TerraformError("apply", 1, said), bikes())
