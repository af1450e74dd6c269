"""From a file of rows to an API that answers: `make new-model`, then what it prints, as it prints it."""

import csv
import json
import re
import shutil
from collections.abc import Iterator

import pytest

from scripts.toolchain.terraform_binary import find_terraform
from tests.checkout import Checkout
from tests.deployed_stack import DeployedStack

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("changes")]

ROWS = 120


@pytest.fixture
def flats(stage: Checkout) -> Iterator[DeployedStack]:
    """A model and a stack that are not there yet, and a file as files are; all goes afterwards."""
    mine = DeployedStack(stage, "flat-rents")
    with (stage.root / "build" / "flats.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Größe (m²)", "Quartier", "since", "balcony", "rent"])
        for row in range(ROWS):
            size, quarter = 30 + row * 37 % 90, ["Neustadt", "Altstadt", "Mitte"][row % 3]
            day = f"{1 + row % 28:02}.{1 + row % 12:02}.2012"
            rent = 9.5 * size + 120 * (row % 3)
            writer.writerow([size / 2, "" if row % 11 == 5 else quarter, day, row % 2 == 0, f"{rent:.2f}"])
    account = stage.root / "infra/bootstrap/accounts/main.tfvars"
    stacks = account.read_text(encoding="utf-8")
    yield mine
    account.write_text(stacks, encoding="utf-8")
    for folder in ("models", "infra/stacks", "build"):
        shutil.rmtree(stage.root / folder / mine.stack, ignore_errors=True)


def test_a_file_of_rows_becomes_an_api(flats: DeployedStack) -> None:
    """Every command as it is printed; the smoke test is green; destroyed, nothing is left."""
    run, name = flats.checkout.run, flats.stack
    said = run("make", "new-model", f"NAME={name}", "FILE=build/flats.csv", "TARGET=rent").stdout
    steps = re.findall(r"^  (make .*)$", said, re.MULTILINE)
    assert [step.split()[1] for step in steps] == ["train", "package", "up", "apply", "smoke-test"]
    (ending,) = re.findall(r"^When you are done: (make .*)$", said, re.MULTILINE)

    stack = flats.checkout.root / "infra" / "stacks" / name
    settings = [stack / "env" / f"{env}.tfvars" for env in ("dev", "staging", "prod")]  # not other tests'
    run(str(find_terraform().path), "fmt", "-check", *map(str, [*stack.glob("*.tf"), *settings]))
    done = {step.split()[1]: run("sh", "-c", step) for step in steps}
    assert " 0 failed" in done["smoke-test"].stderr

    flats.outputs = json.loads(done["apply"].stdout)
    row = {"Größe (m²)": 40.5, "Quartier": None, "since": "2012-03-04", "balcony": True}
    answered = flats.post({"instances": [row]})
    assert answered.status == 200
    assert 500 < answered.json()["predictions"][0]["rent"] < 1300

    run("sh", "-c", ending)
    key = f"{name}/dev.tfstate"
    state = flats.aws("s3").get_object(Bucket="terraform-state-local", Key=key)["Body"].read()
    assert json.loads(state)["resources"] == []
