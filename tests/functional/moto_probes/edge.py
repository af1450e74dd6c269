"""Custom domains and web ACLs."""

from typing import Any

from tests.functional.moto_probes.probe import client, probe

CERTIFICATE = "arn:aws:acm:eu-west-1:123456789012:certificate/1"


def domain(gateway: Any, **settings: Any) -> dict[str, Any]:
    created: dict[str, Any] = gateway.create_domain_name(
        domainName="models.example.com",
        regionalCertificateArn=CERTIFICATE,
        endpointConfiguration={"types": ["REGIONAL"]},
        **settings,
    )
    return created


@probe
def domain_mutual_tls() -> None:
    gateway = client("apigateway")
    trust = {"truststoreUri": "s3://trust/ca.pem", "truststoreVersion": "1"}
    domain(gateway, mutualTlsAuthentication=trust, ownershipVerificationCertificateArn=CERTIFICATE)
    found = gateway.get_domain_name(domainName="models.example.com")
    assert found["mutualTlsAuthentication"] == trust
    assert found["ownershipVerificationCertificateArn"] == CERTIFICATE


@probe
def domain_updates() -> None:
    gateway = client("apigateway")
    domain(gateway, mutualTlsAuthentication={"truststoreUri": "s3://trust/ca.pem"})

    def update(path: str, value: str) -> Any:
        change = [{"op": "replace", "path": path, "value": value}]
        return gateway.update_domain_name(domainName="models.example.com", patchOperations=change)

    assert update("/regionalCertificateArn", f"{CERTIFICATE}2")["regionalCertificateArn"] == f"{CERTIFICATE}2"
    moved = update("/mutualTlsAuthentication/truststoreUri", "s3://trust/ca2.pem")
    assert moved["mutualTlsAuthentication"] == {"truststoreUri": "s3://trust/ca2.pem"}
    assert "mutualTlsAuthentication" not in update("/mutualTlsAuthentication/truststoreUri", "")
