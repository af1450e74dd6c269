"""What a client of a deployed stack needs, as shell variables: `eval "$(make -s access STACK=…)"`."""

import shlex
from collections.abc import Mapping
from typing import Any

from scripts.smoke.identity import MissingIdentity
from scripts.smoke.reach import SubjectError, caller_of_stack, stage_url
from scripts.smoke.routes import deployed_auth
from scripts.stack.target import StackError


def shell_variables(
    outputs: Mapping[str, Any],
    environment: Mapping[str, str],
    client: str | None,
    tokens: Mapping[str, str] | None = None,
) -> tuple[str, list[str]]:
    """Return `export` lines, and what lacks for a route's kind of auth. Raises StackError.

    `URL` of the stage; `KEY` of a client, the first by name where none is named; for `iam` routes what
    `curl --aws-sigv4 "$IAM_SCOPE" --user "$IAM_USER"` takes; for the others their token.
    """
    lines, missing = {"URL": stage_url(outputs, environment)}, []
    try:
        caller = caller_of_stack(outputs, environment, client, tokens)
    except SubjectError as error:
        raise StackError(str(error)) from error
    if caller.api_key:
        lines["KEY"] = caller.api_key
    for kind in sorted(set((deployed_auth(outputs) or {}).values()) - {"api_key", "none"}):
        try:
            secrets = caller.secrets(kind)
        except MissingIdentity as error:
            missing.append(str(error))
            continue
        lines |= _for_curl(secrets) if kind == "iam" else {key.upper(): it for key, it in secrets.items()}
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in lines.items()), missing


def _for_curl(secrets: Mapping[str, str]) -> dict[str, str]:
    """Name a signature's parts as curl takes them; as AWS_… they would change the shell's own account."""
    token = secrets["aws_session_token"]
    return {
        "IAM_SCOPE": f"aws:amz:{secrets['aws_region']}:execute-api",
        "IAM_USER": f"{secrets['aws_access_key_id']}:{secrets['aws_secret_access_key']}",
        **({"IAM_TOKEN": token} if token else {}),
    }
