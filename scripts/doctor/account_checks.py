"""Credentials, region, quotas."""

from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import BotoCoreError, ClientError, NoRegionError

from scripts.doctor.patient import Patient
from scripts.local_stage.stage_record import StageDirectory
from scripts.smoke.result import CheckFailed, CheckSkipped, require

INSTANCE_QUOTA = "{} for endpoint usage"
_NO_CREDENTIALS = "LOGIN, or set AWS_PROFILE or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
_REPAIRS = {
    "InvalidClientTokenId": "these keys are unknown or off: check AWS_PROFILE and the keys",
    "ProfileNotFound": "aws configure list-profiles names those that there are: export AWS_PROFILE=…",
    "Expired": "LOGIN, or get new keys; if they are new, set this machine's clock right",
    "Token": "LOGIN",
    "SSO": "LOGIN",
    "Connect": "is there a network? a proxy (HTTPS_PROXY), a VPN?",
    "Timeout": "is there a network? a proxy (HTTPS_PROXY), a VPN?",
    "Signature": "the secret key is wrong, or this machine's clock is",
}
"""Part of an error's code or class → what to do; the first that matches."""

CONCURRENCY_QUOTA = "L-B99A9384"
"""Lambda, concurrent executions: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


def stage_is_up(patient: Patient) -> str:
    """On the local stage: a process that answers, unless none was started."""
    if patient.on_aws:
        raise CheckSkipped("ON=aws")
    target = patient.target
    directory = StageDirectory(target.stage, patient.root / "build" / "local")
    require(
        directory.running() is not None or not directory.record.is_file(),
        expected="the stage that was started",
        found="its process is gone, and with it what it held; "
        f"its last words: {directory.log.relative_to(patient.root)}",
        repair=f"make up, then make apply STACK={target.stack} ENV={target.env}",
    )
    patient.environment  # noqa: B018 - skips, with what to do, when it is down
    return f"up, pid {patient.target.running_stage().pid}"


def endpoints_are_awss(patient: Patient) -> str:
    """A variable of the local stage that stayed in the shell would send an account's commands there."""
    patient.only_on_aws("account")
    names = [name for name in patient.variables if name.startswith("AWS_ENDPOINT_URL")]
    loopback = [
        name
        for name in names
        if urlsplit(patient.variables[name]).hostname in ("127.0.0.1", "localhost", "::1")
    ]
    require(
        not loopback,
        expected="no AWS endpoint on this machine",
        found=", ".join(sorted(loopback)),
        repair=f"unset {' '.join(sorted(loopback))}",
    )
    return "AWS's own"


def credentials_work(patient: Patient) -> str:
    """Somebody is there, and the credentials haven't run out."""
    try:
        return patient.identify()
    except NoRegionError as error:
        raise CheckSkipped("needs a region: see region") from error
    except ClientError as error:
        code = error.response["Error"]["Code"]
        raise CheckFailed(
            expected="credentials that are valid", found=code, repair=_login(patient, code)
        ) from error
    except BotoCoreError as error:
        raise CheckFailed(
            expected="credentials in the environment",
            found=" ".join(str(error).split()),
            repair=_login(patient, type(error).__name__),
        ) from error


def _login(patient: Patient, sign: str) -> str:
    """What to do about credentials, by the code or the class of what was raised."""
    profile = patient.environment.get("AWS_PROFILE")
    login = f"aws sso login --profile {profile}" if profile else "aws sso login"
    return next((repair for part, repair in _REPAIRS.items() if part in sign), _NO_CREDENTIALS).replace(
        "LOGIN", login
    )


def region_is_set(patient: Patient) -> str:
    """Terraform and boto3 both read it from the environment."""
    region = patient.region
    if region is None and patient.environment.get("AWS_PROFILE"):
        raise CheckSkipped("left to the profile")
    require(region is not None, expected="AWS_REGION", found="unset", repair="export AWS_REGION=eu-west-1")
    return str(region)


