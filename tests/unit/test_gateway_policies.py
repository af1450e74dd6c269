"""The policy evaluator of the local gateway: IAM's logic, statement by statement."""

import json
from typing import Any

import pytest

from scripts.local_stage.gateway.policies import (
    ANONYMOUS,
    INVOKE,
    Access,
    Outcome,
    Principal,
    evaluate_layers,
    read_policy,
)
from scripts.local_stage.gateway.refusals import NotEnforcedHere

pytestmark = pytest.mark.unit

API = "arn:aws:execute-api:eu-west-1:123456789012:api"
ANN = Principal("arn:aws:iam::123456789012:user/ann", account="123456789012")
SESSION = Principal(
    "arn:aws:sts::123456789012:assumed-role/r/me", "arn:aws:iam::123456789012:role/r", "123456789012"
)
VALUES = {
    "aws:sourceip": "192.0.2.7",
    "aws:useragent": "curl/8",
    "aws:epochtime": "1767268800",
    "aws:currenttime": "2026-01-01T12:00:00+00:00",
    "aws:securetransport": "true",
}


def _access(principal: Principal = ANONYMOUS, path: str = "/beta/POST/predict") -> Access:
    return Access(INVOKE, API + path, principal, VALUES)


def _statement(effect: str = "Allow", **parts: Any) -> dict[str, Any]:
    return {"Effect": effect, "Action": INVOKE, "Resource": "*", **parts}


def _outcome(*statements: dict[str, Any], access: Access | None = None) -> Outcome:
    return read_policy({"Statement": list(statements)}).evaluate(access or _access())


@pytest.mark.parametrize("action", ["execute-api:Invoke", "EXECUTE-API:invoke", "execute-api:*", "*:Inv?ke"])
def test_actions_match_by_wildcards_whatever_their_case(action: str) -> None:
    """As in IAM."""
    assert _outcome(_statement(Action=["s3:GetObject", action])) is Outcome.ALLOW


@pytest.mark.parametrize(
    ("resource", "outcome"),
    [
        (f"{API}/beta/POST/predict", Outcome.ALLOW),
        (f"{API}/*", Outcome.ALLOW),
        (f"{API}/beta/*/pre?ict", Outcome.ALLOW),
        (f"{API}/BETA/POST/predict", Outcome.NEITHER),
        (f"{API}/beta/GET/*", Outcome.NEITHER),
        (f"{API}/beta/POST/predict/x", Outcome.NEITHER),
        (f"{API}.*", Outcome.NEITHER),
    ],
)
def test_resources_match_by_wildcards_and_case(resource: str, outcome: Outcome) -> None:
    """`*` spans segments; nothing else is special."""
    assert _outcome(_statement(Resource=resource)) is outcome


def test_a_deny_wins_whatever_the_order() -> None:
    """And nothing said is neither."""
    assert _outcome(_statement("Deny"), _statement()) is Outcome.DENY
    assert _outcome(_statement(), _statement("Deny")) is Outcome.DENY
    assert _outcome() is Outcome.NEITHER


