"""The smoke test sees what runs on the platform: broken in one thing, it goes red naming that thing."""

import pytest
from botocore.exceptions import ClientError

from tests.functional.smoke_world import CONTRACT

pytestmark = pytest.mark.functional


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


def test_an_alias_left_on_an_old_version_is_seen(world, smoke_stage):
    new = world.publish(b"2")
    world.outputs |= {"function_version": new["Version"], "function_code_sha256": new["CodeSha256"]}
    smoke_stage.behaviour.version = new["Version"]
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


def test_a_function_that_calls_another_endpoint_is_seen(world, smoke_stage):
    new = world.publish(b"1", ENDPOINT_NAME="someone-elses")
    world.functions.update_alias(FunctionName="toy-dev", Name="live", FunctionVersion=new["Version"])
    world.outputs["function_version"] = smoke_stage.behaviour.version = new["Version"]
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
