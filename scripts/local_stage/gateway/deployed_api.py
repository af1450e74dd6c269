"""What a deployment of a REST API holds: an immutable copy, taken at CreateDeployment.

An API that was changed but not deployed keeps answering as before, because the gateway serves this copy
and never the API that the control plane edits.
Field names and meanings follow https://docs.aws.amazon.com/apigateway/latest/api/API_Operations.html
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class IntegrationResponse:
    """How an answer of the backend becomes the answer to the client."""

    status_code: str
    selection_pattern: str = ""
    """Regular expression on Lambda's errorMessage; empty is the default response."""
    response_templates: Mapping[str, str] = field(default_factory=dict)
    response_parameters: Mapping[str, str] = field(default_factory=dict)
    content_handling: str | None = None


@dataclass(frozen=True, slots=True)
class Integration:
    """The backend of a method."""

    type: str
    """AWS_PROXY, AWS, MOCK; HTTP and HTTP_PROXY are refused by the data plane."""
    uri: str = ""
    credentials: str | None = None
    timeout_ms: int = 29_000
    passthrough_behavior: str = "WHEN_NO_MATCH"
    request_templates: Mapping[str, str] = field(default_factory=dict)
    request_parameters: Mapping[str, str] = field(default_factory=dict)
    content_handling: str | None = None
    responses: tuple[IntegrationResponse, ...] = ()


@dataclass(frozen=True, slots=True)
class Method:
    """One HTTP method (or ANY) of a resource, with its validator resolved."""

    http_method: str
    authorization_type: str = "NONE"
    authorizer_id: str | None = None
    authorization_scopes: tuple[str, ...] = ()
    api_key_required: bool = False
    request_parameters: Mapping[str, bool] = field(default_factory=dict)
    """`method.request.header.X` → required."""
    request_models: Mapping[str, str] = field(default_factory=dict)
    """Content type → name of a model."""
    validate_body: bool = False
    validate_parameters: bool = False
    integration: Integration | None = None


@dataclass(frozen=True, slots=True)
class Authorizer:
    """Who judges the callers of a method."""

    id: str
    type: str
    """TOKEN, REQUEST, COGNITO_USER_POOLS."""
    uri: str = ""
    credentials: str | None = None
    identity_source: str = ""
    """`method.request.header.A, method.request.querystring.b`."""
    validation_expression: str | None = None
    ttl_seconds: int = 300
    provider_arns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    """A path of the API."""

    id: str
    path: str
    methods: Mapping[str, Method]


@dataclass(frozen=True, slots=True)
class GatewayResponse:
    """A customised answer to a refusal."""

    response_type: str
    status_code: str | None = None
    response_parameters: Mapping[str, str] = field(default_factory=dict)
    response_templates: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class DeployedApi:
    """A deployment. Compared and hashed by identity: it is compiled once and cached."""

    api_id: str
    account_id: str
    region: str
    resources: tuple[Resource, ...]
    name: str = ""
    models: Mapping[str, str] = field(default_factory=dict)
    """Name of a model → its JSON Schema (draft-04) as text."""
    gateway_responses: Mapping[str, GatewayResponse] = field(default_factory=dict)
    binary_media_types: tuple[str, ...] = ()
    minimum_compression_size: int | None = None
    api_key_source: str = "HEADER"
    policy: str | None = None
    authorizers: Mapping[str, Authorizer] = field(default_factory=dict)
    """By id."""
