"""The tree of errors: what a client is told, with which status, and whether asking again can help.

    ScoringError                       500  internal_error
    ├── RequestError                        the request has to change
    │   ├── UnreadableRequest          400  unreadable_request
    │   │   ├── EmptyBody              400  empty_body
    │   │   ├── InvalidBase64          400  invalid_base64
    │   │   ├── InvalidEncoding        400  invalid_encoding
    │   │   ├── InvalidJson            400  invalid_json
    │   │   ├── DuplicateKey           400  duplicate_key
    │   │   ├── NumberNotFinite        400  number_not_finite
    │   │   ├── NumberTooLong          400  number_too_long
    │   │   ├── NestedTooDeeply        400  nested_too_deeply
    │   │   └── NotAnObject            400  not_an_object
    │   ├── UnknownPath                404  unknown_path
    │   ├── MethodNotAllowed           405  method_not_allowed
    │   ├── NotAcceptable              406  not_acceptable
    │   ├── RequestTooLarge            413  request_too_large
    │   ├── TooManyInstances           413  too_many_instances
    │   ├── ResponseTooLarge           413  response_too_large
    │   ├── UnsupportedMediaType       415  unsupported_media_type
    │   ├── UnsupportedEncoding        415  unsupported_content_encoding
    │   ├── InvalidRequest             422  invalid_request
    │   └── InvalidInstances           422  invalid_instances
    └── ModelError                          the request is fine, the model is not
        ├── ModelUnavailable           503  model_unavailable
        ├── ModelNotReady              503  model_not_ready           R
        ├── ModelThrottled             503  model_throttled           R
        ├── ModelUnreachable           503  model_unreachable         R
        ├── ModelRejectedPayload       502  model_rejected_payload
        ├── ModelFailed                502  model_failed              R
        ├── ModelTimeout               504  model_timeout             R
        ├── DeadlineExceeded           504  deadline_exceeded         R
        ├── MalformedReply             502  malformed_reply           R
        ├── TruncatedReply             502  truncated_reply           R
        ├── WrongPredictionCount       502  wrong_prediction_count
        └── PredictionNotFinite        502  prediction_not_finite

R marks the retryable ones. docs/errors.md says what to do about each; the document sent is RFC 9457's.
All are imported from here, wherever they stand.
`detail` is public: it must never carry a name, an account, a trace or another service's message.
`reason` is for the log alone; it must never carry a value out of a request.
"""

# In the order of the drawing:
# isort: off
from .root_error import *  # noqa: F403 - all of the tree
from .request_errors import *  # noqa: F403 - the same
from .model_errors import *  # noqa: F403 - the same
