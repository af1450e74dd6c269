"""Start, stop and inspect local stages: `python -m scripts.local_stage up|down|status|env`."""

import argparse
import json
import os
import shlex
import sys
import time
from collections.abc import Sequence

from scripts.local_stage import lifecycle
from scripts.local_stage.environment import foreign_variables, stage_environment
from scripts.local_stage.options import Options
from scripts.local_stage.sagemaker_runtime.images import ImageCommands
from scripts.local_stage.server import serve
from scripts.local_stage.stage_record import DEFAULT_NAME, DEFAULT_REGION, StageDirectory


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code: 0 ok, 1 failed, 2 wrong usage."""
    parsed = _parser().parse_args(arguments)
    try:
        directory = StageDirectory(parsed.name)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    try:
        code: int = parsed.run(directory, parsed)
    except lifecycle.StageError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.local_stage",
        description=__doc__,
        epilog="For example: make up ARGS='--region us-east-1'",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--name", default=DEFAULT_NAME, help="name of the stage (default: %(default)s)")

    up = commands.add_parser("up", parents=[common], help="start a stage, or find it running")
    up.add_argument("--region", default=DEFAULT_REGION, help="AWS region it plays (default: %(default)s)")
    up.add_argument("--foreground", action="store_true", help="serve in this process until Ctrl-C")
    up.add_argument(
        "--image-command",
        action="append",
        default=[],
        metavar="REGEX=COMMAND",
        help="serve container images that match REGEX with COMMAND (repeatable)",
    )
    up.add_argument("--sandboxes", type=int, help="Lambda sandboxes at a time (default: four a core)")
    up.set_defaults(run=_up)

    down = commands.add_parser("down", parents=[common], help="stop a stage and remove what it left")
    down.set_defaults(run=_down)

    status = commands.add_parser("status", parents=[common], help="say whether it runs, and where")
    status.add_argument("--json", action="store_true", help="print JSON")
    status.set_defaults(run=_status)

    env = commands.add_parser("env", parents=[common], help="print the environment that points at it")
    env.add_argument("--json", action="store_true", help='print JSON instead of "export" lines')
    env.set_defaults(run=_env)
    return parser


def _progress(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {line}", file=sys.stderr, flush=True)


def _up(directory: StageDirectory, parsed: argparse.Namespace) -> int:
    try:
        images = ImageCommands.from_options(parsed.image_command)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    if parsed.foreground:
        return serve(directory, Options(parsed.region, images, parsed.sandboxes))
    options = ["--region", parsed.region]
    options += [word for command in parsed.image_command for word in ("--image-command", command)]
    if parsed.sandboxes is not None:
        options += ["--sandboxes", str(parsed.sandboxes)]
    record = lifecycle.up(directory, options, _progress)
    print(f"control plane  {record.control_plane}\ngateway        {record.gateway}")
    print(f'environment    eval "$(python -m scripts.local_stage env --name {directory.name})"')
    print(f"stop it        make down{_named(directory)}")
    return 0


def _down(directory: StageDirectory, _: argparse.Namespace) -> int:
    stopped = lifecycle.down(directory, _progress)
    print(f"stage {directory.name} {'is down' if stopped else 'was not running'}")
    return 0


def _status(directory: StageDirectory, parsed: argparse.Namespace) -> int:
    health = lifecycle.status(directory)
    if parsed.json:
        print(json.dumps(health, indent=2))
    elif health is None:
        print(f"stage {directory.name} is not running; start it: {_up_command(directory)}")
    else:
        for key, value in health.items():
            print(f"{key:16} {value}")
    return 0 if health is not None else 1


def _env(directory: StageDirectory, parsed: argparse.Namespace) -> int:
    record = directory.running()
    if record is None:
        print(f"stage {directory.name} is not running; start it: {_up_command(directory)}", file=sys.stderr)
        return 1
    environment = stage_environment(record)
    if parsed.json:
        print(json.dumps(environment, indent=2))
        return 0
    for name in foreign_variables(os.environ):
        if name not in environment:
            print(f"unset {name}")
    for name, value in environment.items():
        print(f"export {name}={shlex.quote(value)}")
    return 0


def _up_command(directory: StageDirectory) -> str:
    return f"make up{_named(directory)}"


def _named(directory: StageDirectory) -> str:
    return "" if directory.name == DEFAULT_NAME else f" ARGS='--name {directory.name}'"


if __name__ == "__main__":
    sys.exit(main())
