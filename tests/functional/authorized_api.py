"""Documents of APIs that ask who calls, and requests signed as botocore signs them."""

import datetime as dt
from typing import Any

from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.functional.gateway_stage import REGION, Stage, document, operation

HEADER = {"type": "apiKey", "name": "Authorization", "in": "header"}
IAM = {**HEADER, "x-amazon-apigateway-authtype": "awsSigv4"}
CORS = {
    "DEFAULT_4XX": {"responseParameters": {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}},
    "DEFAULT_5XX": {"responseParameters": {"gatewayresponse.header.Access-Control-Allow-Origin": "'*'"}},
}
MOCK = {
    "type": "mock",
    "requestTemplates": {"application/json": '{"statusCode": 204}'},
    "responses": {"default": {"statusCode": "204"}},
}


def guarded(scheme: dict[str, Any], *scopes: str, policy: Any = None, **extensions: Any) -> dict[str, Any]:
    """POST and GET /predict behind a security scheme, and an open OPTIONS."""
    security = [{"guard": [*scopes]}]
    body = document(
        {
            "/predict": {
                "post": operation(security=security),
                "get": operation(security=security),
                "options": operation(MOCK, security=[], responses={"204": {"description": "ok"}}),
            }
        },
        **extensions,
    )
    body["components"]["securitySchemes"]["guard"] = scheme
    if policy is not None:
        body["x-amazon-apigateway-policy"] = policy
    return body


def statement(effect: str = "Allow", resource: str = "execute-api:/*", **parts: Any) -> dict[str, Any]:
    """A statement of a resource policy."""
    return {
        "Effect": effect,
        "Principal": "*",
        "Action": "execute-api:Invoke",
        "Resource": resource,
        **parts,
    }


def policy(*statements: dict[str, Any]) -> dict[str, Any]:
    """A policy document."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


class Signer:
    """Signs requests to a stage with botocore, the oracle; sets the stage's clock to that time."""

    def __init__(self, stage: Stage, key: str = "testing", secret: str = "testing", token: str | None = None):
        self._stage = stage
        self._credentials = Credentials(key, secret, token)

    def headers(
        self,
        method: str = "POST",
        path: str = "/predict",
        body: bytes = b"{}",
        *,
        service: str = "execute-api",
        region: str = REGION,
        **more: str,
    ) -> dict[str, str]:
        """All headers of a signed request."""
        request = AWSRequest(method, self._url(path), data=body, headers=more)
        self._sign(SigV4Auth(self._credentials, service, region), request)
        return dict(request.headers.items())

    def target(self, path: str = "/predict", *, expires: int = 60) -> str:
        """A presigned GET's path and query."""
        request = AWSRequest("GET", self._url(path))
        self._sign(SigV4QueryAuth(self._credentials, "execute-api", REGION, expires), request)
        return str(request.url).partition(f":{self._stage.client.port}")[2]

    def _sign(self, auth: SigV4Auth, request: AWSRequest) -> None:
        auth.add_auth(request)
        signed_at = dt.datetime.strptime(request.context["timestamp"], "%Y%m%dT%H%M%SZ")
        self._stage.now = signed_at.replace(tzinfo=dt.UTC).timestamp()

    def _url(self, path: str) -> str:
        return str(self._stage.client.make_url(f"/{self._stage.api_id}/beta")) + path
