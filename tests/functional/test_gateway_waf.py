"""The web ACL in front of a stage, as the module makes it."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from tests.functional.gateway_stage import REGION, Stage, proxy_answer, running_stage

pytestmark = pytest.mark.functional

DENIED_ELSEWHERE = "198.51.100.0/24"


@pytest.fixture
def stage() -> Iterator[Stage]:
    with running_stage() as running:
        running.serve()
        running.function.answers += [proxy_answer()] * 10
        yield running


class WebAcl:
    """One web ACL in front of the stage, made by rules."""

    def __init__(self, stage: Stage) -> None:
        self.waf: Any = boto3.client("wafv2", region_name=REGION)
        self.stage = f"arn:aws:apigateway:{REGION}::/restapis/{stage.api_id}/stages/beta"

    def addresses(self, *cidrs: str, forwarded: dict[str, str] | None = None) -> dict[str, Any]:
        made = self.waf.create_ip_set(
            Name=f"set-{len(cidrs)}", Scope="REGIONAL", IPAddressVersion="IPV4", Addresses=list(cidrs)
        )
        told = {"ARN": made["Summary"]["ARN"]}
        if forwarded:
            told["IPSetForwardedIPConfig"] = {"HeaderName": "X-Forwarded-For", **forwarded}
        return {"IPSetReferenceStatement": told}

    def associate(self, *rules: dict[str, Any]) -> None:
        visible = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": True, "MetricName": "m"}
        made = self.waf.create_web_acl(
            Name="acl",
            Scope="REGIONAL",
            DefaultAction={"Allow": {}},
            VisibilityConfig=visible,
            Rules=[{"VisibilityConfig": visible, **rule} for rule in rules],
        )
        self.waf.associate_web_acl(WebACLArn=made["Summary"]["ARN"], ResourceArn=self.stage)


def blocking(statement: dict[str, Any], name: str = "rule", priority: int = 0) -> dict[str, Any]:
    return {"Name": name, "Priority": priority, "Action": {"Block": {}}, "Statement": statement}


def test_a_denied_address_is_filtered_before_anything_else(stage: Stage) -> None:
    """Even on a path that isn't there."""
    acl = WebAcl(stage)
    acl.associate(blocking({"OrStatement": {"Statements": [acl.addresses("127.0.0.0/8"), acl.addresses()]}}))

    replies = [stage.send(), stage.send(path="/nowhere")]

    assert [(reply.status, reply.body) for reply in replies] == [(403, b'{"message":"Forbidden"}')] * 2
    assert replies[0].headers["x-amzn-ErrorType"] == "ForbiddenException"
    assert stage.function.calls == []


@pytest.mark.parametrize(("cidr", "status"), [("127.0.0.0/8", 200), (DENIED_ELSEWHERE, 403)])
def test_only_allowed_addresses_pass(stage: Stage, cidr: str, status: int) -> None:
    """The rule blocks who is in none of the sets."""
    acl = WebAcl(stage)
    others = [{"NotStatement": {"Statement": part}} for part in (acl.addresses(cidr), acl.addresses())]
    acl.associate(blocking({"AndStatement": {"Statements": others}}))

    assert stage.send().status == status


@pytest.mark.parametrize(
    ("header", "status"),
    [("198.51.100.7, 10.0.0.1", 403), ("10.0.0.1, 198.51.100.7", 200), ("unreadable", 403), (None, 200)],
)
def test_addresses_are_read_from_a_header(stage: Stage, header: str | None, status: int) -> None:
    """The first of the header; without address as the rule says; without header the rule doesn't match."""
    acl = WebAcl(stage)
    forwarded = {"FallbackBehavior": "MATCH", "Position": "FIRST"}
    acl.associate(blocking(acl.addresses(DENIED_ELSEWHERE, forwarded=forwarded)))

    assert stage.send(headers={"X-Forwarded-For": header} if header else {}).status == status


def test_an_address_is_filtered_while_it_asks_too_often(stage: Stage) -> None:
    """More than the limit within the window; what is refused counts too."""
    rate = {"Limit": 10, "EvaluationWindowSec": 60, "AggregateKeyType": "IP"}
    WebAcl(stage).associate(blocking({"RateBasedStatement": rate}))
    stage.function.answers += [proxy_answer()] * 10

    assert [stage.send().status for _ in range(12)] == [200] * 10 + [403] * 2
    stage.now += 59
    assert stage.send().status == 403
    stage.now += 61
    assert stage.send().status == 200


def test_a_rule_that_counts_lets_pass(stage: Stage) -> None:
    """It says what it would do."""
    acl = WebAcl(stage)
    acl.associate({**blocking(acl.addresses("127.0.0.0/8")), "Action": {"Count": {}}})

    assert stage.send().status == 200


def test_an_allowing_rule_ends_the_look_at_rules(stage: Stage) -> None:
    """The lowest priority comes first, in whatever order they were written."""
    acl = WebAcl(stage)
    everybody = acl.addresses("127.0.0.0/8")
    allowing = {**blocking(everybody, "friends", 1), "Action": {"Allow": {}}}
    acl.associate(blocking(everybody, "all", 2), allowing)

    assert stage.send().status == 200


def test_managed_rules_are_said_not_to_be_enforced(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    """Once, by name."""
    group = {"VendorName": "AWS", "Name": "AWSManagedRulesCommonRuleSet"}
    managed = blocking({"ManagedRuleGroupStatement": group}, "common")
    del managed["Action"]
    WebAcl(stage).associate({**managed, "OverrideAction": {"None": {}}})

    assert [stage.send().status for _ in range(2)] == [200, 200]
    assert caplog.text.count("not enforced here: rule common of web ACL acl") == 1
