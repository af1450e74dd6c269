"""The user's Terraform CLI configuration: where it lies and what it already decides.

Source: https://developer.hashicorp.com/terraform/cli/config/config-file
"""

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_DECIDES = re.compile(r"^\s*provider_installation\s*\{", re.MULTILINE)


@dataclass(frozen=True)
class CliConfig:
    """The text of the configuration files that Terraform would read, in its order."""

    text: str

    @property
    def decides_installation(self) -> bool:
        """Whether the user says where providers come from: then nobody else does."""
        return _DECIDES.search(self.text) is not None


def read_cli_config(environment: Mapping[str, str], home: Path) -> CliConfig:
    """Read what Terraform would; that the file of TF_CLI_CONFIG_FILE is absent is no error to it."""
    named = environment.get("TF_CLI_CONFIG_FILE") or environment.get("TERRAFORM_CONFIG")
    if named:
        files = [Path(named)]
    else:
        files = [home / ".terraformrc", *sorted((home / ".terraform.d").glob("*.tfrc"))]
    return CliConfig("\n".join(file.read_text(encoding="utf-8") for file in files if file.is_file()))


def implied_mirrors(root: Path, environment: Mapping[str, str], home: Path) -> list[Path]:
    """List the directories that are mirrors to Terraform as long as no file says where to install from."""
    mirrors = [root / "terraform.d" / "plugins", home / ".terraform.d" / "plugins"]
    if sys.platform == "darwin":
        support = "Library/Application Support/io.terraform/plugins"
        return [*mirrors, home / support, Path("/") / support]
    data_home = environment.get("XDG_DATA_HOME") or str(home / ".local" / "share")
    data_dirs = environment.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    return [
        *mirrors,
        *(Path(place) / "terraform" / "plugins" for place in [data_home, *data_dirs.split(":")] if place),
    ]
