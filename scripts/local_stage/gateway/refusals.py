"""Why the gateway answers by itself: the tree of refusals.

```
Refusal                          response type            status  x-amzn-ErrorType
├── UnknownRoute                 MISSING_AUTHENTICATION_TOKEN 403 MissingAuthenticationTokenException
├── StageNotFound                (no gateway response)      403   ForbiddenException
├── Filtered                     WAF_FILTERED               403   ForbiddenException
├── … who may call               access_refusals.py
├── InvalidApiKey                INVALID_API_KEY            403   ForbiddenException
├── Throttled                    THROTTLED                  429   TooManyRequestsException
├── QuotaExceeded                QUOTA_EXCEEDED             429   LimitExceededException
├── RequestTooLarge              REQUEST_TOO_LARGE          413   RequestTooLongException
├── UnsupportedMediaType         UNSUPPORTED_MEDIA_TYPE     415   UnsupportedMediaTypeException
├── BadParameters                BAD_REQUEST_PARAMETERS     400   BadRequestException
├── BadBody                      BAD_REQUEST_BODY           400   BadRequestException
├── IntegrationTimeout           INTEGRATION_TIMEOUT        504   InternalServerErrorException
├── BackendUnavailable           DEFAULT_5XX                500   InternalServerErrorException
├── BadBackendAnswer             DEFAULT_5XX                502   InternalServerErrorException
└── ConfigurationError           API_CONFIGURATION_ERROR    500   InternalServerErrorException
    └── NotEnforcedHere          (the same: the local stage can't do what the API asks)
```

Types and statuses: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - an answer, not a fault of the gateway
    """The gateway answers by itself; `message` is what a client may read."""

    response_type: ClassVar[str] = "DEFAULT_5XX"
    status: ClassVar[int] = 500
    error_type: ClassVar[str] = "InternalServerErrorException"
    text: ClassVar[str | None] = "Internal server error"
    """None is JSON's null, as AWS has it for an authorizer that failed."""
    template: ClassVar[str] = '{"message":$context.error.messageString}'
    """The body unless the API has a gateway response."""

    def __init__(self, message: str | None = None, *, reason: str = "", validation: str = "") -> None:
        self.message = self.text if message is None else message
        self.reason = reason
        """For the stage's log, never for a client."""
        self.validation = validation
        """`$context.error.validationErrorString`."""
        super().__init__(reason or self.message or self.response_type)


class UnknownRoute(Refusal):
    """No resource with this path, or no such method on it."""

    response_type = "MISSING_AUTHENTICATION_TOKEN"
    status = 403
    error_type = "MissingAuthenticationTokenException"
    text = "Missing Authentication Token"


class StageNotFound(Refusal):
    """No such API or stage, or the stage has no deployment."""

    response_type = "DEFAULT_4XX"
    status = 403
    error_type = "ForbiddenException"
    text = "Forbidden"


class Filtered(Refusal):
    """A rule of the stage's web ACL blocks the request."""

    response_type = "WAF_FILTERED"
    status = 403
    error_type = "ForbiddenException"
    text = "Forbidden"


class InvalidApiKey(Refusal):
    """The key is missing, unknown, disabled, or in no usage plan of this stage."""

    response_type = "INVALID_API_KEY"
    status = 403
    error_type = "ForbiddenException"
    text = "Forbidden"


class Throttled(Refusal):
    """A token bucket is empty."""

    response_type = "THROTTLED"
    status = 429
    error_type = "TooManyRequestsException"
    text = "Too Many Requests"


class QuotaExceeded(Refusal):
    """The usage plan's quota of this period is used up."""

    response_type = "QUOTA_EXCEEDED"
    status = 429
    error_type = "LimitExceededException"
    text = "Limit Exceeded"


class RequestTooLarge(Refusal):
    """Over 10 MB, or over Lambda's 6 MB once it is an event."""

    response_type = "REQUEST_TOO_LARGE"
    status = 413
    error_type = "RequestTooLongException"
    text = "Request Too Long"


class UnsupportedMediaType(Refusal):
    """No mapping template for this content type, and passing through is forbidden."""

    response_type = "UNSUPPORTED_MEDIA_TYPE"
    status = 415
    error_type = "UnsupportedMediaTypeException"
    text = "Unsupported Media Type"


class BadParameters(Refusal):
    """A required header, query or path parameter is missing."""

    response_type = "BAD_REQUEST_PARAMETERS"
    status = 400
    error_type = "BadRequestException"


class BadBody(Refusal):
    """The body breaks the model of its content type."""

    response_type = "BAD_REQUEST_BODY"
    status = 400
    error_type = "BadRequestException"
    text = "Invalid request body"


class IntegrationTimeout(Refusal):
    """The backend took longer than the integration's timeout."""

    response_type = "INTEGRATION_TIMEOUT"
    status = 504
    text = "Endpoint request timed out"


class BackendUnavailable(Refusal):
    """Lambda's API refused for now: throttled, or its own fault."""


class BadBackendAnswer(Refusal):
    """The function failed or answered something that is no proxy response.

    AWS documents the status, not the type; DEFAULT_5XX is what its documentation names for any other 5xx.
    """

    status = 502


class ConfigurationError(Refusal):
    """The API is set up wrongly, or Lambda's API refused the call."""

    response_type = "API_CONFIGURATION_ERROR"


class NotEnforcedHere(ConfigurationError):  # noqa: N818
    """The API asks for something the local stage can't check or do; better closed than open."""