def api_gateway_can_log(patient: Patient) -> str:
    """A stage's logging needs the account's role, once a region."""
    patient.only_on_aws("settings of an account")
    role = patient.aws("apigateway").get_account().get("cloudwatchRoleArn")
    require(
        bool(role),
        expected="a role that lets API Gateway write logs",
        found="none set in this region",
        repair="account_logging = {} in infra/bootstrap/accounts/main.tfvars, then make bootstrap ON=aws; "
        "or, where nobody bootstraps, in the tfvars of one stack of this account, then make apply",
    )
    return str(role)


def quotas_allow_it(patient: Patient) -> str:
    """The account has concurrency for functions, and as many instances as the endpoint may scale to."""
    patient.only_on_aws("quotas")
    return "; ".join([_concurrency(patient), *_instance_quotas(patient)])


def _instance_quotas(patient: Patient) -> list[str]:
    said: list[str] = []
    try:
        patient.outputs  # noqa: B018 - asked for once
    except CheckSkipped:
        return said  # nothing is deployed yet
    for kind, count in _wanted_instances(patient).items():
        quota = _quota(patient, "sagemaker", INSTANCE_QUOTA.format(kind))
        if quota is None:
            said.append(f"{kind}: no quota of that name")
            continue
        require(
            quota >= count,
            expected=f"{count} of {kind}",
            found=f"a quota of {quota:g}",
            repair=f"ask for more: Service Quotas → Amazon SageMaker → {INSTANCE_QUOTA.format(kind)}",
        )
        said.append(f"{kind}: {count} of {quota:g}")
    return said


def _wanted_instances(patient: Patient) -> dict[str, int]:
    """Instance type → the most that the running endpoint may use."""
    name = patient.outputs["endpoint_name"]
    sagemaker, scaling = patient.aws("sagemaker"), patient.aws("application-autoscaling")
    endpoint = sagemaker.describe_endpoint(EndpointName=name)
    configuration = sagemaker.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
    targets = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    most = {
        target["ResourceId"].rpartition("/")[2]: target["MaxCapacity"]
        for target in targets
        if target["ResourceId"].startswith(f"endpoint/{name}/")
    }
    wanted: dict[str, int] = {}
    for variant in configuration["ProductionVariants"]:
        if "InstanceType" in variant:
            count = most.get(variant["VariantName"], variant.get("InitialInstanceCount", 1))
            wanted[variant["InstanceType"]] = wanted.get(variant["InstanceType"], 0) + count
    return wanted


def _concurrency(patient: Patient) -> str:
    """A new account may run ten functions at once; Lambda leaves 100 to those that reserve nothing."""
    quota = patient.aws("service-quotas").get_service_quota(ServiceCode="lambda", QuotaCode=CONCURRENCY_QUOTA)
    value, reserved = float(quota["Quota"]["Value"]), _reserved(patient)
    require(
        value - reserved >= 100,
        expected=f"{reserved} reserved and 100 left for other functions" if reserved else "100 at once",
        found=f"a quota of {value:g}",
        repair="ask for more: Service Quotas → AWS Lambda → Concurrent executions"
        + (", or reserve less" if reserved else ""),
    )
    return f"concurrency: {reserved} of {value:g}" if reserved else f"concurrency: {value:g}"


def _reserved(patient: Patient) -> int:
    try:
        function = patient.outputs["function_name"]
    except CheckSkipped:
        return 0  # nothing is deployed yet
    known = patient.aws("lambda").get_function_concurrency(FunctionName=function)
    return int(known.get("ReservedConcurrentExecutions") or 0)


def _quota(patient: Patient, service: str, name: str) -> float | None:
    pages = patient.aws("service-quotas").get_paginator("list_service_quotas").paginate(ServiceCode=service)
    found: list[Any] = [quota for page in pages for quota in page["Quotas"] if quota["QuotaName"] == name]
    return float(found[0]["Value"]) if found else None
