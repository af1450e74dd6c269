"""Lambda's code signing configurations: kept and described.

No signature is checked, and the stage's log says so.
"""

import json
import logging
import os
from typing import Any
from urllib.parse import unquote

from moto.awslambda import urls
from moto.awslambda.models import lambda_backends
from moto.awslambda.responses import LambdaResponse

from scripts.local_stage.corrections.awslambda import Reply, function_of, refusal
from scripts.local_stage.corrections.correction import Seams, correction, replace

_FIELDS = ("Description", "AllowedPublishers", "CodeSigningPolicies")
_WARN = {"UntrustedArtifactOnDeployment": "Warn"}


@correction(
    symptom="code signing configurations have no route, and a function can't change its own",
    symbol="moto.awslambda.responses.LambdaResponse",
)
def code_signing(_: Seams) -> None:
    """Keep them with their tags."""
    configurations: dict[str, dict[str, Any]] = {}
    tags: dict[str, dict[str, str]] = {}
    stock = {name: getattr(LambdaResponse, name) for name in ("list_tags", "tag_resource", "untag_resource")}

    def arn_in(path: str) -> str:
        return unquote(path.rstrip("/").rpartition("/")[2])

    def describe(arn: str) -> str:
        return json.dumps({"CodeSigningConfig": configurations[arn]})

    def create(self: Any) -> Reply:
        name = f"csc-{os.urandom(9).hex()[:17]}"
        arn = f"arn:aws:lambda:{self.region}:{self.current_account}:code-signing-config:{name}"
        configurations[arn] = {
            "CodeSigningPolicies": _WARN,
            **{field: self._get_param(field) for field in _FIELDS if self._get_param(field)},
            "CodeSigningConfigId": name,
            "CodeSigningConfigArn": arn,
            "LastModified": "2026-01-01T00:00:00.000+0000",
        }
        tags[arn] = self._get_param("Tags") or {}
        logging.getLogger(__name__).warning("%s is kept, but the local stage checks no signature", arn)
        return 201, {"status": 201}, describe(arn)

    def get(self: Any) -> Reply:
        arn = arn_in(self.path)
        return (200, {}, describe(arn)) if arn in configurations else _not_found(arn)

    def update(self: Any) -> Reply:
        arn = arn_in(self.path)
        configurations[arn] |= {f: self._get_param(f) for f in _FIELDS if self._get_param(f) is not None}
        return 200, {}, describe(arn)

    def delete(self: Any) -> Reply:
        arn = arn_in(self.path)
        functions = lambda_backends[self.current_account][self.region].list_functions()
        if any(function.code_signing_config_arn == arn for function in functions):
            text = "The code signing configuration is in use by one or more functions"
            return refusal(409, "ResourceConflictException", text)
        configurations.pop(arn, None)
        return 204, {"status": 204}, ""

    def put_function(self: Any) -> str:
        function = function_of(self)
        function.code_signing_config_arn = self._get_param("CodeSigningConfigArn")
        return json.dumps(function.get_function_code_signing_config())

    def delete_function(self: Any) -> Reply:
        function_of(self).code_signing_config_arn = None
        return 204, {"status": 204}, ""

    def list_tags(self: Any) -> Any:
        arn = arn_in(self.path)
        return json.dumps({"Tags": tags[arn]}) if arn in tags else stock["list_tags"](self)

    def tag_resource(self: Any) -> Any:
        arn = arn_in(self.path)
        if arn not in tags:
            return stock["tag_resource"](self)
        tags[arn] |= self._get_param("Tags")
        return "{}"

    def untag_resource(self: Any) -> Any:
        arn = arn_in(self.path)
        if arn not in tags:
            return stock["untag_resource"](self)
        for name in self.querystring.get("tagKeys", []):
            tags[arn].pop(name, None)
        return 204, {"status": 204}, "{}"

    replace(LambdaResponse, create_code_signing_config=create, get_code_signing_config=get)
    replace(LambdaResponse, update_code_signing_config=update, delete_code_signing_config=delete)
    replace(LambdaResponse, put_function_code_signing_config=put_function)
    replace(LambdaResponse, delete_function_code_signing_config=delete_function)
    replace(LambdaResponse, list_tags=list_tags, tag_resource=tag_resource, untag_resource=untag_resource)
    urls.url_paths[r"{0}/(?P<api_version>[^/]+)/code-signing-configs/?$"] = LambdaResponse.dispatch
    urls.url_paths[r"{0}/(?P<api_version>[^/]+)/code-signing-configs/(?P<arn>[^/]+)/?$"] = (
        LambdaResponse.dispatch
    )


def _not_found(arn: str) -> Reply:
    return refusal(404, "ResourceNotFoundException", f"The code signing configuration {arn} can't be found.")
