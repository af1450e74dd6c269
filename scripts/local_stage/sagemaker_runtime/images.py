"""Which command stands for a container image.

SageMaker's prebuilt XGBoost is served by this project; under the name of linear-learner runs a logistic
regression of this project in that algorithm's formats. Any other image is served by a command of the user's
own that keeps SageMaker's container contract, named in the stage's configuration as REGEX=command.
"""

from __future__ import annotations

import re
import shlex
import sys
from collections.abc import Iterable
from dataclasses import dataclass

BUILT_IN = re.compile(r"(?:^|/)(?:sagemaker-)?(?P<algorithm>xgboost|linear-learner):(?P<tag>[\w.-]+)$")


@dataclass(frozen=True, slots=True)
class ImageCommands:
    """Regular expressions searched in an image's URI, and the command that serves it; first match wins."""

    commands: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = ()

    @classmethod
    def from_options(cls, options: Iterable[str]) -> ImageCommands:
        """Read `REGEX=command with arguments`; raises ValueError that says what is wrong with which."""
        commands = []
        for option in options:
            pattern, separator, command = option.partition("=")
            words = tuple(shlex.split(command))
            if not separator or not pattern or not words:
                raise ValueError(
                    f"{option!r}: expected IMAGE_REGEX=command, such as 'my-image=python serve.py'"
                )
            try:
                commands.append((re.compile(pattern), words))
            except re.error as error:
                raise ValueError(f"{option!r}: {pattern!r} is not a regular expression: {error}") from None
        return cls(tuple(commands))

    def find(self, image: str) -> tuple[str, ...] | None:
        """Return the command that serves `image`, None if nobody said."""
        for pattern, command in self.commands:
            if pattern.search(image):
                return command
        match = BUILT_IN.search(image)
        if match:
            return (
                sys.executable,
                "-m",
                "scripts.local_stage.serving",
                match["algorithm"],
                "--image-tag",
                match["tag"],
            )
        return None


def explain_unknown(image: str) -> str:
    """Say why an endpoint failed whose image has no command, and how to give it one."""
    repository = re.escape(image.rpartition("/")[2].partition(":")[0])
    return (
        f"The local stage can't run the image {image}: it starts commands, not images. Restart it with "
        f"--image-command '{repository}=COMMAND', where COMMAND serves /ping and /invocations "
        "on $SAGEMAKER_BIND_TO_PORT from the model in $SM_MODEL_DIR."
    )
