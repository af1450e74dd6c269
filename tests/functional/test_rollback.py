"""What a proof keeps survives what Terraform deletes, and a roll-back leads everything back to it."""

from collections.abc import Iterator
from dataclasses import replace
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from scripts.rollback.keep import record_revision
from scripts.rollback.kept_endpoint import kept_prefix
from scripts.rollback.live import RollbackError, find_aim, read_live
from scripts.rollback.record import Parameter, RecordError
from scripts.rollback.tidy import forget
from scripts.smoke.record import record_results
from scripts.smoke.result import Result
from scripts.stack.proofs import forget_proofs
from scripts.stack.target import Target
from tests.functional.rollback_world import BUCKET, NAME, StackInMoto

pytestmark = pytest.mark.functional


@pytest.fixture
def stack() -> Iterator[StackInMoto]:
    with mock_aws():
        made = StackInMoto()
        made.deploy()
        yield made


def go_back(stack: StackInMoto, *, close: bool = False, previous: bool = False) -> list[str]:
    """Roll back; the steps done, by what they change."""
    rollback = stack.rollback(previous=previous)
    return [step.what for step in rollback.perform(rollback.plan(close=close))]


def test_a_proof_keeps_copies_under_names_of_their_own(stack):
    stack.record()
    kept = stack.recorded().newest
    copy = stack.aws("sagemaker").describe_endpoint_config(EndpointConfigName=kept.endpoint.kept)
    (variant,) = copy["ProductionVariants"]
    assert variant["InitialInstanceCount"] == 2
    model = stack.aws("sagemaker").describe_model(ModelName=variant["ModelName"])
    assert model["PrimaryContainer"]["Environment"] == {"TOKEN": "hush"}
    assert model["EnableNetworkIsolation"] is True
    assert stack.aws("sagemaker").list_tags(ResourceArn=model["ModelArn"])["Tags"] == [
        {"Key": "project", "Value": "toy"}
    ]
    assert f"models/{NAME}/proven/" in model["PrimaryContainer"]["ModelDataUrl"]
    assert kept.api.kept != kept.api.deployment_id
    assert stack.runs()[0] == "toy-dev-1", "recording moves nothing"


def test_the_record_holds_no_secret_and_names_what_runs(stack):
    stack.record()
    text = stack.aws("ssm").get_parameter(Name="/model-endpoint-api/toy-dev/proven")["Parameter"]["Value"]
    assert "hush" not in text
    newest = stack.recorded().newest
    assert (newest.endpoint.configuration, newest.function.version, newest.commit) == (
        "toy-dev-1",
        "1",
        "c0ffee",
    )
    assert newest.asked == {
        "api_url": "https://example",
        "api_key_ids": {"demo": "k1"},
        "cors_allow_origins": ["https://a.example"],
    }


def test_the_same_twice_changes_nothing(stack):
    stack.record()
    before, first = stack.names(), stack.recorded()
    assert "has it since" in stack.record("another")
    assert (stack.names(), stack.recorded()) == (before, first)


def smoke_test(stack: StackInMoto, status: str) -> Result:
    """The row that ends a smoke test of the stack, whose one check had this status."""
    subject = SimpleNamespace(outputs=stack.outputs, aws=stack.aws)
    return record_results(subject, NAME, [Result("golden rows", status, 0.0, "")])  # type: ignore[arg-type]


def test_a_smoke_test_records_what_passes_and_nothing_else(stack):
    assert smoke_test(stack, "failed").status == "skipped"
    assert stack.parameter.read() is None
    assert smoke_test(stack, "passed").status == "passed"
    assert stack.recorded().newest.function.version == "1"


def test_what_is_not_recorded_is_a_warning_that_names_the_permission(stack, monkeypatch):
    def refuse(**_):
        raise ClientError({"Error": {"Code": "AccessDenied", "Message": "not you"}}, "PutParameter")

    monkeypatch.setattr(stack.aws("ssm"), "put_parameter", refuse)
    row = smoke_test(stack, "passed")
    assert (row.status, row.found) == ("warning", "AccessDenied: not you")
    assert "PutParameter" in row.repair and "docs/rollback.md" in row.repair


def test_what_was_kept_and_is_lost_is_kept_again(stack):
    stack.record()
    lost = stack.recorded().newest.endpoint.kept
    stack.aws("sagemaker").delete_endpoint_config(EndpointConfigName=lost)
    stack.record()
    again = stack.recorded()
    assert again.newest.endpoint.kept != lost
    assert again.previous is None


