"""Custom domain names at the gateway, by the Host header."""

from collections.abc import Iterator

import pytest
from moto.apigateway.models import apigateway_backends

from tests.functional.gateway_stage import (
    ACCOUNT,
    REGION,
    Stage,
    document,
    operation,
    proxy_answer,
    running_stage,
)

pytestmark = pytest.mark.functional

DOMAIN = "api.example.com"


@pytest.fixture
def stage() -> Iterator[Stage]:
    with running_stage() as running:
        running.function.answers += [proxy_answer()] * 20
        running.serve()
        arn = "arn:aws:acm:eu-west-1:123456789012:certificate/a"
        running.control.create_domain_name(
            domainName=DOMAIN,
            regionalCertificateArn=arn,
            endpointConfiguration={"types": ["REGIONAL"]},
        )
        yield running


def _map(stage: Stage, base_path: str | None = None, to_stage: str | None = "beta") -> None:
    optional = {"basePath": base_path, "stage": to_stage}
    given = {name: value for name, value in optional.items() if value}
    stage.control.create_base_path_mapping(domainName=DOMAIN, restApiId=stage.api_id, **given)


def _post(stage: Stage, path: str, host: str = DOMAIN) -> int:
    return stage.send_raw("POST", path, headers={"Host": host}, json={}).status


def test_a_mapping_without_base_path_has_the_api_at_its_root(stage: Stage) -> None:
    """Whatever the case and port of the Host; the event's path has no stage."""
    _map(stage)

    assert [_post(stage, "/predict", host) for host in (DOMAIN, "API.example.com:443")] == [200, 200]
    event = stage.function.event
    assert (event["path"], event["requestContext"]["path"]) == ("/predict", "/predict")
    assert event["requestContext"]["stage"] == "beta"
    assert event["headers"]["Host"] == "API.example.com:443"


def test_base_paths_lead_to_their_apis(stage: Stage) -> None:
    """The event's path keeps the base path, as on AWS; an unmapped path is forbidden."""
    _map(stage, "v1")
    stage.deploy(document({"/score": {"post": operation()}}))
    _map(stage, "v2")

    assert _post(stage, "/v1/predict") == 200
    event = stage.function.event
    assert (event["path"], event["resource"]) == ("/v1/predict", "/predict")
    assert event["requestContext"]["path"] == "/v1/predict"
    statuses = [_post(stage, path) for path in ("/v2/score", "/v1/score", "/v10/predict", "/predict", "/")]
    assert statuses == [200, 403, 403, 403, 403]


def test_a_mapping_without_stage_takes_it_from_the_path(stage: Stage) -> None:
    """The next segment."""
    _map(stage, "v1", None)

    assert [_post(stage, path) for path in ("/v1/beta/predict", "/v1/predict")] == [200, 403]


def test_a_disabled_endpoint_answers_at_its_domain_only(stage: Stage) -> None:
    """`disableExecuteApiEndpoint`."""
    _map(stage)
    patch = [{"op": "replace", "path": "/disableExecuteApiEndpoint", "value": "true"}]
    stage.control.update_rest_api(restApiId=stage.api_id, patchOperations=patch)

    assert (stage.send(json={}).status, _post(stage, "/predict")) == (403, 200)


def test_other_hosts_reach_stages_as_ever(stage: Stage) -> None:
    """A domain name takes nothing from `/{api}/{stage}`."""
    _map(stage)

    assert _post(stage, f"/{stage.api_id}/beta/predict", "localhost") == 200
    assert _post(stage, "/predict", "other.example.com") == 403


def test_what_a_domain_name_asks_for_and_does_not_get_is_said(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    """Mutual TLS, once in the stage's log: the gateway speaks HTTP."""
    _map(stage)
    domain = apigateway_backends[ACCOUNT][REGION].domain_names[DOMAIN]
    domain.__dict__["extras"] = {"mutualTlsAuthentication": {"truststoreUri": "s3://b/k"}}

    assert [_post(stage, "/predict") for _ in range(2)] == [200, 200]
    assert caplog.text.count("not enforced here: mutual TLS of api.example.com") == 1
