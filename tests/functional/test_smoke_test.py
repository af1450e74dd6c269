"""The smoke test: what it tests, that a right stack passes, and how it shows what it found."""

import io
import json
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from scripts.smoke.identity import Caller
from scripts.smoke.report import append_markdown, print_failures, render_table, to_json, write_junit
from scripts.smoke.result import Result
from scripts.smoke.subject import Budget, SubjectError, stage_url, subject_of_stack, subject_of_url
from scripts.smoke.table import CHECKS, run_checks
from tests.functional.smoke_world import CONTRACT, DIGEST, KEY

pytestmark = pytest.mark.functional


def test_a_right_stack_passes_every_check(world):
    results = world.run()
    assert {name: result.status for name, result in results.items()} == dict.fromkeys(results, "passed")
    assert list(results) == [name for name, _ in CHECKS]


def test_a_bare_url_skips_what_needs_outputs(smoke_stage, tmp_path):
    contract = tmp_path / "contract.json"
    contract.write_text(json.dumps(CONTRACT))
    subject = subject_of_url(smoke_stage.url, contract, Caller(KEY), Budget(requests=2))
    smoke_stage.behaviour.digest = subject.contract_digest
    checks = dict(CHECKS)
    assert checks["contract live"](subject).startswith("digest")
    assert checks["golden rows"](subject) == "2 rows on 1 routes"


def test_a_bare_url_says_why_aws_is_not_asked(smoke_stage, tmp_path):
    contract = tmp_path / "contract.json"
    contract.write_text(json.dumps(CONTRACT))
    results = {
        result.name: result
        for result in run_checks(subject_of_url(smoke_stage.url, contract, Caller(KEY), Budget()))
    }
    assert results["code"].status == "skipped"
    assert results["code"].found == "only a URL is known: without --url AWS is asked too"


def test_a_forgotten_key_is_named_and_not_waited_for(world, smoke_stage):
    smoke_stage.behaviour.warming = [403, 403]
    answers = world.run(caller=Caller())["stage answers"]
    assert answers.found == "none"
    assert answers.expected == "an API key for POST /predict, of kind api_key"
    assert answers.repair == "give --api-key KEY, or set API_KEY"
    assert len(smoke_stage.behaviour.warming) == 2


def test_a_key_that_the_stage_does_not_know_is_told_as_that(world):
    """What was shown is refused: nothing in the function's log would explain it."""
    results = world.run(caller=Caller("o" * 40), budget=Budget(requests=2, warm_up_seconds=0.0))
    assert results["stage answers"].found.startswith("403 ")
    assert results["stage answers"].repair.startswith("no usage plan of this stage has the key")
    assert results["golden rows"].repair == results["stage answers"].repair


def test_a_missing_contract_says_how_to_name_one(tmp_path):
    with pytest.raises(SubjectError, match=r"--contract models/NAME/contract\.json"):
        subject_of_url("http://127.0.0.1:1", tmp_path / "nowhere.json", Caller(), Budget())


def test_the_stage_url_is_behind_the_gateway_that_the_environment_names():
    outputs = {
        "api_url": "https://abc.execute-api.eu-west-1.amazonaws.com/beta",
        "rest_api_id": "abc",
        "stage_name": "beta",
    }
    assert stage_url(outputs, {}) == outputs["api_url"]
    local = {"AWS_ENDPOINT_URL_EXECUTE_API": "http://127.0.0.1:4000/"}
    assert stage_url(outputs, local) == "http://127.0.0.1:4000/abc/beta"


def test_the_key_is_fetched_by_the_id_in_the_outputs(world, tmp_path):
    import boto3

    contract = tmp_path / "contract.json"
    contract.write_text(json.dumps(CONTRACT))
    key = boto3.client("apigateway", region_name="eu-west-1").create_api_key(name="demo", value="v" * 30)
    outputs = {**world.outputs, "api_url": "https://x", "api_key_ids": {"demo": key["id"]}}
    environment = {
        "AWS_REGION": "eu-west-1",
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }
    subject = subject_of_stack(outputs, environment, contract_file=contract, budget=Budget(), build=tmp_path)
    assert subject.api_key == "v" * 30
    with pytest.raises(SubjectError, match="no client 'nobody'; there are: demo"):
        subject_of_stack(
            outputs, environment, contract_file=contract, budget=Budget(), client="nobody", build=tmp_path
        )


RESULTS = [
    Result("alias", "passed", 0.25, "live → version 1"),
    Result("code", "failed", 0.5, "<old> & new", "CodeSha256 abc", "make apply"),
    Result("CORS", "skipped", 0.0, "no origin is allowed"),
]


def test_json_says_whether_it_passed_and_everything_found():
    document = json.loads(to_json(RESULTS, "toy"))
    assert document["passed"] is False
    assert [check["status"] for check in document["checks"]] == ["passed", "failed", "skipped"]
    assert document["checks"][1]["repair"] == "make apply"


def test_junit_xml_has_a_case_a_check(tmp_path):
    write_junit(RESULTS, "toy", tmp_path / "deep" / "smoke.xml")
    suite = ET.parse(tmp_path / "deep" / "smoke.xml").getroot()
    assert (suite.tag, suite.get("tests"), suite.get("failures"), suite.get("skipped")) == (
        "testsuite",
        "3",
        "1",
        "1",
    )
    failure = suite.find("testcase[@name='code']/failure")
    assert failure is not None
    assert failure.get("message") == "expected CodeSha256 abc, found <old> & new"
    assert failure.text == "next: make apply"


def test_markdown_is_appended_for_people_and_names_what_failed(tmp_path):
    """To a job's summary, which has the plan already; a line break or a bar would end a table's row."""
    broken = Result("stage answers", "failed", 0.1, "503 a\nb | c", "200 from POST /", "make logs")
    file = tmp_path / "deep" / "summary.md"
    append_markdown(RESULTS[:1], "toy", file)
    append_markdown([*RESULTS, broken], "toy", file)
    assert file.read_text().splitlines() == [
        "",
        "### Smoke test of toy",
        "",
        "1 passed, 0 failed, 0 skipped, 0 warning",
        "",
        "### Smoke test of toy",
        "",
        "1 passed, 2 failed, 1 skipped, 0 warning",
        "",
        "| check | expected | found | next |",
        "| --- | --- | --- | --- |",
        "| `code` | `CodeSha256 abc` | `<old> & new` | `make apply` |",
        "| `stage answers` | `200 from POST /` | `503 a b \\| c` | `make logs` |",
    ]


def test_a_failure_is_printed_with_check_expected_found_and_next_step():
    text = io.StringIO()
    console = Console(file=text, width=120)
    console.print(render_table(RESULTS))
    print_failures(RESULTS, console)
    printed = text.getvalue()
    assert "✗ code" in printed
    for line in ("expected  CodeSha256 abc", "found     <old> & new", "next      make apply"):
        assert line in printed
    assert DIGEST not in printed
