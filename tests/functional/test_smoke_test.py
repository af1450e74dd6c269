"""The smoke test sees what it claims to see: one thing is broken at a time, and it goes red naming that."""

import io
import json
from xml.etree import ElementTree as ET

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from rich.console import Console

from scripts.smoke.identity import Caller
from scripts.smoke.report import print_failures, render_table, to_json, write_junit
from scripts.smoke.result import Result
from scripts.smoke.stage_client import StageClient
from scripts.smoke.subject import Budget, SubjectError, stage_url, subject_of_stack, subject_of_url
from scripts.smoke.table import CHECKS, run_checks
from tests.functional.smoke_world import CONTRACT, DIGEST, KEY, LoopbackStage, World

pytestmark = pytest.mark.functional


@pytest.fixture
def stage():
    stage = LoopbackStage()
    yield stage
    assert stage.behaviour.unexpected == []
    stage.close()


@pytest.fixture
def world(stage, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        yield World(stage.url)


def test_a_right_stack_passes_every_check(world):
    results = world.run()
    assert {name: result.status for name, result in results.items()} == dict.fromkeys(results, "passed")
    assert list(results) == [name for name, _ in CHECKS]


# What runs on the platform


def test_an_endpoint_that_failed_is_named_with_its_reason(world):
    describe = world.sagemaker.describe_endpoint
    world.sagemaker.describe_endpoint = lambda **arguments: {
        **describe(**arguments),
        "EndpointStatus": "Failed",
        "FailureReason": "no ping",
    }
    results = world.run()
    assert results["endpoint in service"].found == "Failed: no ping"
    assert world.failed() == {"endpoint in service"}


def test_an_endpoint_that_comes_up_is_waited_for(world):
    describe, statuses = world.sagemaker.describe_endpoint, ["Creating", "Creating"]
    world.sagemaker.describe_endpoint = lambda **arguments: {
        **describe(**arguments),
        "EndpointStatus": statuses.pop() if statuses else "InService",
    }
    assert world.failed() == set()


def test_an_endpoint_that_never_comes_up_fails_at_the_deadline(world):
    describe = world.sagemaker.describe_endpoint
    world.sagemaker.describe_endpoint = lambda **arguments: {
        **describe(**arguments),
        "EndpointStatus": "Creating",
    }
    ticks = iter(range(1000))
    results = world.run(clock=lambda: next(ticks))
    assert results["endpoint in service"].found == "Creating"
    assert next(ticks) < 30


def test_another_endpoint_configuration_is_seen(world):
    world.make_configuration("toy-config-0", "toy-model-1")
    world.outputs["endpoint_configuration_name"] = "toy-config-0"
    assert world.failed() == {"endpoint configuration"}


def test_another_model_in_the_configuration_is_seen(world):
    world.make_model("toy-model-2")
    world.outputs["model_name"] = "toy-model-2"
    assert world.failed() == {"model and artifact"}


def test_another_artifact_of_the_model_is_seen(world):
    world.outputs["model_data_url"] = "s3://artifacts/2/model.tar.gz"
    results = world.run()
    assert results["model and artifact"].expected == "s3://artifacts/2/model.tar.gz"
    assert results["model and artifact"].found == "s3://artifacts/1/model.tar.gz"


def test_an_alias_left_on_an_old_version_is_seen(world, stage):
    new = world.publish(b"2")
    world.outputs |= {"function_version": new["Version"], "function_code_sha256": new["CodeSha256"]}
    stage.behaviour.version = new["Version"]
    results = world.run(manifest=None)
    assert results["alias"].found == "live → version 1"
    assert results["alias"].expected == "live → version 2"
    assert results["code"].status == "failed"


def test_an_alias_that_splits_its_calls_is_seen(world):
    new = world.publish(b"2")
    get_alias = world.functions.get_alias
    weights = {"AdditionalVersionWeights": {new["Version"]: 0.1}}
    world.functions.get_alias = lambda **arguments: {**get_alias(**arguments), "RoutingConfig": weights}
    assert world.failed() == {"alias"}


def test_a_zip_that_was_built_but_not_applied_is_seen(world):
    results = world.run(manifest={"sha256_base64": "anotherZip="})
    assert results["code"].expected == "the built zip's anotherZip="
    assert world.failed(manifest={"sha256_base64": "anotherZip="}) == {"code"}


def test_a_zip_of_older_code_is_seen(world):
    """Live and built are the same, but what lies here was changed since."""
    manifest = {"sha256_base64": world.outputs["function_code_sha256"], "sources_digest": "built"}
    assert world.failed(manifest=manifest, sources_digest="built") == set()
    results = world.run(manifest=manifest, sources_digest="here")
    assert (results["code"].found, results["code"].status) == ("a zip of sources built", "failed")
    assert "make package apply" in results["code"].repair


def test_a_function_that_calls_another_endpoint_is_seen(world, stage):
    new = world.publish(b"1", ENDPOINT_NAME="someone-elses")
    world.functions.update_alias(FunctionName="toy-dev", Name="live", FunctionVersion=new["Version"])
    world.outputs["function_version"] = stage.behaviour.version = new["Version"]
    assert world.failed() == {"function calls the endpoint"}


def test_a_contract_that_was_edited_after_the_apply_is_seen(world):
    world.outputs["contract_digest"] = "0" * 64
    assert world.failed() == {"contract applied"}


def test_a_stage_on_an_old_deployment_is_seen(world):
    world.outputs["deployment_id"] = "newer"
    assert world.failed() == {"newest API deployed"}


def test_a_deployed_document_of_another_version_is_seen(world):
    world.gateway.document["info"]["version"] = "2.0.0"
    results = world.run()
    assert results["newest API deployed"].expected == "version 2.1.0"
    assert results["newest API deployed"].found == "2.0.0"


def test_a_deployed_route_without_a_key_is_seen(world):
    del world.gateway.document["paths"]["/predict"]["post"]["security"]
    assert world.run()["newest API deployed"].found == "POST /predict (none)"


@pytest.mark.parametrize(
    "security", [[{"iam": []}], [{"iam": []}, {"api_key": []}], [{"api_key": [], "iam": []}]]
)
def test_the_kind_of_auth_is_read_beside_a_key(world, security):
    world.gateway.document["paths"]["/predict"]["post"]["security"] = security
    assert world.run()["newest API deployed"].found == "POST /predict (iam)"


def test_a_route_that_is_not_deployed_is_seen(world):
    contract = {**CONTRACT, "routes": [*CONTRACT["routes"], {"path": "/v2", "method": "GET"}]}
    assert world.failed(contract=contract) == {"newest API deployed"}


def test_a_route_for_any_method_is_read_from_the_export(world):
    operation = world.gateway.document["paths"]["/predict"].pop("post")
    world.gateway.document["paths"]["/predict"]["x-amazon-apigateway-any-method"] = operation
    contract = {**CONTRACT, "routes": [{"path": "/predict", "method": "ANY"}]}
    assert world.failed(contract=contract) == set()


def test_the_stacks_own_kinds_of_auth_count_and_not_the_contracts(world):
    """`route_auth` says otherwise than the contract; a route that isn't published isn't asked."""
    world.outputs["routes"] = [{"method": "POST", "path": "/predict", "auth": "cognito"}]
    contract = {**CONTRACT, "routes": [*CONTRACT["routes"], {"path": "/v2", "method": "GET"}]}
    results = world.run(contract=contract)
    assert results["newest API deployed"].found == "POST /predict (api_key)"
    assert results["newest API deployed"].expected == "POST /predict (cognito)"
    assert "aws cognito-idp initiate-auth" in results["stage answers"].repair


def test_a_teams_own_operations_are_named_and_those_on_our_function_are_wrong(world):
    def integration(uri):
        return {"get": {"security": [], "x-amazon-apigateway-integration": {"uri": uri}}}

    paths = world.gateway.document["paths"]
    paths["/health"] = integration(
        "arn:aws:apigateway:eu-west-1:lambda:path/functions/arn:…:function:other:1"
    )
    assert world.run()["newest API deployed"].found.endswith("; the team's own: GET /health (none)")
    paths["/back"] = integration(
        "arn:…/functions/arn:aws:lambda:eu-west-1:1:function:toy-dev:live/invocations"
    )
    assert world.run()["newest API deployed"].found == "GET /back (none), POST /predict (api_key)"


def test_a_canary_is_said_and_its_document_not_compared(world):
    """The stage's own deployment is the old document's on purpose."""
    get_stage = world.gateway.get_stage
    canary = {"canarySettings": {"percentTraffic": 10.0, "deploymentId": "new"}}
    world.gateway.get_stage = lambda **arguments: {**get_stage(**arguments), **canary}
    world.gateway.document["info"]["version"] = "1.0.0"
    found = world.run()["newest API deployed"]
    assert (found.status, "a canary of 10 % serves new" in found.found) == ("passed", True)


def test_a_denied_question_to_aws_fails_with_the_permission_that_lacks(world):
    def deny(**_):
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not you"}}, "GetAlias")

    world.functions.get_alias = deny
    results = world.run()
    assert results["alias"].found == "AccessDenied: not you"
    assert results["alias"].repair.startswith("grant GetAlias")


# How the stage URL answers


def test_a_wrong_prediction_is_named_with_its_place(world, stage):
    stage.behaviour.predictions = [{"y": 10.0}, {"y": 20.1}]
    results = world.run()
    assert results["golden rows"].found.startswith("20.1 at /predictions/1/y, not 20.0")
    assert world.failed() == {"golden rows"}


def test_a_prediction_too_few_is_seen(world, stage):
    stage.behaviour.predictions = [{"y": 10.0}]
    assert world.failed() == {"golden rows"}


def test_another_contract_in_the_function_is_seen(world, stage):
    stage.behaviour.digest = "1" * 64
    assert world.failed() == {"contract live"}


def test_an_api_that_calls_another_version_is_seen(world, stage):
    stage.behaviour.version = "$LATEST"
    results = world.run()
    assert results["contract live"].expected == "X-Function-Version 1"
    assert results["contract live"].found == "$LATEST"


def test_an_open_route_is_seen(world, stage):
    stage.behaviour.needs_key = False
    assert {"missing identity refused", "wrong identity refused"} <= world.failed()


def test_a_route_that_takes_any_key_is_seen(world, stage):
    stage.behaviour.takes_any_key = True
    assert world.failed() == {"wrong identity refused"}


def test_bad_input_that_is_scored_is_seen(world, stage):
    stage.behaviour.bad_input = (200, "")
    assert world.failed() == {"bad input explained"}


def test_bad_input_that_breaks_the_function_is_seen(world, stage):
    stage.behaviour.bad_input = (502, "")
    assert world.failed() == {"bad input explained"}


def test_an_explanation_of_another_field_is_seen(world, stage):
    stage.behaviour.bad_input = (422, "/instances/0")
    assert world.run()["bad input explained"].expected == "an error at /instances/1/features/0"


def test_broken_json_that_is_an_error_of_ours_is_seen(world, stage):
    stage.behaviour.broken_json = 500
    assert world.failed() == {"broken JSON explained"}


def test_an_unknown_path_with_amazons_own_answer_is_seen(world, stage):
    stage.behaviour.unknown_path = 403
    assert world.failed() == {"unknown path"}


def test_errors_that_are_no_problem_documents_are_seen(world, stage):
    stage.behaviour.problem_type = "application/json"
    assert world.failed() == {
        "missing identity refused",
        "wrong identity refused",
        "bad input explained",
        "broken JSON explained",
        "unknown path",
    }


@pytest.mark.parametrize("header", ["access-control-allow-origin", "access-control-allow-headers"])
def test_a_preflight_without_its_header_is_seen(world, stage, header):
    del stage.behaviour.preflight[header]
    assert world.failed() == {"CORS"}


def test_an_answer_without_cors_is_seen(world, stage):
    stage.behaviour.allow_origin = None
    assert "the answer of /predict" in world.run()["CORS"].expected


def test_a_refusal_without_cors_is_seen(world, stage):
    stage.behaviour.refusal_allow_origin = None
    assert "the refusal of /predict" in world.run()["CORS"].expected


def test_cors_for_another_origin_is_seen(world):
    assert world.failed(cors_origins=("https://another.example",)) == {"CORS"}


def test_cors_is_skipped_when_no_page_may_call(world):
    assert world.run(cors_origins=())["CORS"].status == "skipped"


def test_latency_over_the_budget_is_seen(world):
    results = world.run(budget=Budget(latency_ms=0.001, requests=3, warm_up_seconds=1))
    assert results["latency"].status == "failed"
    assert {name for name, result in results.items() if result.status == "failed"} == {"latency"}


@pytest.mark.parametrize("status", [403, 429, 502, 503, 504])
def test_a_stage_that_warms_up_is_waited_for(world, stage, status):
    stage.behaviour.warming = [status, status]
    results = world.run()
    assert results["stage answers"].found == "200 after 3 attempts"
    assert {result.status for result in results.values()} == {"passed"}


def test_nothing_is_retried_once_it_has_answered(world, stage):
    stage.behaviour.warming = [500]
    results = world.run()
    assert results["stage answers"].status == "failed"
    assert "(1 attempt)" in results["stage answers"].found


def test_a_stage_that_is_not_there_fails_at_the_deadline(world):
    ticks = iter(range(1000))
    results = world.run(client=StageClient("http://127.0.0.1:1/beta"), clock=lambda: next(ticks))
    assert results["stage answers"].status == "failed"
    assert "Connection" in results["stage answers"].found
    assert results["stage answers"].repair.startswith("is it deployed and reachable from here?")
    assert next(ticks) < 30


def test_a_private_api_that_does_not_answer_says_where_it_would(world):
    world.gateway.get_rest_api = lambda **_: {"endpointConfiguration": {"types": ["PRIVATE"]}}
    results = world.run(
        client=StageClient("http://127.0.0.1:1/beta"), budget=Budget(warm_up_seconds=0, requests=2)
    )
    assert "inside its VPC" in results["stage answers"].repair


# What is tested


def test_a_bare_url_skips_what_needs_outputs(stage, tmp_path):
    contract = tmp_path / "contract.json"
    contract.write_text(json.dumps(CONTRACT))
    subject = subject_of_url(stage.url, contract, Caller(KEY), Budget(requests=2))
    stage.behaviour.digest = subject.contract_digest
    checks = dict(CHECKS)
    assert checks["contract live"](subject).startswith("digest")
    assert checks["golden rows"](subject) == "2 rows on 1 routes"


def test_a_bare_url_says_why_aws_is_not_asked(stage, tmp_path):
    contract = tmp_path / "contract.json"
    contract.write_text(json.dumps(CONTRACT))
    results = {
        result.name: result
        for result in run_checks(subject_of_url(stage.url, contract, Caller(KEY), Budget()))
    }
    assert results["code"].status == "skipped"
    assert results["code"].found == "only a URL is known: without --url AWS is asked too"


def test_a_forgotten_key_is_named_and_not_waited_for(world, stage):
    stage.behaviour.warming = [403, 403]
    answers = world.run(caller=Caller())["stage answers"]
    assert answers.found == "none"
    assert answers.expected == "an API key for POST /predict, of kind api_key"
    assert answers.repair == "give --api-key KEY, or set API_KEY"
    assert len(stage.behaviour.warming) == 2


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


# How it is shown

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
