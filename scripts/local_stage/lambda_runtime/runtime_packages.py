"""Which packages make up Lambda's Python runtime, and where this interpreter has them.

Run as a script by an interpreter, it prints a JSON object: name in site-packages → path.
It imports nothing of ours, so that any interpreter can run it.
"""

import json
import re
import sys
from importlib import metadata

RUNTIME = ("awslambdaric", "boto3")


def find_runtime_packages():  # type: ignore[no-untyped-def]
    """Top-level files and packages of the runtime client and boto3 with all they need.

    Raises importlib.metadata.PackageNotFoundError when one is not installed.
    """
    paths, wanted, seen = {}, list(RUNTIME), set()
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
        for requirement in distribution.requires or ():
            if ";" not in requirement:
                wanted.append(re.match(r"[A-Za-z0-9._-]+", requirement).group())  # type: ignore[union-attr]
    return paths


if __name__ == "__main__":
    try:
        print(json.dumps(find_runtime_packages()))
    except metadata.PackageNotFoundError as missing:
        sys.exit(f"{missing.name} is not installed")
