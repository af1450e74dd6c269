"""Eight bad roll-outs: which layer catches each, what the operator reads, and what serves meanwhile.

docs/runbook.md has the same eight for people. What is changed here is put back.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from scripts.packaging.target import parse_target
from scripts.smoke.result import Result
from scripts.smoke.subject import Budget
from scripts.terraform import TerraformError
from scripts.training.artifact import write_artifact
from tests.checkout import Checkout
from tests.deployed_stack import DeployedStack, failed, messages
from tests.e2e.test_redeploys import build
from tests.functional.sagemaker_stage import wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("changes")]

CONTRACT = "models/bike-rental/contract.json"
SETTINGS = "infra/stacks/bike-rental/env/dev.tfvars"
RESPOND = ("lambda/scoring/respond.py", '"Retry-After"', '"retry-after"')
SHIFTED = """
function = {
  environment = { REVISION = "bad" }
  shift       = { canary = { percent = 50, wait_seconds = 120 } }
}
"""
VERIFY = 'module.endpoint.terraform_data.verify["endpoint"]'
IMPATIENT = Budget(latency_ms=20_000.0, requests=3, warm_up_seconds=1.0)
"""What is broken is not waited for; speed is not the matter here."""
UNANSWERED = {"stage answers", "golden rows", "CORS", "latency"}
"""The checks that need a prediction."""
FIRST_LINE = 'environment = "dev"\n'


def served(stack: DeployedStack) -> tuple[int, Any, str, str]:
    """What a client is answered now, by which version of the function and which configuration."""
    reply = stack.post(stack.golden_request())
    endpoint = stack.aws("sagemaker").describe_endpoint(EndpointName=stack.outputs["endpoint_name"])
    version = reply.headers.get("x-function-version", "")
    return reply.status, reply.json(), version, endpoint["EndpointConfigName"]


@contextmanager
def serving_as_before(stack: DeployedStack) -> Iterator[None]:
    """What served before serves after, to the letter."""
    before = served(stack)
    assert before[0] == 200
    yield
    assert served(stack) == before


def roll_out(stack: DeployedStack) -> None:
    """Apply without looking at what is there first, which no change here needs: half the time."""
    assert stack.plan(refresh=False)
    terraform = stack.checkout.terraform(stack.stack, stack.env)
    terraform.apply(stack.checkout.root / "build" / "test.tfplan")
    stack.outputs = terraform.outputs()


@contextmanager
def serving_the_same_answers(stack: DeployedStack) -> Iterator[None]:
    """Afterwards all is well again, whatever happened in between."""
    before = served(stack)[:2]
    yield
    assert served(stack)[:2] == before
    assert red(stack) == {}


def refused(stack: DeployedStack, command: str = "plan") -> str:
    """What a command of the operator says that must fail."""
    return stack.checkout.python("-m", "scripts.stack", command, *stack.target, expect=1).stderr


def red(stack: DeployedStack) -> dict[str, Result]:
    """The checks of the smoke test that fail."""
    results = stack.smoke_test(budget=IMPATIENT)
    return {name: results[name] for name in failed(results)}


def artifact_of(checkout: Checkout) -> Path:
    return checkout.root / "build/bike-rental/model.tar.gz"


@contextmanager
def kept(*files: Path) -> Iterator[None]:
    """Afterwards the files are as they were."""
    contents = {file: file.read_bytes() for file in files}
    try:
        yield
    finally:
        for file, content in contents.items():
            file.write_bytes(content)


# 1. Wrong artifact


def test_an_artifact_that_train_did_not_write_is_refused_by_the_plan(bike_rental: DeployedStack) -> None:
    """Another model's file at the right place: nothing is uploaded."""
    artifact = artifact_of(bike_rental.checkout)
    with serving_as_before(bike_rental), kept(artifact):
        write_artifact(artifact, {"xgboost-model": b"another model's"})
        with pytest.raises(
            TerraformError, match=r"another one than was trained.*make train MODEL=bike-rental"
        ):
            bike_rental.plan(refresh=False)


