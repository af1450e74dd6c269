"""Checks that ask AWS: is what runs what Terraform just made."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from scripts.smoke.foreign_errors import cause_of_refusal
from scripts.smoke.result import CheckFailed, CheckSkipped, require
from scripts.smoke.subject import Subject
from scripts.smoke.unanswered import NOT_READY, UNAVAILABLE

APPLY = "apply again (make apply); if it says there is nothing to change, someone changed it by hand"

RENDER = "render the API's document and apply it: make openapi apply"
_SERVES = ("InService", "Updating", "SystemUpdating", "RollingBack")
"""Statuses in which an endpoint answers, be it by its earlier configuration."""
ONLY_URL = "only a URL is known: without --url AWS is asked too"


def _aws(subject: Subject, service: str) -> Any:
    if subject.aws is None:
        raise CheckSkipped(ONLY_URL)
    return subject.aws(service)


def _output(subject: Subject, name: str) -> Any:
    if subject.outputs is None:
        raise CheckSkipped(ONLY_URL)
    value = subject.outputs.get(name)
    if value is None:
        raise CheckSkipped(f"the stack has no output {name}")
    return value


def endpoint_in_service(subject: Subject) -> str:
    """The endpoint is InService; one that is coming up is waited for."""
    name, sagemaker = _output(subject, "endpoint_name"), _aws(subject, "sagemaker")
    deadline = subject.clock() + subject.budget.warm_up_seconds
    while True:
        endpoint = _describe(sagemaker, name)
        status = endpoint["EndpointStatus"]
        if status not in ("Creating", "Updating", "SystemUpdating") or subject.clock() > deadline:
            break
        subject.pause(min(2.0, subject.budget.warm_up_seconds / 10))
    reason = endpoint.get("FailureReason", "")
    require(
        status == "InService",
        expected=f"{name} InService",
        found=f"{status}{': ' if reason else ''}{reason}",
        repair="read why in SageMaker's console or in the log group /aws/sagemaker/Endpoints/" + name,
        causes=() if status in _SERVES else (UNAVAILABLE, NOT_READY),
    )
    return f"{name} is InService"


def _describe(sagemaker: Any, name: str) -> Mapping[str, Any]:
    try:
        return sagemaker.describe_endpoint(EndpointName=name)  # type: ignore[no-any-return]
    except ClientError as error:
        if not error.response["Error"]["Message"].startswith("Could not find endpoint"):
            raise
        raise CheckFailed(
            expected=f"{name} InService",
            found=error.response["Error"]["Message"],
            repair="somebody deleted it: make apply makes it again",
            causes=(cause_of_refusal(error), UNAVAILABLE, NOT_READY),
        ) from error


def endpoint_configuration_is_live(subject: Subject) -> str:
    """The endpoint runs the configuration that Terraform made last, and not one it rolled back to."""
    name, wanted = _output(subject, "endpoint_name"), _output(subject, "endpoint_configuration_name")
    found = _aws(subject, "sagemaker").describe_endpoint(EndpointName=name)["EndpointConfigName"]
    require(
        found == wanted,
        expected=wanted,
        found=found,
        repair=f"the roll-out was rolled back or not applied: see the alarms of {name}, then make apply",
    )
    return str(found)


def model_is_live(subject: Subject) -> str:
    """The endpoint's configuration names the model that Terraform made, with its artifact."""
    wanted, artifact = _output(subject, "model_name"), _output(subject, "model_data_url")
    sagemaker = _aws(subject, "sagemaker")
    endpoint = sagemaker.describe_endpoint(EndpointName=_output(subject, "endpoint_name"))
    variants = sagemaker.describe_endpoint_config(EndpointConfigName=endpoint["EndpointConfigName"])
    models = [variant["ModelName"] for variant in variants["ProductionVariants"]]
    require(wanted in models, expected=wanted, found=", ".join(models), repair=APPLY)
    found = sagemaker.describe_model(ModelName=wanted)["PrimaryContainer"].get("ModelDataUrl")
    require(found == artifact, expected=artifact, found=found, repair=APPLY)
    return str(wanted)


