"""How a caller says who it is: the one place for every command that calls a route.

| A route's kind of auth | is shown | which comes from |
|---|---|---|
| `api_key` | header `x-api-key` | the stack's client, or `--api-key`, `$API_KEY` |
| `iam` | Signature Version 4 for `execute-api` | the AWS credentials of the target |
| `cognito` | header `Authorization` | `--token`, `$COGNITO_TOKEN`, `$COGNITO_TOKEN_COMMAND` (tokens.py) |
| `lambda_authorizer` | the header that the authorizer reads | the same as `$AUTHORIZER_TOKEN…` |
| `none` | nothing | |

A key is shown beside the other kinds too, since an API may ask for both (`require_api_key`).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials, ReadOnlyCredentials
from requests import PreparedRequest
from requests.auth import AuthBase

from scripts.smoke.caller_options import TOKEN_VARIABLES
from scripts.smoke.tokens import TokenError

KEY_HEADER = "x-api-key"
SIGNED_HEADERS = ("host", "content-type", KEY_HEADER)
"""Signed where they are sent; a proxy may change the others on the way."""
WRONG_KEY = "this-key-belongs-to-nobody-at-all"
WRONG_TOKEN = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJub2JvZHkifQ."  # noqa: S105 - nobody's
"""A token that nobody signed."""
_REGION = re.compile(r"\.execute-api\.([a-z0-9-]+)\.")

ReadCredentials = Callable[[], Credentials | None]
_ASK_COGNITO = (
    'export COGNITO_TOKEN="$(aws cognito-idp initiate-auth --client-id CLIENT --auth-flow USER_PASSWORD_AUTH '
    '--auth-parameters USERNAME=NAME,PASSWORD=PASSWORD --query AuthenticationResult.IdToken --output text)" '
    "(AccessToken where the API asks for scopes), or --token cognito=TOKEN; a pipeline sets "
    "COGNITO_TOKEN_COMMAND (docs/access.md)"
)
_MISSING = {
    "api_key": ("an API key", "give --api-key KEY, or set API_KEY"),
    "iam": ("AWS credentials to sign with", "log in (aws sso login), or set AWS_PROFILE, then ask again"),
    "cognito": (f"a token of the user pool in {TOKEN_VARIABLES['cognito']}", _ASK_COGNITO),
    "lambda_authorizer": (
        f"a token for the authorizer in {TOKEN_VARIABLES['lambda_authorizer']}",
        "get one from whoever keeps the authorizer, then: export AUTHORIZER_TOKEN=TOKEN, "
        "or --token lambda_authorizer=TOKEN; a pipeline sets AUTHORIZER_TOKEN_COMMAND (docs/access.md)",
    ),
}


class MissingIdentity(Exception):  # noqa: N818 - says what happened
    """A route asks for an identity that this caller doesn't have, or one that it has is no good."""

    def __init__(self, kind: str, unusable: TokenError | None = None) -> None:
        self.kind = kind
        self.wanted, self.repair = _MISSING[kind]
        self.found = "none"
        if unusable is not None:
            self.found, self.repair = unusable.found, unusable.repair
        found = f", found {self.found}" if unusable else ""
        super().__init__(f"A route of kind {kind} wants {self.wanted}{found}.\n  repair   {self.repair}")


class Identity(AuthBase):
    """What is put on a request: headers, and a signature over what is sent then."""

    def __init__(
        self,
        headers: Mapping[str, str],
        signer: ReadOnlyCredentials | None = None,
        region: str | None = None,
    ) -> None:
        self.headers = dict(headers)
        self._signer = signer
        self._region = region

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Put it on."""
        request.headers.update(self.headers)
        if self._signer is not None:
            self._sign(request, self._signer)
        return request

    def _sign(self, request: PreparedRequest, signer: ReadOnlyCredentials) -> None:
        url = str(request.url)
        named = _REGION.search(url)
        region = named[1] if named else self._region
        if region is None:
            raise MissingIdentity("iam")
        headers = {name: request.headers[name] for name in SIGNED_HEADERS if name in request.headers}
        signed = AWSRequest(str(request.method), url, headers=headers, data=request.body)
        SigV4Auth(signer, "execute-api", region).add_auth(signed)
        request.headers.update(dict(signed.headers.items()))


@dataclass(frozen=True)
class Caller:
    """Whatever one caller may show; a route takes what its kind of auth asks for."""

    api_key: str | None = None
    tokens: Mapping[str, str] = field(default_factory=dict)
    """Kind of auth → token; `Tokens` gets it when it is asked for."""
    find_credentials: ReadCredentials = lambda: None
    """Asked only for routes of kind `iam`."""
    region: str | None = None
    """Of the signature, where the URL doesn't name it."""
    authorizer_header: str = "Authorization"
    """Where a Lambda authorizer looks for its token."""
    key_id: str | None = None
    """By which id AWS knows the key."""

    def identify(self, kind: str) -> Identity:
        """Return the right identity for a kind of auth; raises MissingIdentity."""
        if kind == "iam":
            return Identity(self._key(), self._signer(), self.region)
        if kind in TOKEN_VARIABLES:
            return Identity({**self._key(), self._header(kind): self._token(kind)})
        if kind == "api_key" and not self.api_key:
            raise MissingIdentity(kind)
        return Identity({} if kind == "none" else self._key())

    def without_identity(self, kind: str) -> Identity:
        """Return what a caller shows who has a key at most, where a key doesn't suffice."""
        return Identity({} if kind in ("api_key", "none") else self._key())

    def wrong_identity(self, kind: str) -> Identity:
        """Return an identity of this kind that is nobody's: a wrong key, signature or token."""
        if kind == "iam":
            right = self._signer()
            wrong = ReadOnlyCredentials(right.access_key, f"not-{right.secret_key}", right.token)
            return Identity(self._key(), wrong, self.region)
        if kind in TOKEN_VARIABLES:
            return Identity({**self._key(), self._header(kind): WRONG_TOKEN})
        return Identity({KEY_HEADER: WRONG_KEY})

    def secrets(self, kind: str) -> dict[str, str]:
        """Return what an identity is made of, by names of our own; raises MissingIdentity."""
        if kind == "iam":
            signer = self._signer()
            return {
                "aws_access_key_id": signer.access_key,
                "aws_secret_access_key": signer.secret_key,
                "aws_session_token": signer.token or "",
                "aws_region": self.region or "",
            }
        if kind in TOKEN_VARIABLES:
            header = {"authorizer_header": self.authorizer_header} if kind == "lambda_authorizer" else {}
            return {TOKEN_VARIABLES[kind].lower(): self._token(kind), **header}
        return {"api_key": self.api_key or ""} if kind == "api_key" else {}

    def secrets_of(self, kinds: Iterable[str]) -> dict[str, str]:
        """Return the secrets of all these kinds, and the key, which is "" for nobody's."""
        found: dict[str, str] = {}
        for kind in ("api_key", *sorted(kinds)):
            found |= self.secrets(kind)
        return found

    def _key(self) -> dict[str, str]:
        return {KEY_HEADER: self.api_key} if self.api_key else {}

    def _header(self, kind: str) -> str:
        return self.authorizer_header if kind == "lambda_authorizer" else "Authorization"

    def _token(self, kind: str) -> str:
        try:
            token = self.tokens.get(kind)
        except TokenError as unusable:
            raise MissingIdentity(kind, unusable) from unusable
        if not token:
            raise MissingIdentity(kind)
        return token

    def _signer(self) -> ReadOnlyCredentials:
        credentials = self.find_credentials()
        if credentials is None:
            raise MissingIdentity("iam")
        return credentials.get_frozen_credentials()
