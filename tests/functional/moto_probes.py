"""One probe per correction of moto: it passes on corrected moto and fails on stock moto.

`test_corrections.py` runs this file twice, each time in a process of its own, with and without `--corrected`.
It prints a JSON object: name of the correction → "ok" or what went wrong.
"""

import io
import json
import sys
import zipfile
from collections.abc import Callable
from typing import Any

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

REGION = "eu-west-1"
ROLE_POLICY = json.dumps({"Version": "2012-10-17", "Statement": []})

PROBES: dict[str, Callable[[], None]] = {}


def probe(function: Callable[[], None]) -> Callable[[], None]:
    PROBES[function.__name__] = function
    return function


def client(service: str) -> Any:
    return boto3.client(
        service, region_name=REGION, aws_access_key_id="testing", aws_secret_access_key="testing"
    )


def refused(call: Callable[[], Any]) -> str:
    """The error's text; the call must be refused."""
    try:
        call()
    except ClientError as error:
        return str(error)
    raise AssertionError("the call was accepted")


# application auto scaling, cloudwatch, s3


@probe
def autoscaling_tags() -> None:
    scaling = client("application-autoscaling")
    arn = scaling.register_scalable_target(
        ServiceNamespace="sagemaker",
        ResourceId="endpoint/e/variant/v",
        ScalableDimension="sagemaker:variant:DesiredInstanceCount",
        MinCapacity=1,
        MaxCapacity=2,
        Tags={"team": "bikes"},
    )["ScalableTargetARN"]
    scaling.tag_resource(ResourceARN=arn, Tags={"cost": "1"})
    scaling.untag_resource(ResourceARN=arn, TagKeys=["team"])
    assert scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"cost": "1"}


@probe
def composite_alarms() -> None:
    cloudwatch = client("cloudwatch")
    cloudwatch.put_composite_alarm(AlarmName="any", AlarmRule='ALARM("a") OR ALARM("b")')
    (alarm,) = cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]
    assert alarm["AlarmRule"] == 'ALARM("a") OR ALARM("b")'


def versioned_bucket() -> Any:
    s3 = client("s3")
    s3.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket="bucket", VersioningConfiguration={"Status": "Enabled"})
    return s3


@probe
def delete_markers() -> None:
    from moto.s3.models import s3_backends

    s3 = versioned_bucket()
    s3.put_object(Bucket="bucket", Key="k", Body=b"1")
    s3.delete_object(Bucket="bucket", Key="k")
    s3_backends["123456789012"]["aws"].buckets["bucket"].keys.pop("k")


@probe
def conditional_deny() -> None:
    from moto.iam.access_control import IAMPolicyStatement, PermissionResult

    tls_only = {
        "Effect": "Deny",
        "Action": "s3:*",
        "Resource": "arn:aws:s3:::b/*",
        "Principal": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    judged = IAMPolicyStatement(tls_only).is_action_permitted("s3:GetObject", "arn:aws:s3:::b/k")
    assert judged is PermissionResult.NEUTRAL


# sagemaker


def sagemaker_model(name: str = "m", **more: Any) -> Any:
    sagemaker = client("sagemaker")
    sagemaker.create_model(
        ModelName=name,
        ExecutionRoleArn="arn:aws:iam::123456789012:role/r",
        PrimaryContainer={"Image": "1.dkr.ecr.eu-west-1.amazonaws.com/i:1"},
        **more,
    )
    return sagemaker


def endpoint_config(sagemaker: Any, name: str = "c", instance: str = "ml.m5.large", **more: Any) -> None:
    variant = {
        "VariantName": "v",
        "ModelName": "m",
        "InitialInstanceCount": 1,
        "InstanceType": instance,
        "InitialVariantWeight": 1.0,
    }
    sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant], **more)


DEPLOYMENT = {
    "BlueGreenUpdatePolicy": {
        "TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0}
    }
}


