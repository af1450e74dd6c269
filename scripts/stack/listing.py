"""The stacks and their environments, in the order of a deployment: a pipeline's matrix."""

import argparse
import json
import os
from collections.abc import Iterable

from scripts.stack.target import Target, TargetError, known_targets


def list_targets(_: Target, options: argparse.Namespace) -> int:
    """Print the targets that are asked for as JSON. Raises TargetError where there are none, planned or not.

    A pipeline gives what a person typed as $ONLY_STACK and $ONLY_ENV: no shell and no make expands those.
    """
    stacks = _names(options.only_stack, "ONLY_STACK", (target.stack for target in known_targets()))
    envs = _names(options.only_env, "ONLY_ENV", (target.env for target in known_targets()))
    listed = [
        {"stack": target.stack, "env": target.env}
        for target in known_targets()
        if target.stack in stacks and target.env in envs
    ]
    if options.planned:
        listed = [one for one in listed if (options.planned / "{stack}-{env}.parcel".format(**one)).is_file()]
    elif not listed:
        raise TargetError(
            f"None of {', '.join(sorted(stacks))} has an environment {', '.join(sorted(envs))}."
        )
    text = json.dumps(listed)
    print(text)
    if options.github_output:
        with options.github_output.open("a", encoding="utf-8") as file:
            file.write(f"targets={text}\n")
    return 0


def _names(given: str | None, variable: str, known: Iterable[str]) -> set[str]:
    """Read names parted by commas or spaces; none stands for all. Raises TargetError for an unknown one."""
    wanted = set((given or os.environ.get(variable) or "").replace(",", " ").split())
    names = set(known)
    if unknown := wanted - names:
        raise TargetError(
            f"There is no {', '.join(sorted(unknown))} ({variable}); there are: {', '.join(sorted(names))}."
        )
    return wanted or names
