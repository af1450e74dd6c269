"""A roll-back leads everything back to what was proven, waits, and closes the stage where it must."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from botocore.exceptions import ClientError

from scripts.rollback.live import RollbackError, find_aim, read_live
from tests.functional.rollback_world import BUCKET, NAME, StackInMoto, deployed_stack, go_back

pytestmark = pytest.mark.functional


@pytest.fixture
def stack() -> Iterator[StackInMoto]:
    with deployed_stack() as made:
        yield made


def test_back_after_terraform_deleted_everything_old(stack):
    stack.record()
    good = stack.recorded().newest
    stack.deploy("/predict", "/other")
    assert go_back(stack) == ["endpoint", "alias", "API stage"]
    assert stack.runs() == (good.endpoint.kept, "1", good.api.kept)
    model = stack.aws("sagemaker").describe_endpoint_config(EndpointConfigName=good.endpoint.kept)
    url = stack.aws("sagemaker").describe_model(ModelName=model["ProductionVariants"][0]["ModelName"])[
        "PrimaryContainer"
    ]["ModelDataUrl"]
    body = stack.aws("s3").get_object(Bucket=BUCKET, Key=url.removeprefix(f"s3://{BUCKET}/"))["Body"].read()
    assert body == b"1", "the artifact of the first revision"
    assert go_back(stack) == [], "there is nothing left to do"


def test_what_terraform_made_is_used_while_it_is_there(stack):
    stack.record()
    sagemaker = stack.aws("sagemaker")
    model = sagemaker.describe_endpoint_config(EndpointConfigName="toy-dev-1")["ProductionVariants"]
    sagemaker.create_endpoint_config(EndpointConfigName="bad", ProductionVariants=model)
    sagemaker.update_endpoint(EndpointName=NAME, EndpointConfigName="bad")
    assert go_back(stack) == ["endpoint"]
    assert stack.runs()[0] == "toy-dev-1"


def test_several_variants_come_back(stack):
    stack.deploy(variants=3)
    stack.record()
    stack.deploy()
    go_back(stack)
    variants = stack.aws("sagemaker").describe_endpoint(EndpointName=NAME)["ProductionVariants"]
    assert [variant["VariantName"] for variant in variants] == ["v0", "v1", "v2"]


def test_a_route_that_went_is_permitted_again_until_the_next_proof(stack):
    stack.deploy("/predict", "/gone")
    stack.record()
    stack.deploy("/predict")
    assert go_back(stack) == ["endpoint", "permissions", "alias", "API stage"]
    policy = stack.aws("lambda").get_policy(FunctionName=NAME, Qualifier="live")["Policy"]
    assert "beta/POST/gone" in policy and "rollback-" in policy
    assert read_live(stack.aws, stack.recorded().newest).missing_calls == ()

    stack.deploy("/predict", "/gone")  # Terraform's own statement has another id
    stack.record()
    policy = stack.aws("lambda").get_policy(FunctionName=NAME, Qualifier="live")["Policy"]
    assert "beta/POST/gone" in policy and "rollback-" not in policy


def test_weights_and_canary_are_removed(stack):
    stack.record()
    newer = stack.aws("lambda").publish_version(FunctionName=NAME, Description="x")["Version"]
    stack.aws("lambda").update_alias(
        FunctionName=NAME, Name="live", RoutingConfig={"AdditionalVersionWeights": {newer: 0.5}}
    )
    api = {"restApiId": stack.outputs["rest_api_id"], "stageName": "beta"}
    other = stack.aws("apigateway").create_deployment(restApiId=api["restApiId"])["id"]
    canary = [
        {"op": "replace", "path": "/canarySettings/percentTraffic", "value": "10"},
        {"op": "replace", "path": "/canarySettings/deploymentId", "value": other},
    ]
    stack.aws("apigateway").update_stage(**api, patchOperations=canary)
    assert go_back(stack) == ["alias", "API stage"]
    alias = stack.aws("lambda").get_alias(FunctionName=NAME, Name="live")
    assert not (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights")
    assert "canarySettings" not in stack.aws("apigateway").get_stage(**api)


def test_the_stage_is_closed_while_function_and_model_do_not_belong_together(stack):
    stack.record()
    stack.deploy()
    rollback = stack.rollback()
    plan = rollback.plan(close=True)
    seen = [(step.what, stack.limits()) for step in rollback.perform(plan)]
    shut, free = (0.0, 0), (50.0, 100)
    assert seen == [
        ("stage", shut),
        ("endpoint", shut),
        ("alias", shut),
        ("API stage", shut),
        ("stage", free),
    ]
    assert not stack.recorded().closed


def test_an_update_that_sagemaker_rolls_back_opens_the_stage_again(stack, monkeypatch):
    stack.record()
    bad = stack.deploy()
    rollback = stack.rollback()
    monkeypatch.setattr(stack.aws("sagemaker"), "update_endpoint", lambda **_: None)  # ends where it began
    with pytest.raises(
        RollbackError, match=r"did not come up on toy-dev-proven-\w+: it is InService on toy-dev-2"
    ):
        list(rollback.perform(rollback.plan(close=True)))
    assert stack.runs() == ("toy-dev-2", bad["function_version"], bad["deployment_id"])
    assert stack.limits() == (50.0, 100)


def test_half_way_the_stage_stays_closed_and_a_second_run_goes_on(stack, monkeypatch):
    stack.record()
    stack.deploy()
    rollback = stack.rollback()
    with monkeypatch.context() as patch:
        denied = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "UpdateAlias")

        def refuse(**_):
            raise denied

        patch.setattr(stack.aws("lambda"), "update_alias", refuse)
        with pytest.raises(ClientError):
            list(rollback.perform(rollback.plan(close=True)))
    assert stack.limits() == (0.0, 0)
    assert go_back(stack, close=True) == ["alias", "API stage", "stage"]
    assert stack.limits() == (50.0, 100)


def test_an_update_under_way_is_waited_for(stack, monkeypatch):
    stack.record()
    stack.deploy()
    rollback = stack.rollback()
    describe, statuses = stack.aws("sagemaker").describe_endpoint, ["Updating", "Updating"]
    monkeypatch.setattr(
        stack.aws("sagemaker"),
        "describe_endpoint",
        lambda **k: {**describe(**k), **({"EndpointStatus": statuses.pop()} if statuses else {})},
    )
    list(rollback.perform(rollback.plan(close=False)))
    assert rollback.clock.now() > 0
    assert stack.runs()[0] == stack.recorded().newest.endpoint.kept


def test_the_counts_that_run_are_kept_where_sagemaker_takes_that(stack, monkeypatch):
    stack.record()
    stack.deploy()
    update, asked = stack.aws("sagemaker").update_endpoint, []

    def refuse_counts(**request):
        asked.append(sorted(request))
        if "RetainAllVariantProperties" in request:
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "no"}}, "UpdateEndpoint")
        return update(**request)

    monkeypatch.setattr(stack.aws("sagemaker"), "update_endpoint", refuse_counts)
    assert go_back(stack) == ["endpoint", "alias", "API stage"]
    plain = ["EndpointConfigName", "EndpointName"]
    assert asked == [
        [*plain[:1], "EndpointName", "ExcludeRetainedVariantProperties", "RetainAllVariantProperties"],
        plain,
    ]


def test_a_red_alarm_of_the_roll_out_does_not_stop_the_way_back(stack, monkeypatch):
    stack.record()
    stack.deploy()
    sagemaker, cloudwatch = stack.aws("sagemaker"), stack.aws("cloudwatch")
    cloudwatch.put_metric_alarm(
        AlarmName="errors",
        MetricName="m",
        Namespace="n",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1.0,
        ComparisonOperator="GreaterThanThreshold",
        Statistic="Sum",
    )
    how = {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "errors"}]}}
    describe, update, retained = sagemaker.describe_endpoint, sagemaker.update_endpoint, []

    def note(**request):
        retained.append(request.get("RetainDeploymentConfig"))
        return update(**request)

    monkeypatch.setattr(
        sagemaker, "describe_endpoint", lambda **k: {**describe(**k), "LastDeploymentConfig": how}
    )
    monkeypatch.setattr(sagemaker, "update_endpoint", note)
    for state in ("ALARM", "OK"):
        cloudwatch.set_alarm_state(AlarmName="errors", StateValue=state, StateReason="a test")
        update(EndpointName=NAME, EndpointConfigName="toy-dev-2")
        go_back(stack)
    assert retained == [None, True]


def test_a_deadline_ends_the_wait(stack, monkeypatch):
    stack.record()
    stack.deploy()
    rollback = replace(stack.rollback(), timeout=60.0)
    describe = stack.aws("sagemaker").describe_endpoint
    monkeypatch.setattr(
        stack.aws("sagemaker"),
        "describe_endpoint",
        lambda **k: {**describe(**k), "EndpointStatus": "Updating"},
    )
    with pytest.raises(RollbackError, match="still Updating after 6"):
        list(rollback.perform(rollback.plan(close=False)))


def test_what_is_gone_is_named_with_what_to_do(stack):
    stack.record()
    stack.deploy()
    newest = stack.recorded().newest
    stack.aws("sagemaker").delete_endpoint_config(EndpointConfigName=newest.endpoint.kept)
    with pytest.raises(RollbackError, match=r"toy-dev-proven-.*\n.*make train apply"):
        find_aim(stack.aws, newest)
    lost = replace(newest, function=replace(newest.function, version="99"))
    with pytest.raises(RollbackError, match=r"Version 99 of toy-dev is gone"):
        find_aim(stack.aws, lost)
