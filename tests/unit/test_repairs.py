"""What is said to do when Terraform fails."""

import pytest

from scripts.stack.repairs import REPAIRS, repair_of
from scripts.stack.target import Target
from scripts.terraform import TerraformError

pytestmark = pytest.mark.unit

TARGET = Target("breast-cancer", "prod", "aws")
WHERE = "STACK=breast-cancer ENV=prod ON=aws"


@pytest.mark.parametrize(
    ("said", "repair"),
    [
        ("There is no file at openapi_file. Render it: …", f"make train package openapi apply {WHERE}"),
        ("package.zip or package.manifest isn't there.", f"make train package openapi apply {WHERE}"),
        ("There is no file at artifact.file.", f"make train package openapi apply {WHERE}"),
        ("Error: Error acquiring the state lock", f"make unlock {WHERE} ID=<its ID>"),
        ("Saved plan is stale", f"make plan {WHERE}"),
        ("S3 bucket does not exist: NoSuchBucket", "env/prod.s3.tfbackend"),
        ("something else", f"mend what the message names, then: make apply {WHERE}"),
    ],
)
def test_a_repair_names_the_stack_that_failed(said: str, repair: str) -> None:
    assert repair in repair_of(TerraformError("plan", 1, said), TARGET)


@pytest.mark.parametrize("command", ["plan", "cost", "drift"])
def test_a_repair_ends_with_what_was_asked_for(command: str) -> None:
    """Whoever looks for drift, or for a price, doesn't want to apply."""
    missing = repair_of(TerraformError("plan", 1, "There is no file at artifact.file."), TARGET, command)
    assert missing == f"make train package openapi {command} {WHERE}"
    assert repair_of(TerraformError("plan", 1, "?"), TARGET, command).endswith(f"make {command} {WHERE}")


@pytest.mark.parametrize("sign", REPAIRS)
def test_no_repair_works_on_another_stack(sign: str) -> None:
    """A make target on a stack names the one that failed, not the default."""
    repair = repair_of(TerraformError("plan", 1, sign), TARGET)
    assert "TARGET" not in repair
    assert "COMMAND" not in repair
    for target in ("train", "package", "plan", "apply", "unlock", "doctor"):
        assert f"make {target}" not in repair or WHERE in repair
