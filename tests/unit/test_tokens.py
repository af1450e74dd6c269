"""Tokens of callers: where they come from, what is wrong with one, and that none is ever shown."""

import argparse
import base64
import json
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from scripts.smoke.caller_options import add_caller_arguments
from scripts.smoke.identity import Caller, MissingIdentity
from scripts.smoke.tokens import TokenError, Tokens, expiry_of, find_tokens

pytestmark = pytest.mark.unit

NOW = 1_770_000_000.0
"""2026-02-02 02:40 UTC."""
SECRET = "hunter2-of-somebody"


def web_token(**claims: object) -> str:
    """A JSON Web Token that nobody signed."""
    parts = ({"alg": "RS256"}, claims)
    texts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts]
    return ".".join([*texts, "c2lnbmF0dXJl"])


GOOD = web_token(exp=NOW + 600)
OLD = web_token(exp=NOW - 720)


def tokens(environment: Mapping[str, str], *given: Mapping[str, str], timeout: float = 60.0) -> Tokens:
    """What is found at a time that doesn't move."""
    around = {"PATH": "/usr/bin:/bin", **environment}
    return find_tokens(given, around, clock=lambda: NOW, timeout=timeout)


def printing(text: str, *, to: str = "stdout", code: int = 0) -> str:
    """A command that prints a text and ends with a code."""
    program = f"import sys; sys.{to}.write({text!r}); sys.exit({code})"
    return shlex.join([sys.executable, "-c", program])


def refused(found: Tokens, kind: str = "cognito") -> TokenError:
    """What is wrong with a kind's token."""
    with pytest.raises(TokenError) as caught:
        found[kind]
    return caught.value


def test_tokens_come_from_options_before_variables_before_commands() -> None:
    """One for both kinds, or one for each; a token may hold an equals sign."""
    parser = argparse.ArgumentParser()
    add_caller_arguments(parser)
    around = {"COGNITO_TOKEN": "from env", "AUTHORIZER_TOKEN": "too", "COGNITO_TOKEN_COMMAND": "exit 1"}
    each = parser.parse_args(["--token", "cognito=x=="]).token
    assert tokens(around, *each) == {"cognito": "x==", "lambda_authorizer": "too"}
    assert tokens(around) == {"cognito": "from env", "lambda_authorizer": "too"}
    assert tokens({}, *parser.parse_args(["--token", "y="]).token) == {
        "cognito": "y=",
        "lambda_authorizer": "y=",
    }


def test_what_a_pipeline_makes_of_an_unset_variable_is_none() -> None:
    """GitHub gives an empty text."""
    assert tokens({"COGNITO_TOKEN": "", "COGNITO_TOKEN_COMMAND": "", "AUTHORIZER_TOKEN": " \n"}) == {}


