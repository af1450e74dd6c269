"""The providers that a stack has locked, and what a directory that holds them looks like."""

import re
from dataclasses import dataclass
from pathlib import Path

_BLOCK = re.compile(
    r'^provider\s+"(?P<host>[^/"]+)/(?P<namespace>[^/"]+)/(?P<type>[^/"]+)"\s*\{'
    r'[^}]*?^\s*version\s*=\s*"(?P<version>[^"]+)"',
    re.MULTILINE,
)


@dataclass(frozen=True)
class Provider:
    """One provider at one version, by the parts of its address."""

    host: str
    namespace: str
    type: str
    version: str

    @property
    def address(self) -> str:
        """Its address, as `required_providers` writes it in full."""
        return f"{self.host}/{self.namespace}/{self.type}"

    def is_held_by(self, directory: Path, platform: str) -> bool:
        """Say whether a directory holds this version for a platform, unpacked or packed.

        Layouts: https://developer.hashicorp.com/terraform/cli/config/config-file#provider-installation
        """
        home = directory / self.host / self.namespace / self.type
        packed = home / f"terraform-provider-{self.type}_{self.version}_{platform}.zip"
        return (home / self.version / platform).is_dir() or packed.is_file()


def read_lock_file(path: Path) -> tuple[Provider, ...]:
    """Read the providers of a `.terraform.lock.hcl`."""
    return tuple(Provider(**match.groupdict()) for match in _BLOCK.finditer(path.read_text(encoding="utf-8")))
