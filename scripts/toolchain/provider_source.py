"""Decide where Terraform gets its providers: the user's way if there is one, else the first way that works.

In order: the user's CLI configuration; the mirrors that Terraform implies; the registry if it answers; a
mirror found on this machine. Only the last needs a CLI configuration of our own.
"""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.toolchain.cli_config import implied_mirrors, read_cli_config
from scripts.toolchain.errors import ProviderMissingError
from scripts.toolchain.locked_providers import Provider
from scripts.toolchain.mirror_search import find_mirrors, usual_places
from scripts.toolchain.registry import registry_answers
from scripts.whole_file import write_whole

_MIRROR = re.compile(r'^    path    = "([^"]+)"$', re.MULTILINE)
"""The line of `render_config` that names a mirror."""


@dataclass(frozen=True)
class ProviderSource:
    """Where providers come from: in words, and the CLI configuration for it (None: the user's own)."""

    description: str
    config_file: Path | None = None

    def environment(self) -> dict[str, str]:
        """Return what Terraform needs in its environment to use this source."""
        return {} if self.config_file is None else {"TF_CLI_CONFIG_FILE": str(self.config_file)}


@dataclass(frozen=True)
class Surroundings:
    """What the decision depends on outside the project: each a seam for tests."""

    environment: Mapping[str, str]
    home: Path
    answers: Callable[[str], bool] = registry_answers
    places: Sequence[Path] | None = None

    def mirrors(self, hosts: set[str]) -> Iterable[Path]:
        """Search the machine, the user's plugin cache first."""
        cache = self.environment.get("TF_PLUGIN_CACHE_DIR")
        places = usual_places(self.home) if self.places is None else self.places
        return find_mirrors(hosts, [*([Path(cache)] if cache else []), *places])


def this_machine() -> Surroundings:
    """Return the surroundings of this process."""
    return Surroundings(os.environ, Path.home())


def choose_source(
    providers: Sequence[Provider], platform: str, *, root: Path, config_file: Path, around: Surroundings
) -> ProviderSource:
    """Choose the source for a root module; write `config_file` if one is needed.

    Raises ProviderMissingError when nothing yields a provider.
    """
    config = read_cli_config(around.environment, around.home)
    if config.decides_installation:
        return ProviderSource("your Terraform CLI configuration")
    implied = implied_mirrors(root, around.environment, around.home)
    if len(_find_held(providers, platform, implied)) == len(providers):
        return ProviderSource("a mirror that Terraform implies")
    held = _find_held(providers, platform, _mirrors_of(config_file))
    if len(held) < len(providers):
        hosts = {provider.host for provider in providers}
        if all(around.answers(host) for host in sorted(hosts)):
            return ProviderSource("the registry")
        held = _find_held(providers, platform, around.mirrors(hosts))
    missing = [provider for provider in providers if provider not in held]
    if missing:
        raise ProviderMissingError(_explain(missing, platform))
    write_whole(config_file, render_config(held, config.text), mode=0o600)
    return ProviderSource(" and ".join(sorted({str(path) for path in held.values()})), config_file)


def render_config(held: Mapping[Provider, Path], users_text: str = "") -> str:
    """Write a CLI configuration: the user's own settings, then a mirror for each provider."""
    blocks = [
        f'  filesystem_mirror {{\n    path    = "{path}"\n    include = ["{provider.address}"]\n  }}'
        for provider, path in held.items()
    ]
    own = f"{users_text.rstrip()}\n\n" if users_text.strip() else ""
    return own + "provider_installation {\n" + "\n".join(blocks) + "\n}\n"


def _mirrors_of(config_file: Path) -> list[Path]:
    """Read the mirrors that an earlier run found, which spares a machine without network the asking."""
    if not config_file.is_file():
        return []
    return [Path(path) for path in _MIRROR.findall(config_file.read_text(encoding="utf-8"))]


def _find_held(providers: Sequence[Provider], platform: str, mirrors: Iterable[Path]) -> dict[Provider, Path]:
    held: dict[Provider, Path] = {}
    for mirror in mirrors:
        for provider in providers:
            if provider not in held and provider.is_held_by(mirror, platform):
                held[provider] = mirror
        if len(held) == len(providers):
            break
    return {provider: held[provider] for provider in providers if provider in held}


def _explain(missing: Sequence[Provider], platform: str) -> str:
    wanted = ", ".join(f"{provider.address} {provider.version} ({platform})" for provider in missing)
    hosts = ", ".join(sorted({provider.host for provider in missing}))
    return (
        f"Terraform's provider is missing: {wanted}.\n"
        f"  tried    your Terraform CLI configuration, Terraform's plugin directories, {hosts} (no answer)\n"
        f"           and directories on this machine that are named {hosts}\n"
        f"  repair   connect this machine to {hosts} (a proxy goes into HTTPS_PROXY), or on one that is\n"
        f"           `terraform providers mirror -platform={platform} DIRECTORY` in the stack's directory,\n"
        f"           then copy DIRECTORY to this machine as ~/.terraform.d/plugins"
    )
