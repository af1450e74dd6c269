"""Custom domains and web ACLs."""

from typing import Any

from tests.functional.moto_probes.apigateway import stage
from tests.functional.moto_probes.probe import REGION, client, probe, refused

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


@probe
def base_path_none() -> None:
    gateway = client("apigateway")
    api = stage(gateway)
    domain(gateway)
    at = {"domainName": "models.example.com"}
    gateway.create_base_path_mapping(**at, restApiId=api, stage="s", basePath="bikes")
    gateway.update_base_path_mapping(
        **at, basePath="bikes", patchOperations=[{"op": "replace", "path": "/basePath", "value": ""}]
    )
    assert gateway.get_base_path_mapping(**at, basePath="(none)")["restApiId"] == api


def visible(name: str) -> dict[str, Any]:
    return {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": True, "MetricName": name}


def denying(waf: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A web ACL with one rule that denies a set of addresses: (what names the ACL, what names the set)."""
    where = {"Scope": "REGIONAL"}
    cidrs = ["198.51.100.0/24"]
    made = waf.create_ip_set(Name="denied", **where, IPAddressVersion="IPV4", Addresses=cidrs)["Summary"]
    rule = {
        "Name": "denied",
        "Priority": 0,
        "Action": {"Block": {}},
        "Statement": {"IPSetReferenceStatement": {"ARN": made["ARN"]}},
        "VisibilityConfig": visible("denied"),
    }
    acl = waf.create_web_acl(
        Name="acl",
        **where,
        DefaultAction={"Allow": {}},
        VisibilityConfig=visible("acl"),
        Rules=[rule],
        AssociationConfig={"RequestBody": {"API_GATEWAY": {"DefaultSizeInspectionLimit": "KB_64"}}},
    )["Summary"]
    return (
        {"Name": "acl", **where, "Id": acl["Id"], "LockToken": acl["LockToken"]},
        {"Name": "denied", **where, "Id": made["Id"], "LockToken": made["LockToken"]},
    )


@probe
def web_acl_updates() -> None:
    waf = client("wafv2")
    acl, _ = denying(waf)
    waf.update_web_acl(**acl, DefaultAction={"Allow": {}}, VisibilityConfig=visible("acl"), Rules=[])
    del acl["LockToken"]
    found = waf.get_web_acl(**acl)["WebACL"]
    assert found["Rules"] == []
    assert not found.get("AssociationConfig")


@probe
def waf_references() -> None:
    waf = client("wafv2")
    acl, addresses = denying(waf)
    assert "WAFAssociatedItemException" in refused(lambda: waf.delete_ip_set(**addresses))
    arn = waf.list_web_acls(Scope="REGIONAL")["WebACLs"][0]["ARN"]
    waf.associate_web_acl(WebACLArn=arn, ResourceArn=f"arn:aws:apigateway:{REGION}::/restapis/a/stages/s")
    assert "WAFAssociatedItemException" in refused(lambda: waf.delete_web_acl(**acl))


@probe
def web_acl_associations() -> None:
    waf, gateway = client("wafv2"), client("apigateway")
    acl, _ = denying(waf)
    first = waf.list_web_acls(Scope="REGIONAL")["WebACLs"][0]["ARN"]
    rest = {"Scope": "REGIONAL", "DefaultAction": {"Allow": {}}, "VisibilityConfig": visible("b")}
    second = waf.create_web_acl(Name="second", **rest)["Summary"]
    api = stage(gateway)
    resource = f"arn:aws:apigateway:{REGION}::/restapis/{api}/stages/s"
    for arn in (first, second["ARN"]):
        waf.associate_web_acl(WebACLArn=arn, ResourceArn=resource)
    assert waf.get_web_acl_for_resource(ResourceArn=resource)["WebACL"]["Name"] == "second"
    gateway.delete_stage(restApiId=api, stageName="s")
    assert "WebACL" not in waf.get_web_acl_for_resource(ResourceArn=resource)
    waf.delete_web_acl(Name="second", Scope="REGIONAL", Id=second["Id"], LockToken=second["LockToken"])
    waf.delete_web_acl(**acl)
