"""Follow what a stack logs: its function's lines and its API's, in one stream, until Ctrl-C.

Requests are told in a line; --raw prints each event as it was written.
"""

import argparse
import contextlib
import re
import sys
import time
from collections.abc import Iterator, Mapping, Sequence

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.text import Text

from scripts.smoke.subject import clients_of
from scripts.stack.arguments import add_target_arguments
from scripts.stack.command import run_on, target_of
from scripts.stack.target import Target, TargetError, read_outputs
from scripts.watch.durations import parse_duration
from scripts.watch.log_lines import STYLES, is_platform, level_of, render
from scripts.watch.log_tail import LogEvent, LogTail

DEFAULT_GROUPS = ("function", "api")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print logs; exit code 0 done or ended by Ctrl-C, 1 failed, 2 wrong usage."""
    options = _parser().parse_args(arguments)
    target = target_of(options)
    return run_on(target, lambda: _print_logs(target, options), (ClientError, BotoCoreError))


def _print_logs(target: Target, options: argparse.Namespace) -> int:
    groups = choose_groups(read_outputs(target)["log_group_names"], options.group or DEFAULT_GROUPS)
    since = int((time.time() - options.since) * 1000)
    tail = LogTail(clients_of(target.environment())("logs"), groups, since)
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        print_events(_events(tail, options), options, Console(highlight=False, soft_wrap=True))
    return 0


def choose_groups(known: Mapping[str, str], wanted: Sequence[str]) -> dict[str, str]:
    """Pick log groups by our names for them. Raises TargetError for a name that the stack has not."""
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise TargetError(
            f"The stack has no log group {unknown[0]!r}; there are: {', '.join(sorted(known))}."
        )
    return {name: known[name] for name in wanted}


def print_events(events: Iterator[LogEvent], options: argparse.Namespace, console: Console) -> None:
    """Print the events that are asked for, coloured by level on a terminal."""
    for event in events:
        if options.grep and not options.grep.search(event.message):
            continue
        if options.raw:
            console.print(Text(event.message.rstrip("\n")))
        elif not is_platform(event):
            console.print(Text(render(event), style=STYLES.get(level_of(event.message), "")))


def _events(tail: LogTail, options: argparse.Namespace) -> Iterator[LogEvent]:
    if options.follow:
        return tail.follow(lambda: time.sleep(options.interval))
    return iter(tail.read())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.logs",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
        epilog="For example: make logs STACK=bike-rental ARGS='--no-follow --since 1h --grep model_failed'",
    )
    add_target_arguments(parser)
    parser.add_argument(
        "--group",
        action="append",
        metavar="NAME",
        help="function, api, api_execution or endpoint; repeatable (function and api)",
    )
    parser.add_argument(
        "--since", type=parse_duration, default="10m", help="how far to look back, e.g. 1h (%(default)s)"
    )
    parser.add_argument(
        "--follow", action=argparse.BooleanOptionalAction, default=True, help="go on until Ctrl-C (default)"
    )
    parser.add_argument("--interval", type=float, default=1.0, help="seconds between questions (%(default)s)")
    parser.add_argument("--grep", type=_pattern, help="only events that match this regular expression")
    parser.add_argument("--raw", action="store_true", help="print events as they were written")
    return parser


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no regular expression: {error}") from None


if __name__ == "__main__":
    sys.exit(main())
