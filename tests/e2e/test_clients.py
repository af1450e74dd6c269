"""Four clients of one model, a Postman collection, logs and metrics: their commands on the deployed stack."""

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from scripts import ROOT
from tests.checkout import LEFT_OUT, Checkout
from tests.deployed_stack import DeployedStack
from tests.e2e.node_tools import install

pytestmark = pytest.mark.e2e

WAYS = ("sagemaker-sdk", "boto3", "lambda", "api")
GOLDEN = [371.05, 5.0488, 419.3071, 226.7523]
"""What training printed for the rows of the contract's examples."""


@pytest.fixture(scope="session")
def sagemaker_sdk(stage: Checkout) -> None:
    """The SageMaker SDK, installed once by its make target and lent to the checkout."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(LEFT_OUT)}
    subprocess.run(["make", "-s", "sagemaker-sdk"], cwd=ROOT, env=environment, timeout=300, check=True)
    lend(stage, ROOT / "build" / "sagemaker-sdk-venv")


@pytest.fixture(scope="session")
def newman(stage: Checkout) -> None:
    """Newman, lent to the checkout; the test is skipped where there is no npm."""
    lend(stage, install("newman"))


def lend(checkout: Checkout, directory: Path) -> None:
    place = checkout.root / "build" / directory.name
    if not place.exists():
        place.symlink_to(directory)


def predict(stack: DeployedStack, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return stack.checkout.python("-m", "scripts.predict", *stack.target, *arguments, **options)


def examples(stack: DeployedStack, file: Path) -> Path:
    """The rows of the contract's examples as JSON lines, whatever their shape."""
    requests = [example["request"] for example in stack.contract["examples"]]
    rows = [row for request in requests for row in request.get("instances", ())]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return file


@pytest.mark.parametrize("via", WAYS)
@pytest.mark.usefixtures("sagemaker_sdk")
def test_each_way_answers_the_golden_rows(bike_rental: DeployedStack, tmp_path: Path, via: str) -> None:
    """Arrays and names, in one file."""
    said = predict(
        bike_rental, "--via", via, "--format", "json", str(examples(bike_rental, tmp_path / "r.jsonl"))
    )
    counts = [row["count"] for row in json.loads(said.stdout)["predictions"]]
    assert counts == [pytest.approx(golden, rel=1e-4) for golden in GOLDEN]
    assert f"4 rows by {via}" in said.stderr


@pytest.mark.usefixtures("sagemaker_sdk")
def test_four_ways_give_the_same_bytes_for_any_number_of_rows(
    bike_rental: DeployedStack, tmp_path: Path
) -> None:
    """Every row that training did not see, in as many calls as it takes."""
    rows = bike_rental.checkout.root / "build" / "bike-rental" / "holdout.csv"
    answers = set()
    for via in WAYS:
        output = tmp_path / f"{via}.csv"
        predict(bike_rental, "--via", via, "--ignore", "count", "--output", str(output), str(rows))
        answers.add(output.read_text())
    (answer,) = answers
    predicted = [float(row["count"]) for row in csv.DictReader(answer.splitlines())]
    with rows.open(encoding="utf-8") as file:
        assert len(predicted) == sum(1 for _ in file) - 1 > 2000
    assert len(set(predicted)) > 1000


@pytest.mark.usefixtures("sagemaker_sdk")
def test_wrong_rows_are_named_alike_whichever_way_they_went(
    bike_rental: DeployedStack, tmp_path: Path
) -> None:
    """Row 2501 of the file, though it is row 501 of its call."""
    row = bike_rental.contract["examples"][1]["request"]["instances"][0]
    rows = [row] * 2500 + [{**row, "season": 9, "temp": "warm"}, {**row, "colour": "red"}]
    file = tmp_path / "rows.jsonl"
    file.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    messages = {predict(bike_rental, "--via", via, str(file), expect=1).stderr for via in WAYS}
    (message,) = messages
    first, *problems, repair = message.splitlines()
    assert first == "3 problems in the rows (the first row is row 1):"
    assert [line.split(":")[0] for line in problems] == [
        "row 2501, season",
        "row 2501, temp",
        "row 2502, colour",
    ]
    assert repair.endswith("ARGS='--ignore colour'")