@pytest.mark.slow
def test_a_model_with_other_numbers_is_seen_by_the_smoke_test(bike_rental: DeployedStack) -> None:
    """Planned and applied like any other; the contract's examples tell."""
    with serving_the_same_answers(bike_rental):
        with bike_rental.checkout.edited("models/bike-rental/train.py", "ROUNDS = 150", "ROUNDS = 20"):
            build(bike_rental, "train")
        try:
            roll_out(bike_rental)
            results = red(bike_rental)
        finally:
            build(bike_rental, "train")
            roll_out(bike_rental)
    assert set(results) == {"golden rows"}
    assert "POST /" in results["golden rows"].expected
    assert re.match(r"[\d.]+ at /0, not 371\.05", results["golden rows"].found)
    assert "make rollback" in results["golden rows"].repair


# 2. and 4. The endpoint does not come up on the new configuration


@pytest.mark.slow
def test_an_endpoint_that_does_not_come_up_fails_the_apply(bike_rental: DeployedStack) -> None:
    """A model that can't be loaded; then the good one, which SageMaker rolls back; then green."""
    checkout = bike_rental.checkout
    with serving_the_same_answers(bike_rental):
        write_artifact(artifact_of(checkout), {"xgboost-model": b"\0"}, checkout.root / CONTRACT)
        with serving_as_before(bike_rental):
            said = refused(bike_rental, "apply")
        assert "rolled back: it still serves its earlier configuration" in said
        assert "before it passed the ping health check" in said
        assert f"logs      /aws/sagemaker/Endpoints/{bike_rental.outputs['endpoint_name']}" in said
        assert "Nothing was deleted" in said
        assert bike_rental.plan(refresh=False)[VERIFY] == "replace", "until it is mended, each plan says so"

        build(bike_rental, "train")
        fault = {"kind": "failed_rollout", "message": "no capacity for the fleet", "times": 1}
        with serving_as_before(bike_rental), bike_rental.faults(fault):
            said = refused(bike_rental, "apply")
        assert "rolled back: it still serves its earlier configuration" in said
        assert "reason    no capacity for the fleet" in said
        assert "repair    mend the cause or go back to the earlier artifact" in said
        roll_out(bike_rental)


# 3. An alarm goes off


