"""Remove what proofs and roll-backs have kept and nothing needs any more."""

from collections.abc import Callable, Iterable
from typing import Any

from botocore.exceptions import ClientError

from scripts.rollback.kept_api import deployments_in_use, our_deployments
from scripts.rollback.kept_endpoint import artifacts_of, is_missing, kept_prefix, models_of
from scripts.rollback.permissions import revoke_spare_calls
from scripts.rollback.record import Parameter, Record, Revision

Clients = Callable[[str], Any]


def tidy(aws: Clients, record: Record, name: str) -> None:
    """Remove every copy that is in neither revision and not in use, and what roll-backs let in."""
    newest = record.newest
    if newest.endpoint:
        _tidy_endpoint(aws, newest.endpoint.name, {r.endpoint.kept for r in record.revisions if r.endpoint})
    _tidy_api(aws, newest, name, {r.api.kept for r in record.revisions})
    function = newest.function
    revoke_spare_calls(
        aws("lambda"), function.name, function.alias, newest.api.rest_api_id, newest.api.permitted
    )


def forget(aws: Clients, name: str, *, in_use_too: bool = False) -> str | None:
    """Remove all that is kept of a stack, and its record; return what the record was of, None without one.

    An endpoint that runs on a copy keeps it, unless `in_use_too`, which is for one that is destroyed next.
    Raises RecordError, ClientError.
    """
    parameter = Parameter(aws("ssm"), name)
    record = parameter.read()
    if record is None:
        return None
    newest = record.newest
    if newest.endpoint:
        _tidy_endpoint(aws, newest.endpoint.name, set(), in_use_too=in_use_too)
    _tidy_api(aws, newest, name, set())
    parameter.delete()
    return newest.title


def _tidy_endpoint(aws: Clients, endpoint: str, needed: set[str], *, in_use_too: bool = False) -> None:
    sagemaker = aws("sagemaker")
    kept = needed if in_use_too else needed | _in_use(sagemaker, endpoint)
    prefix = kept_prefix(endpoint)
    configurations = set(_names(sagemaker, "list_endpoint_configs", "EndpointConfig", prefix))
    models = {model for name in configurations & kept for model in models_of(sagemaker, name)}
    artifacts = {artifact for model in models for artifact in artifacts_of(sagemaker, model)}
    for name in configurations - kept:
        sagemaker.delete_endpoint_config(EndpointConfigName=name)
    for model in set(_names(sagemaker, "list_models", "Model", prefix)) - models:
        for bucket, key in artifacts_of(sagemaker, model) - artifacts:
            _delete_object(aws("s3"), bucket, key)
        sagemaker.delete_model(ModelName=model)


def _in_use(sagemaker: Any, endpoint: str) -> set[str]:
    """The configuration that an endpoint runs, and the one that it is being led to."""
    try:
        described = sagemaker.describe_endpoint(EndpointName=endpoint)
    except ClientError as error:
        if is_missing(error):
            return set()
        raise
    pending = described.get("PendingDeploymentSummary") or {}
    return {item["EndpointConfigName"] for item in (described, pending) if "EndpointConfigName" in item}


def _names(sagemaker: Any, operation: str, kind: str, prefix: str) -> Iterable[str]:
    for page in sagemaker.get_paginator(operation).paginate(NameContains=prefix):
        for item in page[f"{kind}s"]:
            if item[f"{kind}Name"].startswith(prefix):
                yield item[f"{kind}Name"]


def _delete_object(s3: Any, bucket: str, key: str) -> None:
    """Delete an object with its versions, or its bucket could not be destroyed; which may be gone already."""
    try:
        for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=key):
            for version in [*page.get("Versions", []), *page.get("DeleteMarkers", [])]:
                if version["Key"] == key:
                    s3.delete_object(Bucket=bucket, Key=key, VersionId=version["VersionId"])
    except s3.exceptions.NoSuchBucket:
        return


def _tidy_api(aws: Clients, revision: Revision, name: str, needed: set[str]) -> None:
    apigateway, api = aws("apigateway"), revision.api.rest_api_id
    try:
        spare = our_deployments(apigateway, api, name) - needed - deployments_in_use(apigateway, api)
    except apigateway.exceptions.NotFoundException:
        return  # the API is gone, and its deployments with it
    for deployment in spare:
        apigateway.delete_deployment(restApiId=api, deploymentId=deployment)
