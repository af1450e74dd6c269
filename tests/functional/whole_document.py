"""An OpenAPI document with everything that an import reads, and what was read of a method."""

from typing import Any

from tests.functional.gateway_stage import (
    PROXY,
    Stage,
    document,
    operation,
)


def whole_document() -> dict[str, Any]:
    row = {"type": "object", "properties": {"temp": {"type": "number"}}}
    request = {"type": "object", "properties": {"instances": {"items": {"$ref": "#/components/schemas/Row"}}}}
    body = document(
        {
            "/": {
                "get": operation(
                    {
                        "type": "mock",
                        "passthroughBehavior": "when_no_templates",
                        "requestTemplates": {"application/json": '{"statusCode": 200}'},
                        "responses": {
                            "default": {"statusCode": "200", "responseTemplates": {"text/plain": "ok"}}
                        },
                    },
                    security=[],
                )
            },
            "/models/{name}": {
                "parameters": [
                    {"name": "name", "in": "path", "required": True},
                    {"$ref": "#/components/parameters/Q"},
                ],
                "post": operation(
                    operationId="predict",
                    requestBody={
                        "content": {
                            "application/json": {"schema": {"$ref": "#/components/schemas/Request"}},
                            "text/json": {"schema": {"type": "object"}},
                        }
                    },
                ),
                "x-amazon-apigateway-any-method": operation({**PROXY, "timeoutInMillis": 5000}),
            },
        },
        schemas={"Row": row, "Request": request},
        request_validators={
            "body": {"validateRequestBody": True, "validateRequestParameters": False},
            "parameters": {"validateRequestBody": False, "validateRequestParameters": True},
        },
        request_validator="parameters",
        gateway_responses={
            "THROTTLED": {"responseTemplates": {"application/json": "{}"}},
            "DEFAULT_4XX": {"statusCode": 418, "responseParameters": {"gatewayresponse.header.A": "'b'"}},
        },
        binary_media_types=["image/png"],
        minimum_compression_size=1024,
        api_key_source="HEADER",
    )
    body["paths"]["/models/{name}"]["post"]["x-amazon-apigateway-request-validator"] = "body"
    body["security"] = [{"api_key": []}]
    body["components"]["parameters"] = {"Q": {"name": "q", "in": "query"}}
    return body


def method_of(stage: Stage, path: str, verb: str) -> Any:
    resources = {r["path"]: r["id"] for r in stage.control.get_resources(restApiId=stage.api_id)["items"]}
    return stage.control.get_method(restApiId=stage.api_id, resourceId=resources[path], httpMethod=verb)
