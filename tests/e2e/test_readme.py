"""Every block of commands in the documents works when pasted, and so do README's five steps."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from scripts import ROOT
from scripts.stack.target import Target, find_source
from tests.deployed_stack import DeployedStack
from tests.documents import documents, inline_code, shell_blocks

pytestmark = [pytest.mark.e2e, pytest.mark.healthy]

ELSEWHERE = {
    "make demo": "test_demo.py, from nothing, with a virtual environment of its own",
    "make test": "you are looking at it",
    "make check": "continuous integration; it needs checkov's environment",
    "make bench": "minutes; tests/perf holds that its parts work",
}
"""Commands that are run somewhere else."""


def lines_for_here(block: str) -> list[str]:
    """The block without the commands that are run somewhere else."""
    return [line for line in block.splitlines() if " ".join(line.split()[:2]) not in ELSEWHERE]


BLOCKS = [
    pytest.param(block, id=f"{document}-{index}")
    for document in documents()
    for index, block in enumerate(shell_blocks(document))
    if lines_for_here(block)
]


@pytest.fixture(scope="module")
def account(bike_rental: DeployedStack) -> Mapping[str, str]:
    """The environment of a person whose AWS account is the stage's, and who has dev deployed there.

    Its state lies where env/dev.s3.tfbackend says, since `ON=aws` looks there.
    """
    s3, bucket = bike_rental.aws("s3"), "example-terraform-state"
    place = {"LocationConstraint": bike_rental.checkout.record().region}
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration=place)
    key = "bike-rental/dev.tfstate"
    s3.copy_object(Bucket=bucket, Key=key, CopySource={"Bucket": "terraform-state-local", "Key": key})
    source = find_source(Target("bike-rental"))
    return {
        **bike_rental.checkout.stage_environment(),
        **source.environment(),
        "TF_DATA_DIR": str(bike_rental.checkout.root / "build" / "terraform" / "by-hand"),
    }


@pytest.mark.parametrize("block", BLOCKS)
def test_a_block_of_commands_works_when_pasted(
    bike_rental: DeployedStack, account: Mapping[str, str], block: str
) -> None:
    """Its lines, one after the other, in a checkout whose stage has the stack."""
    if re.search(r"^aws ", block, re.MULTILINE) and not aws_cli_works(bike_rental):
        pytest.skip("the AWS CLI is not installed here")
    lines = lines_for_here(block)
    bike_rental.checkout.run("sh", "-ec", "\n".join(lines), environment=account, timeout=300)


def aws_cli_works(stack: DeployedStack) -> bool:
    return (
        shutil.which("aws") is not None and stack.checkout.run("sh", "-c", "aws --version || :").stdout != ""
    )


@pytest.fixture
def my_bikes(bike_rental: DeployedStack) -> Iterator[DeployedStack]:
    """A model and a stack that are not there yet; the files go afterwards, the rest with the stage."""
    mine = DeployedStack(bike_rental.checkout, "my-bikes")
    yield mine
    root = mine.checkout.root
    for folder in ("models", "infra/stacks", "build"):
        shutil.rmtree(root / folder / mine.stack, ignore_errors=True)


def test_the_five_steps_publish_a_model_that_someone_else_trained(my_bikes: DeployedStack) -> None:
    """As README has them, with nothing in between but what it says to copy and to change."""
    checkout, name = my_bikes.checkout, my_bikes.stack
    section = (
        (ROOT / "README.md").read_text().partition("## Publish your own model\n")[2].partition("\n## ")[0]
    )
    commands = [
        code.replace("<name>", name) for code in inline_code(section) if code.startswith(("make ", "python "))
    ]
    assert [command.split()[1] for command in commands] == ["-m", "up", "package", "apply", "smoke-test"]

    root = checkout.root
    shutil.copytree(root / "models/bike-rental", root / "models" / name)
    edit(root / "models" / name / "contract.json", '"name": "bike-rental"', f'"name": "{name}"')
    (root / "build" / name).mkdir()
    shutil.copy(root / "build/bike-rental/model.tar.gz", root / "build" / name)
    shutil.copytree(root / "infra/stacks/bike-rental", root / "infra/stacks" / name)
    edit(root / "infra/stacks" / name / "main.tf", '"bike-rental"', f'"{name}"')

    for command in commands:
        said = checkout.run("sh", "-c", command.replace("python ", f"{checkout.root}/.venv/bin/python ", 1))
    assert " 0 failed" in said.stderr
    outputs = json.loads(checkout.run("make", "output", f"STACK={name}").stdout)
    assert outputs["endpoint_name"] == f"{name}-dev"


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after), encoding="utf-8")
