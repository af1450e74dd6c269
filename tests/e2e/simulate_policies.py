"""An independent simulator of IAM judges requests by policies, in a process of Node.js."""

import json
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
        input=json.dumps(simulations),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    results: list[str] = json.loads(ended.stdout)
    return results