@pytest.mark.slow
def test_an_alarm_during_a_roll_out_fails_the_apply(bike_rental: DeployedStack) -> None:
    """Half of the calls have gone to the new version; all come back."""
    alarm = f"{bike_rental.outputs['function_name']}-function-errors"
    functions, cloudwatch = bike_rental.aws("lambda"), bike_rental.aws("cloudwatch")
    name = bike_rental.outputs["function_name"]

    def weights() -> Any:
        alias = functions.get_alias(FunctionName=name, Name="live")
        return (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights")

    def set_alarm(state: str) -> None:
        cloudwatch.set_alarm_state(AlarmName=alarm, StateValue=state, StateReason="a test")

    with serving_the_same_answers(bike_rental):
        said: list[str] = []
        settings = bike_rental.checkout.edited(SETTINGS, FIRST_LINE, FIRST_LINE + SHIFTED)
        with serving_as_before(bike_rental), settings:
            applying = threading.Thread(target=lambda: said.append(refused(bike_rental, "apply")))
            applying.start()
            wait_for(lambda: weights() or not applying.is_alive(), 180)
            while applying.is_alive():  # the stage keeps a state that was set for a minute
                set_alarm("ALARM")
                applying.join(10)
        set_alarm("OK")
        assert f"alarm {alarm} is in state ALARM" in said[0]
        assert not weights()
        roll_out(bike_rental)


# 5. Stale zip


def test_code_that_was_changed_and_not_packaged_is_refused(bike_rental: DeployedStack) -> None:
    """Terraform sees no difference, so the command looks, and so does the smoke test."""
    with serving_as_before(bike_rental), bike_rental.checkout.edited(*RESPOND):
        for command in ("plan", "apply"):
            said = refused(bike_rental, command)
            assert "was built from other code than lambda/ holds here" in said
            assert "make package MODEL=bike-rental ON=local" in said
        assert bike_rental.plan(refresh=False) == {}, "Terraform alone would have deployed nothing, in green"
        results = red(bike_rental)
    assert set(results) == {"code"}
    assert "make package apply" in results["code"].repair


def test_a_zip_of_another_checkout_is_refused(bike_rental: DeployedStack) -> None:
    """Whole, with its manifest, of the same contract, and yet of other code."""
    try:
        with bike_rental.checkout.edited(*RESPOND):
            build(bike_rental, "package")
        assert "was built from other code than lambda/ holds here" in refused(bike_rental)
    finally:
        build(bike_rental, "package")


def test_a_zip_that_is_not_its_manifests_is_refused_by_the_plan(bike_rental: DeployedStack) -> None:
    """One was copied without the other."""
    zip_name = f"function-{parse_target('local').name}.zip"  # others may lie beside the stage's
    archive = bike_rental.checkout.root / "build/bike-rental" / zip_name
    with kept(archive), pytest.raises(TerraformError, match=r"describes other bytes than package\.zip holds"):
        archive.write_bytes(archive.read_bytes() + b"\0")
        bike_rental.plan(refresh=False)


def test_a_contract_that_was_changed_and_not_built_is_refused_by_the_plan(bike_rental: DeployedStack) -> None:
    """Zip and document are both named, with their commands."""
    with (
        bike_rental.checkout.edited(CONTRACT, '"version": "1.0.0"', '"version": "1.0.9"'),
        pytest.raises(TerraformError) as caught,
    ):
        bike_rental.plan(refresh=False)
    said = str(caught.value) + caught.value.details
    assert "python -m scripts.package bike-rental" in said
    assert "python -m scripts.openapi bike-rental" in said


# 6. API changed but not deployed


@pytest.mark.slow
def test_a_stage_on_another_deployment_is_seen_by_plan_and_smoke_test(bike_rental: DeployedStack) -> None:
    """Put back by hand, or by a roll-back that nobody told Terraform of."""
    gateway, api = bike_rental.aws("apigateway"), bike_rental.outputs["rest_api_id"]

    def serve(deployment: str) -> None:
        change = [{"op": "replace", "path": "/deploymentId", "value": deployment}]
        gateway.update_stage(
            restApiId=api, stageName=bike_rental.outputs["stage_name"], patchOperations=change
        )

    other = gateway.create_deployment(restApiId=api)["id"]
    with serving_as_before(bike_rental):
        serve(other)
        try:
            results, planned = red(bike_rental), bike_rental.plan()
        finally:
            serve(bike_rental.outputs["deployment_id"])
            gateway.delete_deployment(restApiId=api, deploymentId=other)
    assert set(results) == {"newest API deployed"}
    assert results["newest API deployed"].found == other
    assert planned == {'module.api_gateway["api"].aws_api_gateway_stage.this': "update"}


def test_an_api_that_was_edited_by_hand_serves_as_before_until_someone_deploys_it(
    bike_rental: DeployedStack,
) -> None:
    """Then the smoke test sees a deployment that is not Terraform's."""
    gateway, api = bike_rental.aws("apigateway"), bike_rental.outputs["rest_api_id"]
    stage = bike_rental.outputs["stage_name"]
    resources = gateway.get_resources(restApiId=api, limit=500)["items"]
    root = next(resource["id"] for resource in resources if resource["path"] == "/")
    added = {
        "restApiId": api,
        "resourceId": gateway.create_resource(restApiId=api, parentId=root, pathPart="x")["id"],
    }
    deployments = []
    with serving_as_before(bike_rental):
        try:
            gateway.put_method(**added, httpMethod="POST", authorizationType="NONE")
            gateway.put_integration(**added, httpMethod="POST", type="MOCK")
            assert served(bike_rental)[0] == 200
            assert red(bike_rental) == {}
            deployments.append(gateway.create_deployment(restApiId=api, stageName=stage)["id"])
            results = red(bike_rental)
        finally:
            gateway.delete_resource(**added)
            change = {"op": "replace", "path": "/deploymentId", "value": bike_rental.outputs["deployment_id"]}
            gateway.update_stage(restApiId=api, stageName=stage, patchOperations=[change])
            for deployment in deployments:
                gateway.delete_deployment(restApiId=api, deploymentId=deployment)
    assert set(results) == {"newest API deployed"}
    assert results["newest API deployed"].found == deployments[0]


# 7. Contract and model disagree

DISAGREEMENTS: dict[str, Callable[[list[Any]], Any]] = {
    "one feature less": lambda features: features.remove("windspeed"),
    "another order": lambda features: features.insert(0, features.pop(1)),
    "another preprocessing": lambda features: features[-1]["parts"].reverse(),
}


@pytest.mark.parametrize("change", DISAGREEMENTS.values(), ids=DISAGREEMENTS)
def test_features_that_the_model_does_not_know_are_refused_by_the_plan(
    bike_rental: DeployedStack, change: Callable[[list[Any]], Any]
) -> None:
    """Built or not: the model was trained on others."""
    file = bike_rental.checkout.root / CONTRACT
    contract = json.loads(file.read_text())
    change(contract["features"])
    with (
        kept(file),
        pytest.raises(TerraformError, match=r"trained on other features.*make train MODEL=bike-rental"),
    ):
        file.write_text(json.dumps(contract))
        bike_rental.plan(refresh=False)


def test_another_transform_of_the_target_is_seen_by_the_smoke_test(bike_rental: DeployedStack) -> None:
    """The model gives logarithms, and the contract takes them for counts."""
    expm1, nothing = '{"operation": "expm1"}', '{"operation": "scale", "factor": 1}'
    with serving_the_same_answers(bike_rental):
        try:
            with bike_rental.checkout.edited(CONTRACT, expm1, nothing):
                build(bike_rental, "package", "openapi")
                roll_out(bike_rental)
                results = red(bike_rental)
        finally:
            build(bike_rental, "package", "openapi")
            roll_out(bike_rental)
    assert set(results) == {"golden rows"}
    assert "output steps" in results["golden rows"].repair


# 8. Missing permission


def test_a_function_that_may_not_invoke_the_endpoint_is_seen(bike_rental: DeployedStack) -> None:
    """503 for clients, the reason in the log, red in the smoke test, and the plan makes the policy again."""
    iam, logs, role = (
        bike_rental.aws("iam"),
        bike_rental.aws("logs"),
        f"{bike_rental.outputs['function_name']}-lambda",
    )
    policy = iam.get_role_policy(RoleName=role, PolicyName="invoke")["PolicyDocument"]
    group = bike_rental.outputs["log_group_names"]["function"]
    with serving_as_before(bike_rental):
        iam.delete_role_policy(RoleName=role, PolicyName="invoke")
        try:
            reply, results, planned = served(bike_rental), red(bike_rental), bike_rental.plan()
            wait_for(lambda: any("AccessDeniedException" in text for text in events(logs, group)))
        finally:
            iam.put_role_policy(RoleName=role, PolicyName="invoke", PolicyDocument=json.dumps(policy))
    assert (reply[0], reply[1]["code"], reply[1]["retryable"]) == (503, "model_unavailable", False)
    assert set(results) == UNANSWERED
    assert "503" in results["stage answers"].found
    assert planned == {'module.iam.aws_iam_role_policy.lambda["lambda"]': "create"}


def events(logs: Any, group: str) -> Sequence[str]:
    return messages(
        logs.filter_log_events(logGroupName=group, filterPattern="AccessDeniedException")["events"]
    )


def test_an_api_that_may_not_call_the_function_is_seen(bike_rental: DeployedStack) -> None:
    """500 for clients, red in the smoke test, and the plan makes the permissions again."""
    functions = bike_rental.aws("lambda")
    alias = {"FunctionName": bike_rental.outputs["function_name"], "Qualifier": "live"}
    statements = json.loads(functions.get_policy(**alias)["Policy"])["Statement"]
    mine = [statement for statement in statements if statement["Resource"].endswith(":live")]
    with serving_as_before(bike_rental):
        for statement in mine:
            functions.remove_permission(**alias, StatementId=statement["Sid"])
        try:
            status, results, planned = served(bike_rental)[0], red(bike_rental), bike_rental.plan()
        finally:
            for statement in mine:
                conditions = statement["Condition"]
                functions.add_permission(
                    **alias,
                    StatementId=statement["Sid"],
                    Action=statement["Action"],
                    Principal=statement["Principal"]["Service"],
                    SourceArn=conditions["ArnLike"]["AWS:SourceArn"],
                    SourceAccount=conditions["StringEquals"]["AWS:SourceAccount"],
                )
    assert status == 500
    assert set(results) >= UNANSWERED
    assert set(planned.values()) == {"create"}, planned
    assert len(planned) == len(mine), planned
    assert all("aws_lambda_permission" in address for address in planned)
    assert bike_rental.plan() == {}
