"""Copies of an endpoint configuration, its models and their artifacts, which Terraform knows nothing of.

After a good apply Terraform deletes the old ones, and the artifact with all its versions. Copies in SageMaker
cost nothing, the artifact's what S3 takes for it. What a container has in its environment stays in SageMaker.
"""

import hashlib
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

Clients = Callable[[str], Any]

UPLOADED = re.compile(r"^(models/[^/]+)/([0-9a-f]{64}/[^/]+/[^/]+)$")
"""Key of an artifact that module `model` uploaded; one that lies elsewhere Terraform does not delete."""
COPIED = re.compile(r"^models/[^/]+/proven/")


def kept_prefix(endpoint: str) -> str:
    """What the names of an endpoint's copies begin with; 63 characters is SageMaker's limit for the whole.

    A long name is cut and told apart by a digest: those of two environments may differ at their ends alone.
    """
    short = (
        endpoint
        if len(endpoint) <= 40
        else f"{endpoint[:31]}-{hashlib.sha256(endpoint.encode()).hexdigest()[:8]}"
    )
    return f"{short}-proven-"


def keep_configuration(aws: Clients, endpoint: str, configuration: str) -> str:
    """Copy a configuration and its models under new names, which never recur; return the copy's name."""
    sagemaker = aws("sagemaker")
    described = sagemaker.describe_endpoint_config(EndpointConfigName=configuration)
    name = f"{kept_prefix(endpoint)}{uuid.uuid4().hex[:12]}"
    copies: dict[str, str] = {}
    for variant in _variants(described):
        model = variant.get("ModelName")
        if model and model not in copies:
            copies[model] = f"{name}-{len(copies) + 1}"
            _copy_model(aws, model, copies[model])
    request = _request(sagemaker, "CreateEndpointConfig", described)
    for kind in ("ProductionVariants", "ShadowProductionVariants"):
        if request.get(kind):
            request[kind] = [_renamed(variant, copies) for variant in request[kind]]
    request |= {"EndpointConfigName": name, "Tags": _tags(sagemaker, described["EndpointConfigArn"])}
    sagemaker.create_endpoint_config(**request)
    return name


def is_whole(sagemaker: Any, configuration: str) -> bool:
    """Whether a configuration and all its models exist."""
    try:
        for model in models_of(sagemaker, configuration):
            sagemaker.describe_model(ModelName=model)
    except ClientError as error:
        if is_missing(error):
            return False
        raise
    return True


def is_missing(error: ClientError) -> bool:
    """Whether SageMaker said that there is no such thing; it has no code of its own for that."""
    text = error.response["Error"]["Message"].lower()
    return error.response["Error"]["Code"].startswith("Validation") and "not find" in text


def models_of(sagemaker: Any, configuration: str) -> list[str]:
    """Names of the models of a configuration, the first variant's first."""
    described = sagemaker.describe_endpoint_config(EndpointConfigName=configuration)
    return list(dict.fromkeys(v["ModelName"] for v in _variants(described) if v.get("ModelName")))


def artifacts_of(sagemaker: Any, model: str) -> set[tuple[str, str]]:
    """Bucket and key of every artifact of a model that we copied."""
    found = set()
    for container in containers_of(sagemaker.describe_model(ModelName=model)):
        bucket, key = _split(container.get("ModelDataUrl"))
        if COPIED.match(key):
            found.add((bucket, key))
    return found


def containers_of(model: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The containers of a described model."""
    primary = model.get("PrimaryContainer")
    return [*([primary] if primary else []), *model.get("Containers", [])]


def _copy_model(aws: Clients, model: str, copy: str) -> None:
    sagemaker = aws("sagemaker")
    described = sagemaker.describe_model(ModelName=model)
    request = _request(sagemaker, "CreateModel", described)
    if request.get("PrimaryContainer"):
        request["PrimaryContainer"] = _copy_container(aws, request["PrimaryContainer"])
    if request.get("Containers"):
        request["Containers"] = [_copy_container(aws, container) for container in request["Containers"]]
    request |= {"ModelName": copy, "Tags": _tags(sagemaker, described["ModelArn"])}
    sagemaker.create_model(**request)


def _copy_container(aws: Clients, container: Mapping[str, Any]) -> dict[str, Any]:
    """A container as CreateModel takes it: SageMaker describes the artifact twice, and takes it once."""
    copied = dict(container)
    if "ModelPackageName" in copied:
        return {
            k: v for k, v in copied.items() if k in ("ModelPackageName", "Environment", "ContainerHostname")
        }
    url = copied.get("ModelDataUrl")
    if url:
        copied.pop("ModelDataSource", None)
        copied["ModelDataUrl"] = _copy_artifact(aws, url)
    return copied


def _copy_artifact(aws: Clients, url: str) -> str:
    """Copy an artifact that Terraform uploaded to where the model's role may read it; return where it is."""
    bucket, key = _split(url)
    uploaded = UPLOADED.match(key)
    if uploaded is None:
        return url
    copy, s3 = f"{uploaded[1]}/proven/{uploaded[2]}", aws("s3")
    found = s3.list_objects_v2(Bucket=bucket, Prefix=copy).get("Contents", [])
    if not any(item["Key"] == copy for item in found):
        s3.copy({"Bucket": bucket, "Key": key}, bucket, copy)
    return f"s3://{bucket}/{copy}"


def _split(url: str | None) -> tuple[str, str]:
    parts = urlsplit(url or "")
    return parts.netloc, parts.path.lstrip("/")


def _variants(described: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    return [*described["ProductionVariants"], *(described.get("ShadowProductionVariants") or [])]


def _renamed(variant: Mapping[str, Any], copies: Mapping[str, str]) -> dict[str, Any]:
    model = variant.get("ModelName")
    return {**variant, "ModelName": copies[model]} if model else dict(variant)


def _request(sagemaker: Any, operation: str, described: Mapping[str, Any]) -> dict[str, Any]:
    """What a description and the request that creates such a thing have in common."""
    members = sagemaker.meta.service_model.operation_model(operation).input_shape.members
    return {name: value for name, value in described.items() if name in members}


def _tags(sagemaker: Any, arn: str) -> list[dict[str, str]]:
    pages = sagemaker.get_paginator("list_tags").paginate(ResourceArn=arn)
    return [tag for page in pages for tag in page["Tags"] if not tag["Key"].startswith("aws:")]
