"""The options by which every command that calls a route is told as whom: no AWS, no HTTP."""

import argparse
import os

TOKEN_VARIABLES = {"cognito": "COGNITO_TOKEN", "lambda_authorizer": "AUTHORIZER_TOKEN"}
"""Kind of auth that takes a token → variable of the environment that holds it; …_COMMAND prints it."""


def add_caller_arguments(parser: argparse.ArgumentParser, *, url: bool = False) -> None:
    """Add --client, --token and --model, and --api-key where a bare URL can be called."""
    parser.add_argument("--client", help="whose API key to use (default: the first client by name)")
    parser.add_argument(
        "--token",
        action="append",
        default=[],
        type=read_token,
        metavar="[KIND=]TOKEN",
        help="for routes of kind cognito or lambda_authorizer (default: $COGNITO_TOKEN, $AUTHORIZER_TOKEN, "
        "else what $COGNITO_TOKEN_COMMAND, $AUTHORIZER_TOKEN_COMMAND print)",
    )
    parser.add_argument("--model", metavar="KEY", help="which of the stack's output `models`, if it has any")
    if url:
        key = os.environ.get("API_KEY")
        parser.add_argument("--api-key", default=key, help="key for --url (default: $API_KEY)")


def read_token(text: str) -> dict[str, str]:
    """Read `KIND=TOKEN`, or a token for both kinds: kind → token."""
    kind, separator, token = text.partition("=")
    return {kind: token} if separator and kind in TOKEN_VARIABLES else dict.fromkeys(TOKEN_VARIABLES, text)