def test_a_definition_that_is_not_deployed_is_not_recorded(stack):
    stack.record()
    before = stack.recorded()
    api = stack.outputs["rest_api_id"]
    stack.deploy()
    root = next(
        r["id"] for r in stack.aws("apigateway").get_resources(restApiId=api)["items"] if r["path"] == "/"
    )
    stack.aws("apigateway").put_method(
        restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE"
    )
    stack.aws("apigateway").put_integration(restApiId=api, resourceId=root, httpMethod="GET", type="MOCK")
    with pytest.raises(RecordError, match=r"\(GET /\).*make apply"):
        stack.record()
    assert stack.recorded() == before


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


def test_the_previous_revision_is_kept_and_the_one_before_is_not(stack):
    for _ in range(3):
        stack.record()
        stack.deploy()
    stack.record()
    record = stack.recorded()
    kept = {revision.endpoint.kept for revision in record.revisions}
    names = stack.names()
    assert names["configurations"] == {"toy-dev-4", *kept}
    assert len(names["models"]) == 3
    assert names["deployments"] == {stack.outputs["deployment_id"], *(r.api.kept for r in record.revisions)}
    assert len(names["objects"]) == 3
    assert go_back(stack, previous=True) == ["endpoint", "alias", "API stage"]
    assert stack.runs()[0] == record.previous.endpoint.kept


def test_what_runs_is_not_tidied_away(stack):
    stack.record()
    stack.deploy()
    go_back(stack)
    running = stack.runs()
    forget(stack.aws, NAME)
    assert stack.runs() == running
    assert running[0] in stack.names()["configurations"]
    assert running[2] in stack.names()["deployments"]
    assert stack.parameter.read() is None


def test_forgetting_for_destroy_leaves_an_empty_bucket(stack):
    stack.record()
    stack.deploy()
    go_back(stack)
    forget(stack.aws, NAME, in_use_too=True)
    assert not [key for key in stack.names()["objects"] if "/proven/" in key]
    assert not [
        name for kind in ("models", "configurations") for name in stack.names()[kind] if "proven" in name
    ]
    assert forget(stack.aws, NAME) is None


def test_models_behind_one_api_keep_what_each_proved(stack):
    """A proof, or the end, of one model leaves the other's deployments alone."""
    other = f"{NAME}/churn"
    for name in (NAME, other):
        record_revision(stack.aws, stack.outputs, name, commit="c0ffee")
    kept = Parameter(stack.aws("ssm"), other).read()
    assert kept is not None
    others = kept.newest.api.kept
    stack.deploy()
    stack.record()
    assert others in stack.names()["deployments"]
    forget(stack.aws, NAME)
    assert others in stack.names()["deployments"]
    assert Parameter(stack.aws("ssm"), other).read()
    forget(stack.aws, other)
    assert stack.names()["deployments"] == {stack.outputs["deployment_id"]}


def test_destroy_forgets_every_model_and_says_which_it_could_not(stack, monkeypatch, capsys):
    for name in (NAME, f"{NAME}/churn", f"{NAME}/price"):
        record_revision(stack.aws, stack.outputs, name, commit="c0ffee")
    stack.aws("ssm").put_parameter(Name=f"/model-endpoint-api/{NAME}/churn/proven", Value="?", Overwrite=True)
    monkeypatch.setattr("scripts.smoke.subject.clients_of", lambda _: stack.aws)
    toy = Target("toy", "dev", "aws")
    assert forget_proofs(toy, {"models": {"churn": {}, "price": {}}})
    assert stack.parameter.read() is None
    assert Parameter(stack.aws("ssm"), f"{NAME}/price").read() is None
    said = capsys.readouterr().err
    assert "What smoke tests kept of churn in dev is left behind" in said
    assert "make rollback STACK=toy ENV=dev ON=aws ARGS='--forget --model churn'" in said
    assert not forget_proofs(toy, {})


def test_copies_of_long_names_are_told_apart():
    """Those of two environments may differ at their ends alone, beyond what a copy's name holds."""
    long = "customer-lifetime-value-regression-of-europe"
    prefixes = {kept_prefix(f"{long}-{env}") for env in ("dev", "prod")}
    assert len(prefixes) == 2
    assert all(len(prefix) + 12 + len("-10") <= 63 for prefix in prefixes)
    assert kept_prefix("bike-rental-dev") == "bike-rental-dev-proven-"


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
