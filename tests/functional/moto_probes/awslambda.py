"""Lambda."""

import io
import json
import zipfile
from typing import Any

from tests.functional.moto_probes.probe import ACCOUNT, REGION, client, probe, refused

ROLE_POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})


def code(revision: int = 1) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("app.py", f"def handler(event, context): return {revision}")
    return content.getvalue()


def function(**more: Any) -> Any:
    client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=ROLE_POLICY)
    functions = client("lambda")
    functions.create_function(
        FunctionName="f",
        Runtime="python3.13",
        Handler="app.handler",
        Role="arn:aws:iam::123456789012:role/r",
        Code={"ZipFile": code()},
        Publish=True,
        **more,
    )
    return functions


@probe
def function_fields() -> None:
    functions = function(
        LoggingConfig={"LogFormat": "JSON", "LogGroup": "g"}, SnapStart={"ApplyOn": "PublishedVersions"}
    )
    functions.update_function_configuration(
        FunctionName="f", TracingConfig={"Mode": "Active"}, EphemeralStorage={"Size": 1024}
    )
    latest = functions.get_function_configuration(FunctionName="f")
    assert latest["LoggingConfig"] == {"LogFormat": "JSON", "LogGroup": "g"}
    assert latest["TracingConfig"] == {"Mode": "Active"}
    assert latest["EphemeralStorage"] == {"Size": 1024}
    key = "arn:aws:kms:eu-west-1:123456789012:key/1"
    assert functions.update_function_configuration(FunctionName="f", KMSKeyArn=key)["KMSKeyArn"] == key
    assert "KMSKeyArn" not in functions.update_function_configuration(FunctionName="f", KMSKeyArn="")
    published = functions.get_function_configuration(FunctionName="f", Qualifier="1")
    assert published["SnapStart"] == {"ApplyOn": "PublishedVersions", "OptimizationStatus": "On"}


@probe
def code_location() -> None:
    code = function().get_function(FunctionName="f")["Code"]
    assert code["Location"].startswith("http://127.0.0.1")


@probe
def function_copies() -> None:
    from copy import deepcopy

    from moto.awslambda.models import lambda_backends

    function()
    latest = lambda_backends[ACCOUNT][REGION]._lambdas._functions["f"]["latest"]
    assert deepcopy(latest).logs_backend is latest.logs_backend


@probe
def provisioned_concurrency() -> None:
    functions = function()
    where = {"FunctionName": "f", "Qualifier": "1"}
    functions.put_provisioned_concurrency_config(**where, ProvisionedConcurrentExecutions=2)
    ready = functions.get_provisioned_concurrency_config(**where)
    assert (ready["Status"], ready["AvailableProvisionedConcurrentExecutions"]) == ("READY", 2)
    functions.delete_provisioned_concurrency_config(**where)
    gone = refused(lambda: functions.get_provisioned_concurrency_config(**where))
    assert "ProvisionedConcurrencyConfigNotFoundException" in gone
    functions.publish_version(FunctionName="f", Description="a second one")
    weights = {"AdditionalVersionWeights": {"1": 0.5}}
    functions.create_alias(FunctionName="f", Name="split", FunctionVersion="1", RoutingConfig=weights)
    split = {"FunctionName": "f", "Qualifier": "split", "ProvisionedConcurrentExecutions": 1}
    assert "weights" in refused(lambda: functions.put_provisioned_concurrency_config(**split))
    functions.put_function_concurrency(FunctionName="f", ReservedConcurrentExecutions=1)
    more = {**where, "ProvisionedConcurrentExecutions": 2}
    assert "reserved" in refused(lambda: functions.put_provisioned_concurrency_config(**more))


@probe
def alias_without_weights() -> None:
    functions = function()
    functions.update_function_code(FunctionName="f", ZipFile=code(2), Publish=True)
    live = {"FunctionName": "f", "Name": "live"}
    functions.create_alias(**live, FunctionVersion="1")
    split = {"AdditionalVersionWeights": {"2": 0.5}}
    assert functions.update_alias(**live, RoutingConfig=split)["RoutingConfig"] == split
    whole = functions.update_alias(**live, RoutingConfig={"AdditionalVersionWeights": {}})
    assert "RoutingConfig" not in whole
    assert "RoutingConfig" not in functions.get_alias(**live)


@probe
def version_deletion() -> None:
    functions = function()
    for revision in (2, 3):
        functions.update_function_code(FunctionName="f", ZipFile=code(revision), Publish=True)
    weights = {"AdditionalVersionWeights": {"3": 0.5}}
    functions.create_alias(FunctionName="f", Name="live", FunctionVersion="2", RoutingConfig=weights)
    for version in ("2", "3"):
        text = refused(lambda: functions.delete_function(FunctionName="f", Qualifier=version))  # noqa: B023
        assert "ResourceConflictException" in text and "live" in text
    functions.delete_function(FunctionName="f", Qualifier="1")
    assert functions.get_alias(FunctionName="f", Name="live")["FunctionVersion"] == "2"
    functions.delete_alias(FunctionName="f", Name="live")
    functions.delete_function(FunctionName="f:2")
    left = functions.list_versions_by_function(FunctionName="f")["Versions"]
    assert [version["Version"] for version in left] == ["$LATEST", "3"]
    functions.create_alias(FunctionName="f", Name="live", FunctionVersion="3")
    functions.delete_function(FunctionName="f")
    assert "not found" in refused(lambda: functions.get_function(FunctionName="f"))


@probe
def code_signing() -> None:
    functions = function()
    profile = "arn:aws:signer:eu-west-1:123456789012:/signing-profiles/release/0123456789"
    made = functions.create_code_signing_config(
        AllowedPublishers={"SigningProfileVersionArns": [profile]},
        CodeSigningPolicies={"UntrustedArtifactOnDeployment": "Enforce"},
        Tags={"team": "bikes"},
    )["CodeSigningConfig"]
    arn = made["CodeSigningConfigArn"]
    functions.update_code_signing_config(CodeSigningConfigArn=arn, Description="who may sign")
    kept = functions.get_code_signing_config(CodeSigningConfigArn=arn)["CodeSigningConfig"]
    assert kept == made | {"Description": "who may sign"}
    functions.tag_resource(Resource=arn, Tags={"cost": "1"})
    functions.untag_resource(Resource=arn, TagKeys=["team"])
    assert functions.list_tags(Resource=arn)["Tags"] == {"cost": "1"}
    functions.put_function_code_signing_config(CodeSigningConfigArn=arn, FunctionName="f")
    assert functions.get_function_code_signing_config(FunctionName="f")["CodeSigningConfigArn"] == arn
    assert "in use" in refused(lambda: functions.delete_code_signing_config(CodeSigningConfigArn=arn))
    functions.delete_function_code_signing_config(FunctionName="f")
    functions.delete_code_signing_config(CodeSigningConfigArn=arn)
    assert "can't be found" in refused(lambda: functions.get_code_signing_config(CodeSigningConfigArn=arn))