def test_not_action_and_not_resource() -> None:
    """Everything but."""
    assert _outcome(_statement(Action=None, NotAction="s3:*")) is Outcome.ALLOW
    assert _outcome({"Effect": "Deny", "NotAction": INVOKE, "Resource": "*"}) is Outcome.NEITHER
    assert _outcome({"Effect": "Deny", "Action": "*", "NotResource": f"{API}/*"}) is Outcome.NEITHER
    assert _outcome({"Effect": "Allow", "Action": "*", "NotResource": f"{API}/prod/*"}) is Outcome.ALLOW


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.0/24"]}}, True),
        ({"IpAddress": {"aws:SourceIp": "192.0.2.8"}}, False),
        ({"IpAddress": {"aws:SourceIp": "2001:db8::/32"}}, False),
        ({"NotIpAddress": {"aws:SourceIp": ["10.0.0.0/8", "192.0.2.0/24"]}}, False),
        ({"StringLike": {"aws:useragent": "curl/*"}}, True),
        ({"StringNotLike": {"aws:UserAgent": "curl/*"}}, False),
        ({"StringEquals": {"aws:UserAgent": "CURL/8"}}, False),
        ({"StringEqualsIgnoreCase": {"aws:UserAgent": "CURL/8"}}, True),
        ({"StringEquals": {"aws:SourceVpce": "vpce-1"}}, False),
        ({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}}, True),
        ({"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1"}}, True),
        ({"Null": {"aws:SourceVpce": "true"}}, True),
        ({"Null": {"aws:SourceIp": True}}, False),
        ({"Bool": {"aws:SecureTransport": False}}, False),
        ({"NumericLessThan": {"aws:EpochTime": 1767268801}}, True),
        ({"DateGreaterThan": {"aws:CurrentTime": "2026-01-01T12:00:00Z"}}, False),
        ({"DateLessThanEquals": {"aws:CurrentTime": "2026-01-01T12:00:00Z"}}, True),
        ({"StringLike": {"aws:UserAgent": "curl/*"}, "IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, False),
    ],
)
def test_conditions(condition: dict[str, Any], holds: bool) -> None:
    """All must hold; a missing key fails a positive operator, passes a negated one."""
    assert (_outcome(_statement(Condition=condition)) is Outcome.ALLOW) is holds


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {"aws:PrincipalTag/a": "b"}},
        {"ForAnyValue:StringEquals": {"aws:SourceIp": "b"}},
        {"IpAddress": {"aws:SourceIp": "10.0.0.0/40"}},
        {"StringLike": {"aws:userid": "${aws:username}"}},
    ],
)
def test_what_is_unknown_is_not_passed_over(condition: dict[str, Any]) -> None:
    """It closes; but a statement about another action may hold anything."""
    with pytest.raises(NotEnforcedHere):
        _outcome(_statement("Deny", Condition=condition))
    assert _outcome(_statement(Action="s3:*", Condition=condition), _statement()) is Outcome.ALLOW


def test_a_policy_variable_is_not_taken_literally() -> None:
    """It closes."""
    with pytest.raises(NotEnforcedHere, match="policy variable"):
        _outcome(_statement("Deny", Resource=API + "/${aws:username}/*"))


@pytest.mark.parametrize(
    ("principal", "caller", "outcome"),
    [
        ("*", ANONYMOUS, Outcome.ALLOW),
        ({"AWS": "*"}, ANONYMOUS, Outcome.ALLOW),
        ({"AWS": ANN.arn}, ANONYMOUS, Outcome.NEITHER),
        ({"AWS": ["arn:aws:iam::1:user/bob", ANN.arn]}, ANN, Outcome.ALLOW),
        ({"AWS": "123456789012"}, ANN, Outcome.DELEGATED),
        ({"AWS": "arn:aws:iam::123456789012:root"}, SESSION, Outcome.DELEGATED),
        ({"AWS": SESSION.role_arn}, SESSION, Outcome.ALLOW),
        ({"AWS": "210987654321"}, ANN, Outcome.NEITHER),
    ],
)
def test_principals_of_a_resource_policy(principal: Any, caller: Principal, outcome: Outcome) -> None:
    """By user, role, session, or account; short resources stand for the API's own ARN."""
    statement = _statement(Principal=principal, Resource="execute-api:/beta/*")
    policy = read_policy({"Statement": statement}, resource_prefix=API)

    assert policy.evaluate(_access(caller)) is outcome


def test_not_principal_spares_the_named_one() -> None:
    """Deny everyone but Ann."""
    statement = _statement("Deny", NotPrincipal={"AWS": ANN.arn})
    policy = read_policy({"Statement": [statement]}, resource_prefix=API)

    assert [policy.evaluate(_access(who)) for who in (ANN, ANONYMOUS)] == [Outcome.NEITHER, Outcome.DENY]


def test_a_boundary_allows_nothing_by_itself() -> None:
    """Every layer must allow; a deny in any of them denies."""
    allow, deny = (json.dumps({"Statement": _statement(effect)}) for effect in ("Allow", "Deny"))

    assert evaluate_layers(((allow,), (allow,)), _access()) is Outcome.ALLOW
    assert evaluate_layers(((), (allow,)), _access()) is Outcome.NEITHER
    assert evaluate_layers(((allow,), ()), _access()) is Outcome.NEITHER
    assert evaluate_layers(((allow,), (deny,)), _access()) is Outcome.DENY


@pytest.mark.parametrize(
    "document",
    [{}, {"Statement": "x"}, {"Statement": ["x"]}, {"Statement": {"Effect": "allow"}}, {"Statement": {}}, []],
)
def test_what_is_no_policy(document: Any) -> None:
    """ValueError."""
    with pytest.raises(ValueError, match=r"policy document|Effect"):
        read_policy(document)
