"""Why a caller may not call: the part of the tree of refusals that is about authorization.

```
Refusal                          response type            status  x-amzn-ErrorType
├── MissingAuthentication        MISSING_AUTHENTICATION_TOKEN 403 MissingAuthenticationTokenException
├── IncompleteSignature          INVALID_SIGNATURE          403   IncompleteSignatureException
├── InvalidSignature             INVALID_SIGNATURE          403   InvalidSignatureException
├── UnknownCaller                INVALID_SIGNATURE          403   UnrecognizedClientException
├── ExpiredToken                 EXPIRED_TOKEN              403   ExpiredTokenException
├── Unauthorized                 UNAUTHORIZED               401   UnauthorizedException
├── AccessDenied                 ACCESS_DENIED              403   AccessDeniedException
│   └── NotPermitted             (the same: a policy of IAM or of the API, whose text AWS calls "Message")
├── AuthorizerFailure            AUTHORIZER_FAILURE         500   AuthorizerFailureException
└── AuthorizerMisconfigured      AUTHORIZER_CONFIGURATION_ERROR 500 AuthorizerConfigurationException
```

Types and statuses: https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
"""

from scripts.local_stage.gateway.refusals import Refusal, UnknownRoute


class MissingAuthentication(UnknownRoute):
    """IAM is asked for and the request isn't signed."""


class IncompleteSignature(Refusal):
    """The signature lacks a part. AWS documents the text, not the response type."""

    response_type = "INVALID_SIGNATURE"
    status = 403
    error_type = "IncompleteSignatureException"
    text = "Authorization header requires a Signature Version 4 signature."


class InvalidSignature(Refusal):
    """The signature isn't this request's, this service's, or of this time."""

    response_type = "INVALID_SIGNATURE"
    status = 403
    error_type = "InvalidSignatureException"


class UnknownCaller(Refusal):
    """No active access key has this id, or the session token isn't the key's."""

    response_type = "INVALID_SIGNATURE"
    status = 403
    error_type = "UnrecognizedClientException"
    text = "The security token included in the request is invalid."


class ExpiredToken(Refusal):
    """The session has ended."""

    response_type = "EXPIRED_TOKEN"
    status = 403
    error_type = "ExpiredTokenException"
    text = "The security token included in the request is expired"


class Unauthorized(Refusal):
    """An authorizer's identity source is missing or no good."""

    response_type = "UNAUTHORIZED"
    status = 401
    error_type = "UnauthorizedException"
    text = "Unauthorized"


class AccessDenied(Refusal):
    """The policy that an authorizer returned doesn't allow the request."""

    response_type = "ACCESS_DENIED"
    status = 403
    error_type = "AccessDeniedException"
    text = "User is not authorized to access this resource"


class NotPermitted(AccessDenied):
    """The caller's IAM policies or the API's resource policy don't allow the request."""

    template = '{"Message":$context.error.messageString}'


class AuthorizerFailure(Refusal):
    """The authorizer's function failed, or was too slow."""

    response_type = "AUTHORIZER_FAILURE"
    error_type = "AuthorizerFailureException"
    text = None


class AuthorizerMisconfigured(Refusal):
    """The function can't be called, or what it returned is no policy."""

    response_type = "AUTHORIZER_CONFIGURATION_ERROR"
    error_type = "AuthorizerConfigurationException"
    text = None