def test_a_command_runs_when_its_token_is_wanted_and_once(tmp_path: Path) -> None:
    """With the stack and its environment's name, and the account that is reached."""
    line = f'echo run >> {shlex.quote(str(tmp_path))}/runs; echo "$STACK-$ENVIRONMENT-$AWS_ENDPOINT_URL"'
    around = {"STACK": "bikes", "ENVIRONMENT": "dev", "AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    found = tokens({**around, "AUTHORIZER_TOKEN_COMMAND": line})
    assert (list(found), len(found), (tmp_path / "runs").exists()) == (["lambda_authorizer"], 1, False)
    assert found["lambda_authorizer"] == found["lambda_authorizer"] == "bikes-dev-http://127.0.0.1:1"
    assert (tmp_path / "runs").read_text() == "run\n"


def test_a_command_that_fails_is_run_once_too(tmp_path: Path) -> None:
    """A dozen checks want its token, and it may take a minute."""
    line = f"echo run >> {shlex.quote(str(tmp_path))}/runs; exit 3"
    found = tokens({"COGNITO_TOKEN_COMMAND": line})
    assert refused(found).found == refused(found).found == "COGNITO_TOKEN_COMMAND ended with 3"
    assert (tmp_path / "runs").read_text() == "run\n"


def test_nothing_that_a_command_says_is_shown() -> None:
    """Messages end in logs, reports and issues; a refusal by AWS is named by its code."""
    refusal = "An error occurred (NotAuthorizedException) when calling the InitiateAuth operation"
    said = f"Invalid JSON received: {SECRET}\n{refusal}: {SECRET}"
    for command in (printing(said, to="stderr", code=254), printing(SECRET, code=1)):
        error = refused(tokens({"COGNITO_TOKEN_COMMAND": command}))
        assert SECRET not in f"{error} {error.found} {error.repair}"
    error = refused(tokens({"COGNITO_TOKEN_COMMAND": printing(said, to="stderr", code=254)}))
    assert error.found == "COGNITO_TOKEN_COMMAND ended with 254: NotAuthorizedException for InitiateAuth"
    assert 'sh -c "$COGNITO_TOKEN_COMMAND"' in error.repair
    assert "docs/access.md" in error.repair


def test_a_refusal_in_the_middle_of_a_pipe_is_named() -> None:
    """The shell's exit code is the last program's, which had nothing to read."""
    said = "An error occurred (AccessDeniedException) when calling the GetSecretValue operation: no"
    line = f"{printing(said, to='stderr', code=254)} | cat"
    error = refused(tokens({"AUTHORIZER_TOKEN_COMMAND": line}), "lambda_authorizer")
    assert error.found.endswith("AccessDeniedException for GetSecretValue")


@pytest.mark.parametrize("printed", ["", "\n", "None\n", "null\n"])
def test_a_login_that_is_asked_for_more_gives_no_token(printed: str) -> None:
    """`--output text` prints None for a field that isn't there."""
    error = refused(tokens({"COGNITO_TOKEN_COMMAND": printing(printed)}))
    assert error.found == "COGNITO_TOKEN_COMMAND printed no token"
    assert "admin-set-user-password --permanent" in error.repair


def test_a_command_that_hangs_is_ended_with_all_that_it_started() -> None:
    """It is waited for a while, and reads nothing from the terminal."""
    error = refused(tokens({"COGNITO_TOKEN_COMMAND": "sleep 600 & exit"}, timeout=0.2))
    assert error.found == "COGNITO_TOKEN_COMMAND took longer than 0.2 s"
    assert refused(tokens({"COGNITO_TOKEN_COMMAND": "read -r line"})).found.endswith("ended with 1")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (f"Logged in.\n{SECRET}", "2 lines"),
        (f"{SECRET}\tx", "characters that no header takes"),
        (f"{SECRET}é", "characters that no header takes"),
    ],
)
def test_what_no_header_takes_is_told_without_it(text: str, what: str) -> None:
    """http.client would say it, with the whole value."""
    for source, found in (
        ({"AUTHORIZER_TOKEN": text}, f"{what} in AUTHORIZER_TOKEN"),
        ({"AUTHORIZER_TOKEN_COMMAND": printing(text)}, f"{what} from AUTHORIZER_TOKEN_COMMAND"),
    ):
        error = refused(tokens(source), "lambda_authorizer")
        assert error.found == found
        assert SECRET not in f"{error} {error.repair}"


def test_the_end_of_a_pasted_line_is_no_part_of_a_token() -> None:
    """A scheme before it is."""
    found = tokens({"AUTHORIZER_TOKEN": "Bearer abc\r\n", "COGNITO_TOKEN": f" {GOOD}\n"})
    assert found == {"lambda_authorizer": "Bearer abc", "cognito": GOOD}


@pytest.mark.parametrize("prefix", ["", "Bearer "])
def test_a_token_of_a_pool_that_has_ended_is_told_before_it_is_refused(prefix: str) -> None:
    """When, where it came from, and what to do about that."""
    held = refused(tokens({"COGNITO_TOKEN": prefix + OLD}))
    assert held.found == "the token of COGNITO_TOKEN ended at 2026-02-02 02:28 UTC, 12 min ago"
    assert "COGNITO_TOKEN_COMMAND" in held.repair
    given = refused(tokens({}, {"cognito": OLD}))
    assert given.found.startswith("the token of --token ended")
    printed = refused(tokens({"COGNITO_TOKEN_COMMAND": printing(prefix + OLD)}))
    assert printed.repair.startswith("it must log in anew each time")
    assert OLD not in f"{held} {held.repair} {printed} {printed.repair}"


def test_an_authorizer_judges_its_own_tokens() -> None:
    """Its function may take one that looks old."""
    assert tokens({"AUTHORIZER_TOKEN": OLD})["lambda_authorizer"] == OLD


@pytest.mark.parametrize(
    ("token", "ends"),
    [
        (GOOD, NOW + 600),
        (f"Bearer {GOOD}", NOW + 600),
        (web_token(exp="soon"), None),
        (web_token(exp=1e300), None),
        (web_token(), None),
        ("a.b.c", None),
        ("a.é.c", None),
        ("opaque", None),
    ],
)
def test_only_a_web_tokens_own_claim_says_when_it_ends(token: str, ends: float | None) -> None:
    """Anything else is left to the API."""
    assert expiry_of(token) == ends


def test_a_caller_says_what_is_wrong_with_its_token() -> None:
    """In the words of a missing one, so that every command of ours tells it."""
    caller = Caller(tokens=tokens({"COGNITO_TOKEN": OLD}))
    with pytest.raises(MissingIdentity) as caught:
        caller.identify("cognito")
    assert caught.value.found.startswith("the token of COGNITO_TOKEN ended")
    assert str(caught.value).startswith(
        "A route of kind cognito wants a token of the user pool in COGNITO_TOKEN, "
    )
    assert "\n  repair   log in again" in str(caught.value)
