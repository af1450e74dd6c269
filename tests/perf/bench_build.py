"""How long training and packaging take: wall seconds of the commands that make runs."""

from statistics import median

from tests.perf.commands import OPENAPI, PACKAGE, TRAIN, make_artefacts, manifest, run_command
from tests.perf.result import Numbers, Say


def run(quick: bool, say: Say) -> Numbers:
    """`seconds` by command; wheels are at hand, so nothing is downloaded in what is timed."""
    make_artefacts()
    times = 1 if quick else 3
    commands = {
        "train the model": TRAIN,
        "package, all anew": (*PACKAGE, "--force"),
        "package, nothing changed": PACKAGE,
        "render the OpenAPI document": OPENAPI,
    }
    seconds = {}
    for name, arguments in commands.items():
        say(name)
        seconds[name] = median(run_command(*arguments) for _ in range(times))
    zip_file = manifest()
    return {
        "seconds": seconds,
        "zipped_bytes": zip_file["bytes"],
        "unzipped_bytes": zip_file["unzipped_bytes"],
        "targets": {},
    }
