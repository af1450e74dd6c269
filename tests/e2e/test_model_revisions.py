"""Going back to an earlier revision while a failed one is in the state: the trap of names that come back."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import boto3
import pytest

from scripts import ROOT
from scripts.local_stage.environment import foreign_variables
from scripts.terraform import Terraform, TerraformError
from tests.terraform_workspace import TerraformWorkspace

pytestmark = [pytest.mark.e2e, pytest.mark.xdist_group("changes")]

REGION = "eu-west-1"


@pytest.fixture
def aws() -> Iterator[str]:
    """The URL of a fresh control plane."""
    command = [sys.executable, "-m", "tests.control_plane_process"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.stdin.close()
        process.wait(30)


@pytest.fixture
def terraform(aws: str, tmp_path: Path) -> Terraform:
    workspace = TerraformWorkspace(tmp_path)
    workspace.copy("tests/e2e/model_revisions")
    return workspace.terraform("tests/e2e/model_revisions", aws_environment(aws))


def aws_environment(url: str) -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in foreign_variables(os.environ)}
    return kept | {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_REGION": REGION,
    }


class Account:
    """What is in the account, asked without Terraform."""

    def __init__(self, url: str) -> None:
        keys = {"aws_access_key_id": "testing", "aws_secret_access_key": "testing"}
        self.sagemaker = boto3.client("sagemaker", endpoint_url=url, region_name=REGION, **keys)
        self.s3 = boto3.client("s3", endpoint_url=url, region_name=REGION, **keys)
        self.iam = boto3.client("iam", endpoint_url=url, region_name=REGION, **keys)
        self.logs = boto3.client("logs", endpoint_url=url, region_name=REGION, **keys)

    def served_artifact(self, endpoint_name: str) -> str:
        """Follow the endpoint to its configuration, its model and the content of its artifact."""
        endpoint = self.sagemaker.describe_endpoint(EndpointName=endpoint_name)
        configuration = self.sagemaker.describe_endpoint_config(
            EndpointConfigName=endpoint["EndpointConfigName"]
        )
        model = self.sagemaker.describe_model(ModelName=configuration["ProductionVariants"][0]["ModelName"])
        bucket, _, key = model["PrimaryContainer"]["ModelDataUrl"].removeprefix("s3://").partition("/")
        body: bytes = self.s3.get_object(Bucket=bucket, Key=key)["Body"].read()
        return body.decode()

    def models(self) -> int:
        return len(self.sagemaker.list_models()["Models"])

    def everything(self) -> list[str]:
        """The names of all that the modules can make."""
        return [
            *(model["ModelName"] for model in self.sagemaker.list_models()["Models"]),
            *(it["EndpointConfigName"] for it in self.sagemaker.list_endpoint_configs()["EndpointConfigs"]),
            *(endpoint["EndpointName"] for endpoint in self.sagemaker.list_endpoints()["Endpoints"]),
            *(bucket["Name"] for bucket in self.s3.list_buckets()["Buckets"]),
            *(role["RoleName"] for role in self.iam.list_roles()["Roles"]),
            *(group["logGroupName"] for group in self.logs.describe_log_groups()["logGroups"]),
        ]


def test_an_earlier_revision_survives_the_clean_up_of_a_failed_one(
    aws: str, terraform: Terraform, tmp_path: Path
) -> None:
    """One, then two that fails, then one again: the endpoint serves one, and what served before is gone."""
    account = Account(aws)
    terraform.apply(var={"revision": "one"})
    assert account.served_artifact("revisions") == "artifact of the first revision\n"
    assert not terraform.plan(tmp_path / "plan", var={"revision": "one"}), "a second plan must change nothing"

    for revision, models in (("two", 2), ("one", 3)):
        with pytest.raises(TerraformError, match="local-exec"):
            terraform.apply(var={"revision": revision, "roll_out_fails": "true"})
        assert account.models() == models, "a failed roll-out must delete nothing"

    terraform.apply(var={"revision": "one"})
    assert account.served_artifact("revisions") == "artifact of the first revision\n"
    assert account.models() == 1
    assert not terraform.plan(tmp_path / "plan", var={"revision": "one"})

    terraform.destroy(var={"revision": "one"})
    assert account.everything() == []
