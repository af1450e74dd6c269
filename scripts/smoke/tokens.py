"""Tokens that callers show: given by an option, held by a variable, or printed by a command.

| Kind | Option | Variable | Command |
|---|---|---|---|
| `cognito` | `--token cognito=…` | `COGNITO_TOKEN` | `COGNITO_TOKEN_COMMAND` |
| `lambda_authorizer` | `--token lambda_authorizer=…` | `AUTHORIZER_TOKEN` | `AUTHORIZER_TOKEN_COMMAND` |

What stands further left goes first. A command is a line for `sh`, run when a route first wants its token, in
the environment in which AWS is reached, with STACK and ENVIRONMENT. It logs in with a secret; messages end in
logs, reports and issues: so nothing that it says is ever shown, but the code of a refusal by AWS.
"""

import base64
import contextlib
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from scripts.smoke.caller_options import TOKEN_VARIABLES
from scripts.stack.saved_plan import KEY_VARIABLE
from scripts.stack.target import Target

COMMAND_SECONDS = 60.0
"""How long a command may take."""
_ONE_HEADER = re.compile(r"[!-~](?:[ -~]*[!-~])?")
"""What a header takes: a line of printable ASCII."""
_BY_AWS = re.compile(r"An error occurred \((\w{1,80})\) when calling the (\w{1,80}) operation")
_NO_TOKEN = ("", "None", "null")
"""What aws and jq print for a field that isn't there."""
_LAST_YEAR = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


class TokenError(Exception):
    """A token is there and no good, or can't be had; neither text holds any of it."""

    def __init__(self, found: str, repair: str) -> None:
        super().__init__(f"{found}: {repair}")
        self.found = found
        self.repair = repair


@dataclass(frozen=True)
class _Source:
    """Where a token comes from: a text, or a command with the environment that it runs in."""

    name: str
    text: str
    environment: Mapping[str, str] | None = None


class Tokens(Mapping[str, str]):
    """Kind of auth → token, which is got and looked at when it is asked for; that raises TokenError."""

    def __init__(self, sources: Mapping[str, _Source], clock: Callable[[], float], timeout: float) -> None:
        self._sources = sources
        self._clock = clock
        self._timeout = timeout
        self._printed: dict[str, str | TokenError] = {}

    def __getitem__(self, kind: str) -> str:
        source = self._sources[kind]
        token = self._ask(kind, source) if source.environment else source.text
        token = token.strip()  # a secret is pasted with the end of its line
        _require_a_header(token, source)
        if kind == "cognito":
            _require_time_left(token, source, self._clock())
        return token

    def _ask(self, kind: str, source: _Source) -> str:
        """Run a command once, whether or not it succeeds: many checks want its token."""
        if kind not in self._printed:
            try:
                self._printed[kind] = _run(source, self._timeout)
            except TokenError as error:
                self._printed[kind] = error
        printed = self._printed[kind]
        if isinstance(printed, TokenError):
            raise printed
        return printed

    def __iter__(self) -> Iterator[str]:
        return iter(self._sources)

    def __len__(self) -> int:
        return len(self._sources)


def find_tokens(
    given: Iterable[Mapping[str, str]],
    environment: Mapping[str, str] = os.environ,
    *,
    clock: Callable[[], float] = time.time,
    timeout: float = COMMAND_SECONDS,
) -> Tokens:
    """Find where each kind's token comes from: what the options give, else the environment."""
    sources = {}
    for kind, name in TOKEN_VARIABLES.items():
        command = f"{name}_COMMAND"
        if environment.get(command, "").strip():
            sources[kind] = _Source(command, environment[command], environment)
        if environment.get(name, "").strip():
            sources[kind] = _Source(name, environment[name])
    for each in given:
        sources |= {kind: _Source("--token", text) for kind, text in each.items()}
    return Tokens(sources, clock, timeout)


def tokens_for(target: Target, given: Iterable[Mapping[str, str]] = ()) -> Tokens:
    """Find the tokens for a target; raises StackError where its stage doesn't run."""
    around = {name: value for name, value in target.environment().items() if name != KEY_VARIABLE}
    return find_tokens(given, {**around, "STACK": target.stack, "ENVIRONMENT": target.env})


def expiry_of(token: str) -> float | None:
    """Read when a JSON Web Token ends (claim `exp`, RFC 7519), in seconds since 1970; None for any other."""
    parts = token.removeprefix("Bearer ").split(".")
    if len(parts) != 3:
        return None
    try:
        claims = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return None
    ends = claims.get("exp") if isinstance(claims, dict) else None
    return float(ends) if isinstance(ends, int | float) and 0 <= ends < _LAST_YEAR else None


def _run(source: _Source, timeout: float) -> str:
    """Return what a command prints. Raises TokenError when it fails or prints none."""
    process = subprocess.Popen(
        ("sh", "-c", source.text),
        env=dict(source.environment or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        printed, said = process.communicate(timeout=timeout)
    except BaseException as error:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # and what it started, which may outlive it
        process.communicate()
        if isinstance(error, subprocess.TimeoutExpired):
            raise TokenError(f"{source.name} took longer than {timeout:g} s", _by_hand(source)) from None
        raise
    token = printed.decode("utf-8", "replace").strip()
    refused = _BY_AWS.search(said.decode("utf-8", "replace"))
    if process.returncode != 0 or (refused and token in _NO_TOKEN):
        why = f": {refused[1]} for {refused[2]}" if refused else ""
        raise TokenError(f"{source.name} ended with {process.returncode}{why}", _by_hand(source))
    if token in _NO_TOKEN:
        raise TokenError(
            f"{source.name} printed no token",
            "whoever it logs in is asked for more, such as a new password: set a lasting one "
            "(aws cognito-idp admin-set-user-password --permanent); or --query names another field",
        )
    return token


def _by_hand(source: _Source) -> str:
    return (
        f'run it by hand with the same AWS credentials: sh -c "${source.name}"; what it said isn\'t shown, '
        "since it may hold a secret (docs/access.md)"
    )


def _require_a_header(token: str, source: _Source) -> None:
    if _ONE_HEADER.fullmatch(token):
        return
    lines = len(token.splitlines())
    found = f"{lines} lines" if lines > 1 else "characters that no header takes"
    if not source.environment:
        raise TokenError(f"{found} in {source.name}", "the token alone, on one line")
    raise TokenError(f"{found} from {source.name}", "it must print the token and nothing else")


def _require_time_left(token: str, source: _Source, now: float) -> None:
    ends = expiry_of(token)
    if ends is None or ends > now:
        return
    at = datetime.fromtimestamp(ends, UTC).strftime("%Y-%m-%d %H:%M UTC")
    ago = (now - ends) / 60
    since = f"{ago:.0f} min" if ago < 120 else f"{ago / 60:.0f} h"
    if source.environment:
        repair = "it must log in anew each time, and print no token that was stored"
    else:
        repair = "log in again and set it anew, or leave it out: COGNITO_TOKEN_COMMAND gets one each time"
    raise TokenError(f"the token of {source.name} ended at {at}, {since} ago", f"{repair} (docs/access.md)")