@pytest.mark.usefixtures("sagemaker_sdk")
def test_a_model_that_answers_json_has_the_same_four_ways(
    breast_cancer: DeployedStack, tmp_path: Path
) -> None:
    """Several outputs, one of them a label: what the reply looks like is the contract's."""
    rows = examples(breast_cancer, tmp_path / "rows.jsonl")
    answers = {predict(breast_cancer, "--via", via, "--format", "jsonl", str(rows)).stdout for via in WAYS}
    (answer,) = answers
    predictions = [json.loads(line) for line in answer.splitlines()]
    assert [(row["label"], row["review"]) for row in predictions] == [("B", False), ("M", True)]


def test_postmans_runner_knows_rows_as_text_and_routes_of_one_output(
    breast_cancer: DeployedStack, newman: None
) -> None:
    """Examples of the form {"data": "…"}, and a route that answers the bare label."""
    breast_cancer.checkout.python("-m", "scripts.postman", *breast_cancer.target, "--run")


def commands() -> list[str]:
    """The commands of README's table of clients and watchers."""
    section = (
        (ROOT / "README.md").read_text(encoding="utf-8").split("### From a file, a tool, a terminal\n")[1]
    )
    return re.findall(r"^\| [^|]+ \| `(make [^`]+)` \|", section.split("\n## ")[0], re.MULTILINE)


def test_the_readme_has_every_way_and_every_watcher() -> None:
    """A row that the pattern above no longer reads would not be run."""
    text = "\n".join(commands())
    for said in (*(f"VIA={via}" for via in WAYS), "make postman", "make logs", "make metrics"):
        assert said in text


@pytest.mark.parametrize("command", commands())
@pytest.mark.usefixtures("sagemaker_sdk", "newman")
def test_a_command_of_the_readme_works(bike_rental: DeployedStack, command: str) -> None:
    """As it stands, in a checkout whose stage has the stack."""
    said = bike_rental.checkout.run("sh", "-ec", command)
    assert said.stdout


