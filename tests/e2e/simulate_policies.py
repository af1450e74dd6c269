"""An independent simulator of IAM judges requests by policies, in a process of Node.js."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

from tests.e2e.node_tools import install


def simulate(simulations: list[dict[str, Any]]) -> list[str]:
    """Ask the simulator for Allowed, ImplicitlyDenied or ExplicitlyDenied, one a simulation."""
    directory = install("policy_simulator")
    program = Path(__file__).resolve().parent / "policy_simulator" / "simulate.cjs"
    ended = subprocess.run(
        ["node", program],
        cwd=directory,
        input=_readable(json.dumps(simulations)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    results: list[str] = json.loads(ended.stdout)
    return results


CONTEXT_KEY = "kms:EncryptionContext:aws:lambda:FunctionArn"
LISTED_KEY = "kms:EncryptionContext:${EncryptionContextKey}"


def _readable(simulations: str) -> str:
    """Name the context that Lambda gives KMS as AWS's list does; refuse others, which it would mix up.

    The simulator reads a name within a condition key only after a slash, as in aws:RequestTag/x, and leaves
    out of a request what it can't read.
    """
    others = set(re.findall(r'"(kms:EncryptionContext:[^"]+)"', simulations)) - {CONTEXT_KEY}
    assert not others, f"the simulator can't read {others}"
    return simulations.replace(f'"{CONTEXT_KEY}"', f'"{LISTED_KEY}"')