@probe
def instance_types() -> None:
    endpoint_config(sagemaker_model(), instance="ml.m7i.large")


@probe
def model_fields() -> None:
    sagemaker = sagemaker_model(EnableNetworkIsolation=True, InferenceExecutionConfig={"Mode": "Serial"})
    described = sagemaker.describe_model(ModelName="m")
    assert described["EnableNetworkIsolation"] is True
    assert described["InferenceExecutionConfig"] == {"Mode": "Serial"}


@probe
def endpoint_config_fields() -> None:
    sagemaker = sagemaker_model()
    shadow = {"VariantName": "s", "ModelName": "m", "InitialInstanceCount": 1, "InstanceType": "ml.m5.large"}
    endpoint_config(sagemaker, EnableNetworkIsolation=True, ShadowProductionVariants=[shadow])
    described = sagemaker.describe_endpoint_config(EndpointConfigName="c")
    assert described["EnableNetworkIsolation"] is True
    assert described["ShadowProductionVariants"] == [shadow]


@probe
def sagemaker_names_are_unique() -> None:
    sagemaker = sagemaker_model()
    endpoint_config(sagemaker)
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    assert "already existing model" in refused(sagemaker_model)
    assert "already existing endpoint configuration" in refused(lambda: endpoint_config(sagemaker))
    again = refused(lambda: sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c"))
    assert "already existing endpoint" in again


@probe
def sagemaker_descriptions_omit_empty() -> None:
    sagemaker = sagemaker_model()
    endpoint_config(sagemaker)
    assert "Containers" not in sagemaker.describe_model(ModelName="m")
    assert "DataCaptureConfig" not in sagemaker.describe_endpoint_config(EndpointConfigName="c")


@probe
def update_endpoint() -> None:
    sagemaker = sagemaker_model()
    endpoint_config(sagemaker, "c1")
    endpoint_config(sagemaker, "c2")
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c1")
    settle("c1")
    sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="c2", DeploymentConfig=DEPLOYMENT)
    updating = sagemaker.describe_endpoint(EndpointName="e")
    assert (updating["EndpointStatus"], updating["EndpointConfigName"]) == ("Updating", "c1")
    busy = refused(lambda: sagemaker.update_endpoint(EndpointName="e", EndpointConfigName="c1"))
    assert "Cannot update in-progress endpoint" in busy
    settle("c2")
    updated = sagemaker.describe_endpoint(EndpointName="e")
    assert (updated["EndpointStatus"], updated["EndpointConfigName"]) == ("InService", "c2")
    assert updated["LastDeploymentConfig"] == DEPLOYMENT


def settle(configuration: str) -> None:
    """What the SageMaker plane does when the containers answer."""
    from moto.sagemaker.models import sagemaker_backends

    from scripts.local_stage import sagemaker_deployments

    backend = sagemaker_backends["123456789012"][REGION]
    sagemaker_deployments.complete(backend.endpoints["e"], backend.endpoint_configs[configuration])


@probe
def endpoint_deployment_config() -> None:
    sagemaker = sagemaker_model()
    endpoint_config(sagemaker)
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c", DeploymentConfig=DEPLOYMENT)
    assert sagemaker.describe_endpoint(EndpointName="e")["LastDeploymentConfig"] == DEPLOYMENT


CHANGED: list[str] = []


@probe
def endpoint_states() -> None:
    CHANGED.clear()
    sagemaker = sagemaker_model()
    endpoint_config(sagemaker)
    sagemaker.create_endpoint(EndpointName="e", EndpointConfigName="c")
    assert sagemaker.describe_endpoint(EndpointName="e")["EndpointStatus"] == "Creating"
    settle("c")
    assert sagemaker.describe_endpoint(EndpointName="e")["EndpointStatus"] == "InService"
    sagemaker.delete_endpoint(EndpointName="e")
    assert CHANGED == ["e", "e"]


# lambda


