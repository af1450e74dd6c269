"""What AWS asks for beside a recorded request that is about a web ACL, a domain, a network or signed code.

Told from what is sent, by the documentation that is named; keys are another matter, since a request for what
is encrypted does not name its key: tests/e2e/extra_calls.py.
"""

import json
import re
from collections.abc import Callable
from typing import Any

from tests.e2e.called_resources import OURS, Given
from tests.e2e.policy_cases import Call, arn

LOG_DELIVERY = (
    *("logs:CreateLogDelivery", "logs:PutResourcePolicy", "logs:DescribeResourcePolicies"),
    "logs:DescribeLogGroups",
)
"""https://docs.aws.amazon.com/waf/latest/developerguide/logging-cw-logs.html"""

NETWORK = ("ec2:DescribeSecurityGroups", "ec2:DescribeSubnets", "ec2:DescribeVpcs")
"""https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html#configuration-vpc-permissions"""


def wafv2(action: str, given: Given) -> tuple[str, dict[str, str]]:
    """What a request to WAF is about."""
    named = given.get("LoggingConfiguration", given)
    named_by_arn = named.get("WebACLArn") or named.get("ResourceArn") or named.get("ResourceARN")
    if named_by_arn:
        return named_by_arn, {}
    kind = "ipset" if "IPSet" in action else "webacl"
    return arn("wafv2", f"regional/{kind}/{given['Name']}/{given.get('Id', '11111111-2222')}"), {}


def route53(method: str, path: str, body: bytes) -> Call:
    """A request to Route 53: /2013-04-01/hostedzone/ID[/rrset] or /2013-04-01/change/ID."""
    kind, identity, *more = path.strip("/").split("/")[1:]
    resource = f"arn:aws:route53:::{kind}/{identity}"
    if kind == "change":
        return Call("route53:GetChange", resource)
    if method == "POST":
        found = {
            name: re.search(rf"<{name}>([^<]+)</{name}>".encode(), body)
            for name in ("Action", "Name", "Type")
        }
        sent = {name: match[1].decode() for name, match in found.items() if match}
        context = {"Actions": sent["Action"], "RecordTypes": sent["Type"]} | {
            "NormalizedRecordNames": sent["Name"].rstrip(".").lower()
        }
        said = {f"route53:ChangeResourceRecordSets{name}": value for name, value in context.items()}
        return Call("route53:ChangeResourceRecordSets", resource, said)
    return Call("route53:ListResourceRecordSets" if more else "route53:GetHostedZone", resource)


def code_signing(operation: str, path: str, body: bytes) -> Call:
    """A request about a code signing configuration."""
    if operation == "CreateCodeSigningConfig":
        tags = json.loads(body).get("Tags", {})
        return Call(f"lambda:{operation}", "*", {f"aws:RequestTag/{key}": tags[key] for key in tags})
    return Call(f"lambda:{operation}", path.rstrip("/").rpartition("/")[2], OURS)


def also_asked(call: Call, body: bytes) -> list[Call]:
    """The calls that AWS asks for beside this one."""
    asked = ALSO.get(call.action)
    return asked(call, json.loads(body or b"{}")) if asked else []


def _references(value: Any) -> list[str]:
    """ARNs of what the rules of a web ACL refer to."""
    if isinstance(value, list):
        return [found for item in value for found in _references(item)]
    if not isinstance(value, dict):
        return []
    found = [reference for item in value.values() for reference in _references(item)]
    if {"VendorName", "Name"} <= value.keys():
        found.append(arn("wafv2", f"regional/managedruleset/{value['Name']}/*"))
    found += [value["ARN"]] if "ARN" in value else []
    return found


def _rules(call: Call, given: Given) -> list[Call]:
    return [Call(call.action, reference) for reference in _references(given.get("Rules"))]


def _association(call: Call, given: Given) -> list[Call]:
    stage = given["ResourceArn"]
    return [Call(call.action, stage), Call("apigateway:SetWebACL", stage, OURS)]


def _network(call: Call, given: Given) -> list[Call]:
    subnets = (given.get("VpcConfig") or {}).get("SubnetIds")
    return [Call(action, "*") for action in NETWORK] if subnets else []


def _signing(call: Call, given: Given) -> list[Call]:
    return [Call(call.action, given["CodeSigningConfigArn"], OURS)]


def _signing_tags(call: Call, given: Given) -> list[Call]:
    new = arn("lambda", "code-signing-config:csc-0123456789abcdef0")
    return [Call("lambda:TagResource", new, call.context)]


def _domain(call: Call, given: Given) -> list[Call]:
    """Certificates of clients, and CloudFront before an edge domain.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonapigatewaymanagement.html
    https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-edge-optimized-custom-domain-name.html
    """
    if "/domainnames" not in call.resource or "/basepathmappings" in call.resource:
        return []
    sent = {operation["path"]: operation.get("value") for operation in given.get("patchOperations", ())}
    asked = []
    trust = (given.get("mutualTlsAuthentication") or {}).get("truststoreUri")
    trust = trust or sent.get("/mutualTlsAuthentication/truststoreUri")
    if trust:
        place = trust.removeprefix("s3://")
        asked.append(Call("apigateway:AddCertificateToDomain", call.resource, call.context))
        asked.append(Call("s3:GetObject", f"arn:aws:s3:::{place}"))
    elif any(path.startswith("/mutualTlsAuthentication") for path in sent):
        asked.append(Call("apigateway:RemoveCertificateFromDomain", call.resource, call.context))
    if "EDGE" in (*given.get("endpointConfiguration", {}).get("types", ()), *sent.values()):
        theirs = {"aws:ResourceAccount": EDGE_ACCOUNT}
        distribution = f"arn:aws:cloudfront::{EDGE_ACCOUNT}:distribution/E1ABCDEFGHIJKL"
        asked.append(Call("cloudfront:UpdateDistribution", distribution, theirs))
    return asked


EDGE_ACCOUNT = "392220576650"
"""API Gateway's own, of eu-west-1 or elsewhere: it keeps the distributions."""

ALSO: dict[str, Callable[[Call, Given], list[Call]]] = {
    "apigateway:PATCH": _domain,
    "apigateway:POST": _domain,
    "lambda:CreateCodeSigningConfig": _signing_tags,
    "lambda:CreateFunction": _network,
    "lambda:PutFunctionCodeSigningConfig": _signing,
    "lambda:UpdateFunctionConfiguration": _network,
    "wafv2:AssociateWebACL": _association,
    "wafv2:CreateWebACL": _rules,
    "wafv2:DeleteLoggingConfiguration": lambda call, given: [Call("logs:DeleteLogDelivery", "*")],
    "wafv2:DisassociateWebACL": _association,
    "wafv2:PutLoggingConfiguration": lambda call, given: [Call(action, "*") for action in LOG_DELIVERY],
    "wafv2:UpdateWebACL": _rules,
}
"""Action → what else must be allowed with it."""
