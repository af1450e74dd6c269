"""What an account keeps for the stacks: their states, and the boundary of their roles."""

import json
import re
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from scripts.doctor.patient import Patient
from scripts.smoke.result import CheckFailed, CheckSkipped, require
from scripts.stack.boundary import check_boundary, given_boundary
from scripts.stack.target import StackError


def state_can_be_kept(patient: Patient) -> str:
    """The state's bucket is there, versioned, and nobody's lock lies in it."""
    patient.environment  # noqa: B018 - without a stage there is no state
    settings = _backend(patient)
    bucket, key = settings["bucket"], settings["key"]
    s3 = patient.aws("s3")
    try:
        s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        raise CheckFailed(
            expected=f"bucket {bucket}",
            found=f"{error.response['Error']['Code']} for HeadBucket",
            repair="make bootstrap, or name your bucket in the stack's env/ENV.s3.tfbackend",
        ) from error
    _no_lock_on(patient, s3, bucket, f"{key}.tflock")
    if patient.on_aws:
        versioning = s3.get_bucket_versioning(Bucket=bucket).get("Status")
        require(
            versioning == "Enabled",
            expected=f"versioning of {bucket}",
            found=versioning or "off",
            repair="make bootstrap, or switch it on: a broken state is then an older version away",
        )
    return f"s3://{bucket}/{key}, no lock"


def _no_lock_on(patient: Patient, s3: Any, bucket: str, key: str) -> None:
    if not s3.list_objects_v2(Bucket=bucket, Prefix=key).get("KeyCount", 0):
        return
    lock = _read_lock(s3.get_object(Bucket=bucket, Key=key)["Body"].read())
    target = patient.target
    raise CheckFailed(
        expected="no lock on the state",
        found=f"s3://{bucket}/{key}: {lock['Operation']} of {lock['Who']} since {lock['Created'][:19]}",
        repair="wait for it; if that run is dead: "
        f"make unlock STACK={target.stack} ENV={target.env} ON={target.on} ID={lock['ID']}",
    )


def _read_lock(text: bytes) -> dict[str, str]:
    """What Terraform wrote into a lock; a question mark for what it didn't."""
    try:
        found = json.loads(text)
    except ValueError:
        found = {}
    known = found if isinstance(found, dict) else {}
    return {name: str(known.get(name, "?")) for name in ("ID", "Operation", "Who", "Created")}


def roles_are_bounded(patient: Patient) -> str:
    """The settings name the boundary that bootstrap made for the environment, and it is there."""
    patient.only_on_aws("pipelines whose roles are bounded")
    try:
        check_boundary(patient.target)
    except StackError as error:
        said, _, repair = str(error).partition("\n  repair   ")
        raise CheckFailed(
            expected="the boundary of the environment", found=said, repair=" ".join(repair.split())
        ) from error
    boundary = given_boundary(patient.target, patient.variables)
    if boundary is None:
        raise CheckSkipped("the settings name no boundary, and bootstrap made none")
    try:
        patient.aws("iam").get_policy(PolicyArn=boundary)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "AccessDenied":
            raise CheckSkipped(f"{boundary}: you may not look whether it is there") from error
        raise CheckFailed(
            expected=f"policy {boundary}",
            found=code,
            repair="log in to the account that it belongs to, or make bootstrap there",
        ) from error
    return boundary


def _backend(patient: Patient) -> dict[str, str]:
    """The backend's settings, from the values or the file that `terraform init` gets."""
    settings: dict[str, str] = {}
    for given in patient.target.backend_config():
        if "=" in given:
            name, _, value = given.partition("=")
            settings[name] = value
        else:
            text = Path(given).read_text(encoding="utf-8")
            settings |= dict(re.findall(r'^\s*(\w+)\s*=\s*"([^"]*)"', text, re.MULTILINE))
    settings.setdefault("key", f"{patient.target.stack}/{patient.target.env}.tfstate")
    return settings