def test_a_url_and_a_key_are_all_that_the_api_needs(bike_rental: DeployedStack) -> None:
    """Standard input to standard output, without a contract, Terraform or AWS."""
    line = "2012-12-19 17:00:00,4,0,1,1,16.4,20.455,50,26.0027\n"
    arguments = ("--url", bike_rental.client.url, "--no-header", "--input-format", "csv", "--with-input", "-")
    ended = subprocess.run(
        [sys.executable, "-m", "scripts.predict", *arguments],
        cwd=bike_rental.checkout.root,
        env={**bike_rental.checkout.environment, "API_KEY": bike_rental.key, "PATH": "/nowhere"},
        input=line,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert ended.stdout == "1,2,3,4,5,6,7,8,9,predicted_count\n" + line.strip() + ",371.05\n"


def test_wrong_usage_says_what_is_right(bike_rental: DeployedStack) -> None:
    """Exit code 2 for what can't be asked, 1 for what isn't there."""
    assert "there are: " in predict(bike_rental, "--stack", "nix", "x.csv", expect=2).stderr
    assert "--via boto3" in predict(bike_rental, "--url", "x", "--via", "boto3", expect=2).stderr
    assert "x.csv isn't there" in predict(bike_rental, "x.csv", expect=1).stderr
    assert "--input-format csv" in predict(bike_rental, "LICENSE", expect=1).stderr
    assert (
        "no client 'x'"
        in predict(bike_rental, "--client", "x", "README.md", "--input-format", "csv", expect=1).stderr
    )


def test_postmans_runner_finds_every_answer_right(bike_rental: DeployedStack, newman: None) -> None:
    """Golden rows on all routes and the refusals; the key's file is its owner's alone."""
    said = bike_rental.checkout.python("-m", "scripts.postman", *bike_rental.target, "--run")
    assert "without a key" in said.stdout
    build = bike_rental.checkout.root / "build" / "bike-rental"
    assert (build / "postman_environment.json").stat().st_mode & 0o777 == 0o600
    assert bike_rental.key not in (build / "postman_collection.json").read_text()
    report = build / "newman.json"
    bike_rental.checkout.python(
        *("-m", "scripts.postman", *bike_rental.target, "--run", "--"),
        *("--reporters", "json", "--reporter-json-export", str(report)),
    )
    stats = json.loads(report.read_text())["run"]["stats"]
    routes, golden = len(bike_rental.contract["routes"]), len(bike_rental.contract["examples"])
    assert stats["requests"] == {"total": (routes + 1) * golden + 4, "pending": 0, "failed": 0}
    assert stats["assertions"]["failed"] == 0
    assert stats["assertions"]["total"] == 2 * stats["requests"]["total"]


def test_postmans_runner_goes_red_for_a_wrong_number(bike_rental: DeployedStack, newman: None) -> None:
    """The contract here is not the one that is deployed: another number is expected of the golden row."""
    file = "models/bike-rental/contract.json"
    with bike_rental.checkout.edited(file, '{"count": 371.05}', '{"count": 372.0}'):
        said = bike_rental.checkout.python("-m", "scripts.postman", *bike_rental.target, "--run", expect=1)
    assert "/predictions/0/count: 371.05, not 372" in " ".join(said.stdout.split())


def test_logs_tell_a_request_from_both_sides(bike_rental: DeployedStack) -> None:
    """The function's line and the gateway's, found by the request's id."""
    reply = bike_rental.post({"instances": []})
    request = reply.headers["x-request-id"]
    deadline = time.monotonic() + 30
    arguments = ("--no-follow", "--since", "5m", "--grep", request)
    lines: list[str] = []
    while len(lines) < 2 and time.monotonic() < deadline:
        said = bike_rental.checkout.python("-m", "scripts.logs", *bike_rental.target, *arguments)
        lines = said.stdout.splitlines()
    texts = sorted(" ".join(line.split()[1:]) for line in lines)
    assert [text.split(request)[0].split(" ms")[0].rpartition(" ")[0] for text in texts] == [
        "api POST /predict 422",
        "function WARNING POST /predict 422 invalid_request",
    ]


def test_logs_are_followed_until_ctrl_c(bike_rental: DeployedStack) -> None:
    """A request that comes later is seen; the interrupt is no error."""
    command = [sys.executable, "-m", "scripts.logs", *bike_rental.target, "--raw", "--group", "api"]
    with subprocess.Popen(
        [*command, "--since", "5m", "--interval", "0.1"],
        cwd=bike_rental.checkout.root,
        env=bike_rental.checkout.environment,
        stdout=subprocess.PIPE,
        text=True,
    ) as follower:
        assert follower.stdout is not None
        request = bike_rental.post(bike_rental.golden_request()).headers["x-request-id"]
        found = next(line for line in follower.stdout if request in line)
        later = bike_rental.post(bike_rental.golden_request()).headers["x-request-id"]
        assert any(later in line for line in follower.stdout)
        follower.send_signal(signal.SIGINT)
        assert follower.wait(20) == 0
    assert json.loads(found)["status"] == "200"


def metrics(stack: DeployedStack) -> dict[str, Any]:
    said = stack.checkout.python("-m", "scripts.metrics", *stack.target, "--since", "6h", "--json")
    document: dict[str, Any] = json.loads(said.stdout)
    return document


def test_metrics_count_what_was_asked(bike_rental: DeployedStack) -> None:
    """Three more requests, one of them refused, four more rows."""
    before, more_of = metrics(bike_rental), {"requests": 3, "rows": 4, "errors": 1}
    for index in (0, 1):
        assert bike_rental.post(bike_rental.golden_request(index)).status == 200
    assert bike_rental.post(b"[").status == 400
    assert bike_rental.post({"data": 1}).status == 422
    expected = {name: before["total"][name] + more for name, more in more_of.items()}
    deadline = time.monotonic() + 60
    while any((after := metrics(bike_rental))["total"][name] < count for name, count in expected.items()):
        assert time.monotonic() < deadline, after["total"]
    assert {name: after["total"][name] for name in expected} == expected
    code = "invalid_request"
    assert after["errors_by_code"][code] == before["errors_by_code"].get(code, 0) + 1
    assert after["total"]["latency_ms"]["maximum"] >= after["total"]["model_latency_ms"]["maximum"] > 0
    table = bike_rental.checkout.python("-m", "scripts.metrics", *bike_rental.target, "--since", "6h").stdout
    assert "invalid_request" in table
