"""What goes into an invocation of a function and what comes out of it.

Two ways to fail, kept apart as Lambda's API keeps them:

- `LambdaApiError`: the API rejected the call, the function never ran (throttled, no permission, missing);
- `InvokeResult.function_error`: the API's answer is 200, the function itself failed.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class InvocationSource:
    """The AWS service that calls; the function's resource policy must allow it."""

    principal: str
    """Service principal, e.g. `apigateway.amazonaws.com`."""
    source_arn: str
    """ARN of the calling resource, e.g. `arn:aws:execute-api:REGION:ACCOUNT:API/STAGE/POST/predict`."""
    source_account: str


@dataclass(frozen=True, slots=True)
class InvokeResult:
    """The answer of an invocation that reached the function."""

    status: int
    """200."""
    payload: bytes
    """What the handler returned as JSON, or the error document when `function_error` is set."""
    function_error: str | None
    """None, or `Unhandled` as in the header X-Amz-Function-Error."""
    executed_version: str
    """`$LATEST` or the number of the published version that ran."""
    log_tail: str
    """The last 4 KB of the invocation's log."""


class LambdaApiError(Exception):
    """The Lambda API refused the call; the function did not run."""

    def __init__(self, status: int, error_type: str, message: str, reason: str | None = None) -> None:
        super().__init__(f"{status} {error_type}: {message}")
        self.status = status
        """HTTP status of the API's answer, e.g. 429."""
        self.error_type = error_type
        """Name of the exception in the API's model, e.g. `TooManyRequestsException`."""
        self.message = message
        self.reason = reason
        """Field `Reason` of a TooManyRequestsException, e.g. `ConcurrentInvocationLimitExceeded`."""
