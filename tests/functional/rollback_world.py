"""A stack in corrected moto as Terraform leaves it, and what Terraform deletes with the next revision."""

import contextlib
import functools
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

import boto3
from moto import mock_aws

from scripts.local_stage.corrections import apply_corrections
from scripts.rollback.gate import Gate
from scripts.rollback.keep import record_revision
from scripts.rollback.lead_endpoint import Clock
from scripts.rollback.live import find_aim, read_live
from scripts.rollback.record import Parameter, Record
from scripts.rollback.steps import Rollback

REGION, ACCOUNT = "eu-west-1", "123456789012"
NAME = "toy-dev"
BUCKET = "toy-dev-artifacts"
CONTAINER = {"Image": "141502667606.dkr.ecr.eu-west-1.amazonaws.com/x:1", "Environment": {"TOKEN": "hush"}}
SETTINGS = [
    {"op": "replace", "path": "/*/*/throttling/rateLimit", "value": "50"},
    {"op": "replace", "path": "/*/*/throttling/burstLimit", "value": "100"},
]


class FakeClock(Clock):
    """Time that passes by sleeping."""

    def __init__(self) -> None:
        self.time = 0.0

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.time += seconds


class StackInMoto:
    """Function, endpoint and API of a stack; `deploy` is an apply."""

    def __init__(self) -> None:
        apply_corrections()
        role = self.aws("iam").create_role(RoleName="toy", AssumeRolePolicyDocument="{}")
        self.role = role["Role"]["Arn"]
        self.aws("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
        self.aws("s3").put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        self.outputs: dict[str, Any] = {}
        self.revision = 0

    def aws(self, service: str) -> Any:
        """A client."""
        return _client(service)

    def deploy(self, *routes: str, variants: int = 1) -> dict[str, Any]:
        """Make a new revision as Terraform does, delete what it deletes, return the outputs."""
        self.revision += 1
        old, routes = dict(self.outputs), routes or ("/predict",)
        configuration = self._deploy_endpoint(variants)
        version = self._deploy_function()
        api = old.get("rest_api_id") or self.aws("apigateway").create_rest_api(name=NAME)["id"]
        deployment = self._deploy_api(api, routes)
        self.outputs = {
            "endpoint_name": NAME,
            "endpoint_configuration_name": configuration,
            "function_name": NAME,
            "alias_name": "live",
            "function_version": version["Version"],
            "function_code_sha256": version["CodeSha256"],
            "contract_digest": hashlib.sha256(str(self.revision).encode()).hexdigest(),
            "rest_api_id": api,
            "stage_name": "beta",
            "deployment_id": deployment,
            "api_url": "https://example",
            "api_key_ids": {"shop": "k2", "demo": "k1"},
            "cors_allow_origins": ["https://a.example", "https://b.example"],
        }
        if old:
            self._delete_what_terraform_deletes(old)
        return dict(self.outputs)

    def record(self, commit: str | None = "c0ffee") -> str:
        """Record what runs as proven."""
        return record_revision(self.aws, self.outputs, NAME, commit=commit)

    def recorded(self) -> Record:
        """The record, which there is."""
        record = self.parameter.read()
        assert record is not None
        return record

    @property
    def parameter(self) -> Parameter:
        return Parameter(self.aws("ssm"), NAME)

    def rollback(self, *, previous: bool = False) -> Rollback:
        """A roll-back to what is recorded, not yet begun."""
        record = self.recorded()
        revision = record.previous if previous else record.newest
        assert revision is not None
        return Rollback(
            aws=self.aws,
            gate=Gate(self.aws, self.parameter, record, revision.api),
            revision=revision,
            aim=find_aim(self.aws, revision),
            live=read_live(self.aws, revision),
            clock=FakeClock(),
        )

    def runs(self) -> tuple[str, str, str]:
        """Configuration, version and deployment that run."""
        api = {"restApiId": self.outputs["rest_api_id"], "stageName": "beta"}
        return (
            self.aws("sagemaker").describe_endpoint(EndpointName=NAME)["EndpointConfigName"],
            self.aws("lambda").get_alias(FunctionName=NAME, Name="live")["FunctionVersion"],
            self.aws("apigateway").get_stage(**api)["deploymentId"],
        )

    def limits(self) -> tuple[float, int]:
        """Rate and burst of the stage."""
        api = {"restApiId": self.outputs["rest_api_id"], "stageName": "beta"}
        settings = self.aws("apigateway").get_stage(**api)["methodSettings"]["*/*"]
        return settings["throttlingRateLimit"], settings["throttlingBurstLimit"]

    def names(self) -> dict[str, set[str]]:
        """What is in the account, by kind."""
        sagemaker, apigateway = self.aws("sagemaker"), self.aws("apigateway")
        deployments = apigateway.get_deployments(restApiId=self.outputs["rest_api_id"])["items"]
        objects = self.aws("s3").list_object_versions(Bucket=BUCKET).get("Versions", [])
        return {
            "configurations": {
                c["EndpointConfigName"] for c in sagemaker.list_endpoint_configs()["EndpointConfigs"]
            },
            "models": {m["ModelName"] for m in sagemaker.list_models()["Models"]},
            "deployments": {d["id"] for d in deployments},
            "objects": {o["Key"] for o in objects},
        }

    def _deploy_endpoint(self, variants: int) -> str:
        sagemaker, n = self.aws("sagemaker"), self.revision
        for variant in range(variants):
            key = f"models/{NAME}/{hashlib.sha256(b'%d' % n).hexdigest()}/{n}{variant}/model.tar.gz"
            self.aws("s3").put_object(Bucket=BUCKET, Key=key, Body=b"%d" % n)
            sagemaker.create_model(
                ModelName=f"{NAME}-model-{n}-{variant}",
                PrimaryContainer={**CONTAINER, "ModelDataUrl": f"s3://{BUCKET}/{key}"},
                ExecutionRoleArn=self.role,
                EnableNetworkIsolation=True,
                Tags=[{"Key": "project", "Value": "toy"}],
            )
        name = f"{NAME}-{n}"
        described = [
            {
                "VariantName": f"v{variant}",
                "ModelName": f"{NAME}-model-{n}-{variant}",
                "InstanceType": "ml.m5.large",
                "InitialInstanceCount": 2,
            }
            for variant in range(variants)
        ]
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=described)
        if n == 1:
            sagemaker.create_endpoint(EndpointName=NAME, EndpointConfigName=name)
        else:
            sagemaker.update_endpoint(EndpointName=NAME, EndpointConfigName=name)
        return name

    def _deploy_function(self) -> dict[str, Any]:
        functions, code = self.aws("lambda"), _zip(b"%d" % self.revision)
        if self.revision == 1:
            functions.create_function(
                FunctionName=NAME, Role=self.role, Runtime="python3.13", Handler="h.h", Code={"ZipFile": code}
            )
        functions.update_function_code(FunctionName=NAME, ZipFile=code)
        version: dict[str, Any] = functions.publish_version(FunctionName=NAME)
        change = functions.create_alias if self.revision == 1 else functions.update_alias
        change(FunctionName=NAME, Name="live", FunctionVersion=version["Version"])
        return version

    def _deploy_api(self, api: str, routes: tuple[str, ...]) -> str:
        apigateway, document = self.aws("apigateway"), _document(routes, self.revision)
        apigateway.put_rest_api(restApiId=api, mode="overwrite", body=json.dumps(document).encode())
        deployment: str = apigateway.create_deployment(restApiId=api)["id"]
        stage = {"restApiId": api, "stageName": "beta"}
        if self.revision == 1:
            apigateway.create_stage(**stage, deploymentId=deployment)
            apigateway.update_stage(**stage, patchOperations=SETTINGS)
        move = [{"op": "replace", "path": "/deploymentId", "value": deployment}]
        apigateway.update_stage(**stage, patchOperations=move)
        self._permit(api, routes)
        return deployment

    def _permit(self, api: str, routes: tuple[str, ...]) -> None:
        """One statement a route, those of routes that are gone removed."""
        functions = self.aws("lambda")
        for route in getattr(self, "_routes", ()):
            functions.remove_permission(
                FunctionName=NAME, Qualifier="live", StatementId=f"apigateway{route.replace('/', '-')}"
            )
        for route in routes:
            functions.add_permission(
                FunctionName=NAME,
                Qualifier="live",
                StatementId=f"apigateway{route.replace('/', '-')}",
                Action="lambda:InvokeFunction",
                Principal="apigateway.amazonaws.com",
                SourceArn=f"arn:aws:execute-api:{REGION}:{ACCOUNT}:{api}/beta/POST{route}",
                SourceAccount=ACCOUNT,
            )
        self._routes = routes

    def _delete_what_terraform_deletes(self, old: dict[str, Any]) -> None:
        sagemaker, s3 = self.aws("sagemaker"), self.aws("s3")
        name = old["endpoint_configuration_name"]
        variants = sagemaker.describe_endpoint_config(EndpointConfigName=name)["ProductionVariants"]
        sagemaker.delete_endpoint_config(EndpointConfigName=name)
        for model in (variant["ModelName"] for variant in variants):
            url = sagemaker.describe_model(ModelName=model)["PrimaryContainer"]["ModelDataUrl"]
            sagemaker.delete_model(ModelName=model)
            key = url.removeprefix(f"s3://{BUCKET}/")
            for version in s3.list_object_versions(Bucket=BUCKET, Prefix=key)["Versions"]:
                s3.delete_object(Bucket=BUCKET, Key=key, VersionId=version["VersionId"])
        self.aws("apigateway").delete_deployment(
            restApiId=old["rest_api_id"], deploymentId=old["deployment_id"]
        )


@contextlib.contextmanager
def deployed_stack() -> Iterator[StackInMoto]:
    """A fresh moto with one revision applied."""
    with mock_aws():
        made = StackInMoto()
        made.deploy()
        yield made


def go_back(stack: StackInMoto, *, close: bool = False, previous: bool = False) -> list[str]:
    """Roll back; the steps done, by what they change."""
    rollback = stack.rollback(previous=previous)
    return [step.what for step in rollback.perform(rollback.plan(close=close))]


@functools.cache
def _client(service: str) -> Any:
    """Make a client once: it costs a tenth of a second, and there are many tests."""
    return boto3.client(
        service, region_name=REGION, aws_access_key_id="testing", aws_secret_access_key="testing"
    )


def _document(routes: tuple[str, ...], revision: int) -> dict[str, Any]:
    uri = f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{NAME}:live/invocations"
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": uri}
    operation = {"responses": {}, "x-amazon-apigateway-integration": integration}
    return {
        "openapi": "3.0.1",
        "info": {"title": NAME, "version": f"{revision}.0.0"},
        "paths": {route: {"post": operation} for route in routes},
    }


def _zip(code: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(zipfile.ZipInfo("handler.py"), code)
    return buffer.getvalue()
