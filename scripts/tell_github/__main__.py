"""Tell on GitHub what a pipeline found, from parts that its jobs left as markdown files.

comment DIRECTORY --result RESULT --number N    one comment on pull request N, written over the next time
issue DIRECTORY --result RESULT                 one issue while the result isn't success, closed when it is

Reads GITHUB_TOKEN, GITHUB_REPOSITORY, GITHUB_API_URL and what names the run, as jobs have them.
"""

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from scripts.tell_github.api import GitHub, GitHubError
from scripts.tell_github.body import join_parts, read_parts
from scripts.tell_github.upsert import settle_issue, write_comment

TITLE = "Nightly: what is deployed is not what it should be"


PLANS = {
    "success": "Of commit {commit}, by [this run]({run}).",
    "skipped": "Of commit {commit}, by [this run]({run}). No plans: the variable `AWS_REGION` is not set.",
}
FAILED = "Of commit {commit}, by [this run]({run}). :x: **A plan failed, and is missing here.**"
"""What a comment begins with, by the result of the jobs that planned."""


def main(arguments: Sequence[str] | None = None, environment: Mapping[str, str] = os.environ) -> int:
    """Tell it; exit code 0 told, 1 GitHub refused, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        github = GitHub.of(environment)
        run = github.run_url(environment)
        parts = read_parts(options.directory)
        if options.command == "comment":
            head = PLANS.get(options.result, FAILED).format(run=run, commit=options.commit[:12])
            said = write_comment(github, options.number, join_parts(parts, mark="plan", run=run, head=head))
        else:
            body = join_parts(parts, mark="nightly", run=run, head=f"[The night's run]({run})")
            said = settle_issue(github, TITLE, body, good=options.result == "success", run=run)
    except GitHubError as error:
        print(error, file=sys.stderr)
        return 1
    print(said)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.tell_github",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="For example: make tell-github ARGS='comment parts --result success --number 12'",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND", dest="command")
    comment = commands.add_parser("comment", help="one comment on a pull request")
    issue = commands.add_parser("issue", help="one issue while the nights are red")
    for command in (comment, issue):
        command.add_argument("directory", type=Path, metavar="DIRECTORY", help="of the parts, *.md")
        command.add_argument("--result", required=True, help="of the jobs that left them: success, failure …")
    comment.add_argument("--number", type=int, required=True, help="of the pull request")
    comment.add_argument("--commit", default="", help="that the parts are of")
    return parser


if __name__ == "__main__":
    sys.exit(main())
