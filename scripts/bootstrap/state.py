"""Where the root's state lies, and how it moves: from this machine into the bucket, and back to destroy."""

import json
from typing import Any

from botocore.exceptions import ClientError
from python_terraform import IsFlagged

from scripts.bootstrap.account import Account
from scripts.smoke.subject import clients_of
from scripts.stack.target import StackError
from scripts.terraform import Terraform


class StateBucket:
    """The bucket as AWS describes it."""

    def __init__(self, account: Account, name: str) -> None:
        self.name = name
        self._key = account.state_key
        self._s3: Any = clients_of(account.environment())("s3")

    def holds_state(self) -> bool:
        """Whether the bucket is there and has the root's state; raises StackError if it is another's."""
        try:
            self._s3.head_object(Bucket=self.name, Key=self._key)
        except ClientError as error:
            status = error.response["ResponseMetadata"]["HTTPStatusCode"]
            if status == 404:
                return False
            raise StackError(
                f"Bucket {self.name} can't be read ({status}): it is another's, or you may not read it.\n"
                "  repair   log in to the account that it belongs to, or set another state_bucket.name"
            ) from error
        return True

    def backend_config(self) -> list[str]:
        """`-backend-config` values of the root's own state."""
        region = self._s3.get_bucket_location(Bucket=self.name)["LocationConstraint"] or "us-east-1"
        values = [f"bucket={self.name}", f"key={self._key}", f"region={region}"]
        rules = self._s3.get_bucket_encryption(Bucket=self.name)["ServerSideEncryptionConfiguration"]["Rules"]
        key = rules[0]["ApplyServerSideEncryptionByDefault"].get("KMSMasterKeyID")
        return [*values, f"kms_key_id={key}"] if key else values


def planned_bucket(terraform: Terraform, account: Account) -> str:
    """The bucket's name, as a plan with these settings has it."""
    shown = json.loads(terraform.cmd("show", "-json", str(account.plan_file))[1])
    resources = shown["planned_values"]["root_module"]["resources"]
    return str(
        next(item["values"]["bucket"] for item in resources if item["address"] == "aws_s3_bucket.state")
    )


def is_protected(terraform: Terraform) -> bool:
    """Whether the state says that the bucket must not be destroyed."""
    shown = json.loads(terraform.cmd("show", json=IsFlagged)[1])
    resources = shown.get("values", {}).get("root_module", {}).get("resources", [])
    inputs = [item["values"]["input"] for item in resources if item["address"] == "terraform_data.protection"]
    return any(item["protected"] for item in inputs)


def use_local(terraform: Terraform, account: Account) -> None:
    """Initialise with the state on this machine."""
    account.lay_out(local=True)
    terraform.init([])


def use_bucket(terraform: Terraform, account: Account, bucket: StateBucket) -> None:
    """Initialise with the state in the bucket."""
    account.lay_out(local=False)
    terraform.init(bucket.backend_config())


def move_into_bucket(terraform: Terraform, account: Account, bucket: StateBucket) -> None:
    """Copy the state into the bucket, see that it is there, then leave none here. Safe to repeat."""
    account.lay_out(local=False)
    _migrate(terraform, bucket.backend_config())
    if not bucket.holds_state():
        raise StackError(
            f"The state did not arrive in {bucket.name}; it still lies in {account.local_state}."
        )
    account.remember_bucket(bucket.name)


def move_out_of_bucket(terraform: Terraform, account: Account) -> None:
    """Copy the state to this machine, because its bucket is about to go."""
    account.lay_out(local=True)
    _migrate(terraform, [])


def _migrate(terraform: Terraform, backend_config: list[str]) -> None:
    terraform.cmd(
        "init",
        input=False,
        no_color=IsFlagged,
        migrate_state=IsFlagged,
        force_copy=IsFlagged,
        lockfile="readonly",
        backend_config=backend_config,
    )