def alias_points_at_version(subject: Subject) -> str:
    """The alias sends everything to the version that Terraform published."""
    name, alias = _output(subject, "function_name"), _output(subject, "alias_name")
    wanted = str(_output(subject, "function_version"))
    found = _aws(subject, "lambda").get_alias(FunctionName=name, Name=alias)
    require(
        found["FunctionVersion"] == wanted,
        expected=f"{alias} → version {wanted}",
        found=f"{alias} → version {found['FunctionVersion']}",
        repair="the alias was moved (a roll-back?); apply again to move it forward",
    )
    weights = (found.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    require(not weights, expected="all calls to one version", found=f"also to {weights}", repair=APPLY)
    return f"{alias} → version {wanted}"


def code_is_what_was_built(subject: Subject) -> str:
    """The live version's code is the zip that was published, the one built here last, of the code here."""
    name, alias = _output(subject, "function_name"), _output(subject, "alias_name")
    live = _aws(subject, "lambda").get_function_configuration(FunctionName=name, Qualifier=alias)[
        "CodeSha256"
    ]
    wanted = _output(subject, "function_code_sha256")
    require(live == wanted, expected=f"CodeSha256 {wanted}", found=live, repair=APPLY)
    built = (subject.manifest or {}).get("sha256_base64")
    if built is None:
        return f"{live[:12]}…; no zip of this target is built here to compare with"
    require(
        live == built,
        expected=f"the built zip's {built}",
        found=live,
        repair="the zip was built after the last apply: apply it (make apply)",
    )
    sources = (subject.manifest or {}).get("sources_digest")
    require(
        None in (sources, subject.sources_digest) or sources == subject.sources_digest,
        expected=f"a zip of the code that lies here, sources {subject.sources_digest}",
        found=f"a zip of sources {sources}",
        repair="the code was changed after the zip was built: make package apply",
    )
    return f"CodeSha256 {live[:12]}…"


def function_calls_endpoint(subject: Subject) -> str:
    """The live version is set to call this stack's endpoint."""
    name, alias = _output(subject, "function_name"), _output(subject, "alias_name")
    wanted = _output(subject, "endpoint_name")
    configuration = _aws(subject, "lambda").get_function_configuration(FunctionName=name, Qualifier=alias)
    found = configuration.get("Environment", {}).get("Variables", {}).get("ENDPOINT_NAME")
    require(
        found == wanted,
        expected=f"ENDPOINT_NAME={wanted}",
        found=found,
        repair=APPLY,
        causes=(UNAVAILABLE,),
    )
    return f"ENDPOINT_NAME={wanted}"


def contract_was_applied(subject: Subject) -> str:
    """Terraform applied the contract that lies here."""
    wanted = _output(subject, "contract_digest")
    require(
        subject.contract_digest == wanted,
        expected=f"contract {wanted[:12]}… as applied",
        found=f"{subject.contract_digest[:12]}… in this checkout",
        repair="the contract was edited after the last apply: make openapi package, then make apply",
    )
    return f"sha256 {wanted[:12]}…"


def newest_api_is_deployed(subject: Subject) -> str:
    """The stage serves Terraform's newest deployment, and in it the stack's routes with their auth."""
    api, stage = _output(subject, "rest_api_id"), _output(subject, "stage_name")
    wanted = _output(subject, "deployment_id")
    apigateway = _aws(subject, "apigateway")
    live = apigateway.get_stage(restApiId=api, stageName=stage)
    found = live["deploymentId"]
    require(found == wanted, expected=f"deployment {wanted}", found=found, repair=APPLY)
    canary = live.get("canarySettings") or {}
    if canary.get("percentTraffic"):
        share, other = f"{canary['percentTraffic']:g} %", canary["deploymentId"]
        return (
            f"deployment {found}; a canary of {share} serves {other}: the checks below meet either, and the "
            "document is compared once it is promoted"
        )
    # With the extensions, since ANY is one.
    asked = {"exportType": "oas30", "parameters": {"extensions": "apigateway"}}
    export = apigateway.get_export(restApiId=api, stageName=stage, **asked)
    return f"deployment {found}: {_compare_document(subject, json.loads(export['body'].read()))}"


def _compare_document(subject: Subject, document: Mapping[str, Any]) -> str:
    outputs, version = subject.outputs or {}, document["info"]["version"]
    require(
        version == subject.contract["version"] or "path_prefix" in outputs,  # a shared API has no model's
        expected=f"version {subject.contract['version']}",
        found=version,
        repair=RENDER,
    )
    published = outputs.get("routes") or subject.routes
    wanted = {(route["method"], route["path"]): route["auth"] for route in published}
    found = deployed_routes(document, outputs.get("function_name"))
    own = {key: route.auth for key, route in found.items() if key in wanted or route.calls_us}
    require(own == wanted, expected=_in_words(wanted), found=_in_words(own), repair=RENDER)
    others = {key: route.auth for key, route in found.items() if key not in own}
    return _in_words(own) + (f"; the team's own: {_in_words(others)}" if others else "")


class _DeployedRoute(NamedTuple):
    auth: str
    calls_us: bool
    """Whether the model's function is behind it, as far as the document says."""


def deployed_routes(
    document: Mapping[str, Any], function: str | None
) -> dict[tuple[str, str], _DeployedRoute]:
    """Read every operation but CORS's own from an exported document: method and path → its auth."""
    return {
        ("ANY" if method == "x-amazon-apigateway-any-method" else method.upper(), path): _DeployedRoute(
            _auth(operation.get("security", document.get("security")) or []), _calls(operation, function)
        )
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if isinstance(operation, dict) and method != "options"
    }


def _calls(operation: Mapping[str, Any], function: str | None) -> bool:
    uri = operation.get("x-amazon-apigateway-integration", {}).get("uri")
    return uri is None or function is None or f":function:{function}:" in uri


def _auth(security: Sequence[Mapping[str, Any]]) -> str:
    """The kind of auth; a scheme has its name, and a key may be asked for beside another kind."""
    schemes = [scheme for alternative in security for scheme in alternative]
    return next((scheme for scheme in schemes if scheme != "api_key"), "api_key" if schemes else "none")


def _in_words(routes: Mapping[tuple[str, str], str]) -> str:
    return ", ".join(f"{method} {path} ({auth})" for (method, path), auth in sorted(routes.items()))
