"""Tokens of Cognito user pools: signature, issuer, time, use, client and scopes.

With scopes on the method the client shows an access token, without them an id token:
https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-integrate-with-cognito.html
A pool of the local stage signs with moto's key: `<control plane>/<pool>/.well-known/jwks.json` publishes it.
"""

import json
from collections.abc import Mapping
from typing import Any

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from scripts.local_stage.gateway.access_refusals import AuthorizerMisconfigured, Unauthorized
from scripts.local_stage.gateway.callers import Identities
from scripts.local_stage.gateway.deployed_api import Authorizer
from scripts.local_stage.gateway.exchange import Exchange
from scripts.local_stage.gateway.identity_source import compile_expression, read_identity_source
from scripts.local_stage.gateway.refusals import NotEnforcedHere

_EXPIRED = "The incoming token has expired"


class CognitoAuthorizer:
    """The user pools of one authorizer, with the scopes of one method."""

    def __init__(self, authorizer: Authorizer, scopes: tuple[str, ...]) -> None:
        self._sources = read_identity_source(authorizer.identity_source)
        if len(self._sources) != 1:
            raise NotEnforcedHere(reason="a Cognito authorizer has one identity source, a header")
        self._arns = authorizer.provider_arns
        self._audience = compile_expression(authorizer.validation_expression)
        self._scopes = frozenset(scopes)

    def authorize(self, exchange: Exchange, identities: Identities, now: float) -> None:
        """Put the token's claims in the exchange; Unauthorized unless all holds."""
        shown = self._sources[0](exchange)
        if not shown:
            raise Unauthorized(reason="no token")
        claims = self._verify(shown.removeprefix("Bearer ").strip(), identities)
        if float(claims.get("exp", 0)) <= now:
            raise Unauthorized(_EXPIRED)
        if self._scopes:
            if claims.get("token_use") != "access" or not self._scopes & {*str(claims.get("scope")).split()}:
                raise Unauthorized(reason="the method's scopes need an access token that has one of them")
        elif claims.get("token_use") != "id":
            raise Unauthorized(reason="a method without scopes takes an id token")
        elif self._audience is not None and not self._audience.fullmatch(str(claims.get("aud"))):
            raise Unauthorized(reason="the token's aud doesn't match the validation expression")
        exchange.authorizer = {"claims": {name: _text(value) for name, value in claims.items()}}

    def _verify(self, token: str, identities: Identities) -> Mapping[str, Any]:
        """Claims of a token that a client of one of the pools got."""
        for arn in self._arns:
            pool = identities.find_user_pool(arn)
            if pool is None:
                raise AuthorizerMisconfigured(reason=f"there is no user pool {arn}")
            claims = _read(token, pool.json_web_key)
            issuer = f"https://cognito-idp.{pool.region}.amazonaws.com/{pool.id}"
            client = claims.get("aud" if claims.get("token_use") == "id" else "client_id")
            if claims.get("iss") == issuer and client in pool.clients:
                return claims
        raise Unauthorized(reason="the token is not from a client of the authorizer's user pools")


def _read(token: str, key: RSAKey) -> Mapping[str, Any]:
    try:
        claims = json.loads(jws.deserialize_compact(token, key, algorithms=["RS256"]).payload)
    except (JoseError, ValueError) as error:
        raise Unauthorized(reason=f"the token can't be verified ({type(error).__name__})") from None
    if not isinstance(claims, dict):
        raise Unauthorized(reason="the token's claims are no object")
    return claims


def _text(value: Any) -> str:
    """Claims reach a function as texts: numbers printed, groups as `a,b`."""
    if isinstance(value, list):
        return ",".join(map(str, value))
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value)
