"""What SageMaker's runtime answers: a status, headers, a body; and every refusal it knows.

Shapes: botocore's model of sagemaker-runtime, 2017-05-13. The error's name travels in the header
x-amzn-ErrorType, its text in the body's `message` (`Message` for ModelError).
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

BODY_LIMIT = 6 * 1024**2
SERVERLESS_BODY_LIMIT = 4 * 1024**2


@dataclass(frozen=True, slots=True)
class HttpReply:
    """One answer of the runtime."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    broken_at: int | None = None
    """Bytes of the body after which the connection breaks, -1 before the status line; None: it doesn't."""


def refuse(status: int, error_type: str, message: str, **fields: object) -> HttpReply:
    """Answer with one of the API's errors."""
    text = json.dumps({"Message" if fields else "message": message, **fields})
    headers = {
        "Content-Type": "application/json",
        "x-amzn-ErrorType": error_type,
        "x-amzn-RequestId": str(uuid.uuid4()),
    }
    return HttpReply(status, headers, text.encode())


def endpoint_not_found(name: str, account: str) -> HttpReply:
    """Refuse an endpoint that doesn't exist or was never in service: AWS says the same of both."""
    return refuse(400, "ValidationError", f"Endpoint {name} of account {account} not found.")


def variant_not_found(variant: str, endpoint: str) -> HttpReply:
    """Refuse a TargetVariant that the endpoint doesn't have."""
    return refuse(400, "ValidationError", f"Variant {variant} not found for endpoint {endpoint}.")


def target_model_wrong(endpoint: str, target: str | None) -> HttpReply:
    """Refuse a multi-model endpoint without TargetModel, or TargetModel where there is one model."""
    need = (
        "needs TargetModel: it serves many models" if target is None else "serves one model: no TargetModel"
    )
    return refuse(400, "ValidationError", f"Endpoint {endpoint} {need}.")


def target_container_wrong(endpoint: str, hostname: str | None) -> HttpReply:
    """Refuse containers that are invoked by name without a name, or a name that no container has."""
    need = "needs TargetContainerHostname" if hostname is None else f"has no container {hostname} to invoke"
    return refuse(400, "ValidationError", f"Endpoint {endpoint} {need}.")


def asynchronous_only(endpoint: str) -> HttpReply:
    """Refuse InvokeEndpoint where requests are queued."""
    return refuse(400, "ValidationError", f"Endpoint {endpoint} takes InvokeEndpointAsync only.")


def no_queue(endpoint: str) -> HttpReply:
    """Refuse InvokeEndpointAsync: the one thing of asynchronous endpoints that this stage doesn't do."""
    return refuse(
        501, "NotImplemented", f"The local stage keeps no queue for endpoint {endpoint}: test it with AWS."
    )


def body_too_large(limit: int) -> HttpReply:
    """Refuse a body over the limit of instance-based or serverless endpoints."""
    text = json.dumps({"message": f"HTTP content length exceeded {limit} bytes."})
    return HttpReply(413, {"Content-Type": "application/json"}, text.encode())


def model_error(endpoint: str, region: str, account: str, status: int, message: str) -> HttpReply:
    """Report a container that answered `status` (0: that didn't answer)."""
    kind = "client" if 400 <= status < 500 else "server"
    group = f"/aws/sagemaker/Endpoints/{endpoint}"
    return refuse(
        424,
        "ModelError",
        f'Received {kind} error ({status}) from primary with message "{message}". '
        f"See https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}"
        f"#logEventViewer:group={group} in account {account} for more information.",
        ErrorCode=f"{kind.upper()}_ERROR_FROM_MODEL",
        LogStreamArn=f"arn:aws:logs:{region}:{account}:log-group:{group}",
        OriginalMessage=message,
        OriginalStatusCode=status,
    )


TIMED_OUT = (
    "Your invocation timed out while waiting for a response from container primary. Review the latency "
    "metrics for each container in Amazon CloudWatch, resolve the issue, and try again."
)


def throttled() -> HttpReply:
    """Refuse for the account's rate."""
    return refuse(400, "ThrottlingException", "Rate exceeded")


def model_not_ready() -> HttpReply:
    """Refuse while a serverless or multi-model container is still loading."""
    return refuse(
        429, "ModelNotReadyException", "Model is not ready for inference. Please wait and try again."
    )


def internal_failure() -> HttpReply:
    """Fail inside SageMaker."""
    return refuse(500, "InternalFailure", "An internal failure occurred.")


def service_unavailable() -> HttpReply:
    """Be unavailable, for now."""
    return refuse(503, "ServiceUnavailable", "The service is currently unavailable.")


def dependency_failure() -> HttpReply:
    """Fail in something SageMaker depends on."""
    return refuse(530, "InternalDependencyException", "An internal dependency failed.")
