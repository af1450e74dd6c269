"""What a proof keeps survives what Terraform deletes, and goes when nobody needs it any more."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError

from scripts.rollback.keep import record_revision
from scripts.rollback.kept_endpoint import kept_prefix
from scripts.rollback.record import Parameter, RecordError
from scripts.rollback.tidy import forget
from scripts.smoke.record import record_results
from scripts.smoke.result import Result
from scripts.stack.proofs import forget_proofs
from scripts.stack.target import Target
from tests.functional.rollback_world import NAME, StackInMoto, deployed_stack, go_back

pytestmark = pytest.mark.functional


@pytest.fixture
def stack() -> Iterator[StackInMoto]:
    with deployed_stack() as made:
        yield made


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
