"""Ask the person before something is changed that can't be taken back."""

import sys


def confirmed(question: str) -> bool:
    """Whether the person typed yes; False, with what to do, where nobody can answer."""
    if not sys.stdin.isatty():
        print(f"{question}\n  repair   nobody is here to answer; say it with ARGS=--yes", file=sys.stderr)
        return False
    return input(f"{question} Type yes: ").strip() == "yes"
