"""API Gateway: OpenAPI import and export, and what a deployment holds."""

import copy
import json
from typing import Any

from moto.apigateway.exceptions import (
    BadRequestException,
    DeploymentNotFoundException,
    InvalidOpenApiDocVersionException,
    InvalidOpenApiModeException,
    StageNotFoundException,
    StageStillActive,
)
from moto.apigateway.models import APIGatewayBackend, RestAPI
from moto.apigateway.responses import APIGatewayResponse

from scripts.local_stage.corrections.correction import Seams, correction, replace
from scripts.local_stage.corrections.openapi_import import OpenApiImport
from scripts.local_stage.gateway.snapshot import snapshot


@correction(
    symptom="PutRestApi drops security, validators, models, parameters, gateway responses, binary types, "
    "compression; crashes on MOCK; ANY and the root come out wrong",
    symbol="moto.apigateway.models.APIGatewayBackend.put_rest_api",
)
def openapi_import(_: Seams) -> None:
    """Read the whole document, or refuse it and change nothing."""

    def put_rest_api(
        self: Any, function_id: str, api_doc: dict[str, Any], fail_on_warnings: bool, mode: str = "merge"
    ) -> Any:
        if mode not in ("merge", "overwrite"):
            raise InvalidOpenApiModeException
        if not str(api_doc.get("openapi", "")).startswith("3.0"):
            raise InvalidOpenApiDocVersionException
        api = self.get_rest_api(function_id)
        OpenApiImport(self, api, api_doc).run(mode)
        return api

    replace(APIGatewayBackend, put_rest_api=put_rest_api)


@correction(
    symptom="ImportRestApi fails on a document without info.description",
    symbol="moto.apigateway.models.APIGatewayBackend.import_rest_api",
)
def openapi_import_as_new_api(_: Seams) -> None:
    """Make the API, import, and drop it again when the document is refused."""

    def import_rest_api(self: Any, api_doc: dict[str, Any], fail_on_warnings: bool) -> Any:
        info = api_doc.get("info", {})
        api = self.create_rest_api(name=info.get("title", ""), description=info.get("description", ""))
        try:
            return self.put_rest_api(api.id, api_doc, fail_on_warnings=fail_on_warnings, mode="overwrite")
        except Exception:
            self.delete_rest_api(api.id)
            raise

    replace(APIGatewayBackend, import_rest_api=import_rest_api)


@correction(
    symptom="a deployment holds nothing, so the API behind a stage changes without one; a method without "
    "integration deploys; deploying into a stage resets its settings",
    symbol="moto.apigateway.models.APIGatewayBackend.create_deployment",
)
def deployment_snapshot(_: Seams) -> None:
    """Keep a copy of the API (`deployed_api`) and its document with the deployment."""
    deploy = APIGatewayBackend.create_deployment

    def create_deployment(
        self: Any, function_id: str, name: str, description: str = "", stage_variables: Any = None
    ) -> Any:
        api = self.get_rest_api(function_id)
        for resource in api.resources.values():
            for verb, method in resource.resource_methods.items():
                if method.method_integration is None:
                    raise BadRequestException(
                        f"No integration defined for method: {verb} {resource.get_path()}"
                    )
        stage = api.stages.get(name)
        deployment: Any = deploy(self, function_id, name, description, stage_variables)
        deployment.deployed_api = snapshot(api)
        deployment.openapi_document = getattr(api, "openapi_document", None)
        if stage is not None:
            stage.deployment_id = deployment.id
            stage.variables.update(stage_variables or {})
            api.stages[name] = stage
        return deployment

    replace(APIGatewayBackend, create_deployment=create_deployment)


@correction(
    symptom="DeleteDeployment deletes what a stage serves, and keeps what no stage serves any more",
    symbol="moto.apigateway.models.RestAPI.delete_deployment",
)
def deployment_in_use(_: Seams) -> None:
    """Ask the stages."""

    def delete_deployment(self: Any, deployment_id: str) -> Any:
        if deployment_id not in self.deployments:
            raise DeploymentNotFoundException
        for stage in self.stages.values():
            canary = getattr(stage, "canary_settings", None) or {}
            if deployment_id in (stage.deployment_id, canary.get("deploymentId")):
                raise StageStillActive
        return self.deployments.pop(deployment_id)

    replace(RestAPI, delete_deployment=delete_deployment)


@correction(
    symptom="GetExport answers a skeleton",
    symbol="moto.apigateway.responses.APIGatewayResponse.get_export",
)
def openapi_export(_: Seams) -> None:
    """Give back the document that the stage's deployment was imported from; others stay skeletons."""
    stock = APIGatewayResponse.get_export

    def get_export(self: Any) -> Any:
        api_id, stage_name, export_type = (self.path.split("/")[index] for index in (-5, -3, -1))
        api = self.backend.apis.get(api_id)
        if api is None or stage_name not in api.stages:
            raise StageNotFoundException
        deployment = api.deployments.get(api.stages[stage_name].deployment_id)
        document = getattr(deployment, "openapi_document", None)
        if document is None or export_type != "oas30":
            return stock(self)
        extensions = self.querystring.get("extensions", [""])[0].split(",")
        body = _exported(
            document, api, stage_name, with_extensions=bool({"apigateway", "integrations"} & {*extensions})
        )
        headers = {
            "Content-Type": "application/octet-stream",
            "Content-Disposition": f'attachment; filename="oas30_{body["info"]["version"]}.json"',
        }
        return 200, headers, json.dumps(body).encode()

    replace(APIGatewayResponse, get_export=get_export)


def _exported(
    document: dict[str, Any], api: Any, stage_name: str, *, with_extensions: bool
) -> dict[str, Any]:
    exported: dict[str, Any] = copy.deepcopy(document) if with_extensions else _without_extensions(document)
    host = f"https://{api.id}.execute-api.{api.region_name}.amazonaws.com/{{basePath}}"
    exported["servers"] = [{"url": host, "variables": {"basePath": {"default": stage_name}}}]
    exported.setdefault("info", {}).setdefault("version", "1")
    return exported


def _without_extensions(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_extensions(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {key: _without_extensions(item) for key, item in value.items() if not key.startswith("x-amazon-")}
