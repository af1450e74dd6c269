"""Which packages make up Lambda's Python runtime, and where this interpreter has them.

Run as a script by an interpreter, it prints a JSON object: name in site-packages → path.
It imports nothing of ours, so that any interpreter can run it.
"""

import json
import re
import sys
from importlib import metadata

RUNTIME = ("awslambdaric", "boto3")


def find_runtime_packages() -> dict[str, str]:
    """Top-level files and packages of the runtime client and boto3 with all they need.

    Raises importlib.metadata.PackageNotFoundError when one is not installed.
    """
    paths: dict[str, str] = {}
    seen: set[str] = set()
    wanted = list(RUNTIME)
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        distribution = metadata.distribution(name)
        for file in distribution.files or ():
            top = file.parts[0]
            if top not in ("..", "__pycache__"):
                paths[top] = str(distribution.locate_file(top))
        required = (re.match(r"[A-Za-z0-9._-]+(?!.*;)", line) for line in distribution.requires or ())
        wanted.extend(match.group() for match in required if match)
    return paths


if __name__ == "__main__":
    try:
        print(json.dumps(find_runtime_packages()))
    except metadata.PackageNotFoundError as missing:
        sys.exit(f"{missing.name} is not installed")
