"""The environment that points AWS clients at a stage, and nowhere else."""

import json
import platform

import pytest

from scripts.local_stage.environment import foreign_variables, with_stage
from scripts.local_stage.stage_record import StageDirectory, StageRecord

pytestmark = pytest.mark.unit

STAGE = StageRecord("s", 1, "http://127.0.0.1:1", "http://127.0.0.1:2", "eu-west-1", "123456789012", 0.0)


def test_the_users_aws_is_out_of_reach() -> None:
    """Profile, session token and endpoints of the user go; everything else stays."""
    users = {
        "PATH": "/bin",
        "AWS_PROFILE": "production",
        "AWS_SESSION_TOKEN": "t",
        "AWS_ENDPOINT_URL_S3": "https://s3.example",
        "AWS_ACCESS_KEY_ID": "AKIA",
    }
    environment = with_stage(users, STAGE)
    assert environment["PATH"] == "/bin"
    assert environment["AWS_ACCESS_KEY_ID"] == "testing"
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
    assert environment["AWS_ENDPOINT_URL_EXECUTE_API"] == "http://127.0.0.1:2"
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"} & set(environment)


def test_aws_s_calendar_ends_at_the_stage() -> None:
    """The interpreter at hand never grows too old for the local stage; other runtimes keep their days."""
    major, minor, _ = platform.python_version_tuple()
    environment = with_stage({}, STAGE)
    assert json.loads(environment["TF_VAR_runtime_deprecations"]) == {f"python{major}.{minor}": "9999-12-31"}


def test_foreign_variables_are_named() -> None:
    """`env` prints an unset for each."""
    assert foreign_variables({"AWS_PROFILE": "p", "AWS_REGION": "r"}) == ["AWS_PROFILE"]


@pytest.mark.parametrize("name", ["", ".", "..", "a/b", "-a", "a b"])
def test_a_name_can_not_leave_the_directory(name: str) -> None:
    """Names become directories below build/local."""
    with pytest.raises(ValueError, match="stage name"):
        StageDirectory(name)