def function(**more: Any) -> Any:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): return event")
    client("iam").create_role(RoleName="r", AssumeRolePolicyDocument=ROLE_POLICY)
    functions = client("lambda")
    functions.create_function(
        FunctionName="f",
        Runtime="python3.13",
        Handler="app.handler",
        Role="arn:aws:iam::123456789012:role/r",
        Code={"ZipFile": content.getvalue()},
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
    latest = lambda_backends["123456789012"][REGION]._lambdas._functions["f"]["latest"]
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


# api gateway


@probe
def rest_api_policy() -> None:
    policy = json.dumps({"Statement": []})
    created = client("apigateway").create_rest_api(name="a", policy=policy)
    assert json.loads(f'"{created["policy"]}"') == policy


@probe
def rest_api_binary_media_types() -> None:
    created = client("apigateway").create_rest_api(name="a", binaryMediaTypes=["image/png"])
    assert created["binaryMediaTypes"] == ["image/png"]


@probe
def rest_api_patches() -> None:
    gateway = client("apigateway")
    api = gateway.create_rest_api(name="a", disableExecuteApiEndpoint=True)["id"]
    patched = gateway.update_rest_api(
        restApiId=api,
        patchOperations=[
            {"op": "add", "path": "/binaryMediaTypes/application~1x-recordio"},
            {"op": "replace", "path": "/minimumCompressionSize", "value": "1024"},
            {"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "false"},
        ],
    )
    assert patched["binaryMediaTypes"] == ["application/x-recordio"]
    assert patched["minimumCompressionSize"] == 1024
    assert patched["disableExecuteApiEndpoint"] is False


def stage(gateway: Any) -> str:
    api: str = gateway.create_rest_api(name="a")["id"]
    (root,) = gateway.get_resources(restApiId=api)["items"]
    at = {"restApiId": api, "resourceId": root["id"], "httpMethod": "GET"}
    gateway.put_method(**at, authorizationType="NONE")
    gateway.put_integration(**at, type="MOCK")
    gateway.create_deployment(restApiId=api, stageName="s")
    return api


@probe
def stage_method_settings() -> None:
    gateway = client("apigateway")
    where = {"restApiId": stage(gateway), "stageName": "s"}
    path = "/~1v1~1predict/POST/throttling/rateLimit"
    change = [{"op": "replace", "path": path, "value": "20"}]
    settings = gateway.update_stage(**where, patchOperations=change)["methodSettings"]
    assert settings["v1/predict/POST"]["throttlingRateLimit"] == 20
    removal = [{"op": "remove", "path": "/~1v1~1predict/POST"}]
    assert "v1/predict/POST" not in gateway.update_stage(**where, patchOperations=removal)["methodSettings"]


@probe
def usage_plan_patches() -> None:
    gateway = client("apigateway")
    api = stage(gateway)
    throttle = {"/predict/POST": {"rateLimit": 1.0, "burstLimit": 1}}
    covered = [{"apiId": api, "stage": "s", "throttle": throttle}]
    plan = gateway.create_usage_plan(name="p", apiStages=covered)["id"]
    patched = gateway.update_usage_plan(
        usagePlanId=plan,
        patchOperations=[
            {"op": "remove", "path": "/apiStages", "value": f"{api}:s"},
            {"op": "replace", "path": "/throttle/rateLimit", "value": "0.5"},
            {"op": "replace", "path": "/quota/limit", "value": "100"},
        ],
    )
    assert patched["apiStages"] == []
    assert patched["throttle"]["rateLimit"] == 0.5
    assert patched["quota"]["limit"] == 100


def main() -> None:
    if "--corrected" in sys.argv:
        from scripts.local_stage.corrections import Seams, apply_corrections

        apply_corrections(Seams(endpoint_changed=CHANGED.append))
    outcome = {}
    for name, run in PROBES.items():
        with mock_aws():
            try:
                run()
                outcome[name] = "ok"
            except Exception as error:
                outcome[name] = repr(error)
    print(json.dumps(outcome))


if __name__ == "__main__":
    main()
