"""From a model's name to its zip, its manifest for Terraform, and the stamp that says it is current."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scripts.model_paths import build_directory, contract_path, known_models
from scripts.packaging import archive, bytecode, contents, wheels
from scripts.packaging.errors import PackagingError
from scripts.packaging.target import Target
from scripts.whole_file import write_whole

HANDLER = "scoring.handler.handle"
ZIPPED_LIMIT = 50 * 1024**2
UNZIPPED_LIMIT = 250 * 1024**2
"""Lambda's quotas: a zip that is uploaded directly, and its contents with all layers."""


@dataclass(frozen=True)
class Paths:
    """Where a model's zip comes from and goes to."""

    contract: Path
    sources: Path
    pins: Path
    wheels: Path
    zip: Path

    @property
    def manifest(self) -> Path:
        """What the zip is: target, runtime, digests, sizes."""
        return self.zip.with_suffix(".json")

    @property
    def stamp(self) -> Path:
        """Digest of everything the zip was made from."""
        return self.zip.with_suffix(".stamp")


def paths_of(root: Path, model: str, target: Target, wheel_folder: Path | None = None) -> Paths:
    """Return the paths of a model's zip, by its name or its contract's path; raises PackagingError."""
    contract = contract_path(model)
    if not contract.is_file():
        raise PackagingError(
            f"there is no model {model!r}, and no contract at such a path",
            f"MODEL=one of {known_models()}; or the path of a contract",
        )
    return Paths(
        contract=contract,
        sources=root / "lambda",
        pins=root / "lambda" / "requirements.txt",
        wheels=wheel_folder or root / "build" / "wheels",
        zip=build_directory(contract) / f"function-{target.name}.zip",
    )


def digest_inputs(paths: Paths, target: Target, compiler: bytecode.Interpreter | None) -> str:
    """Digest of everything that decides the zip's bytes."""
    digest = hashlib.sha256()
    packager = sorted(Path(__file__).parent.glob("*.py"))
    for path in (paths.contract, paths.pins, *sorted(paths.sources.rglob("*.py")), *packager):
        data = path.read_bytes()
        digest.update(f"{path.name} {len(data)}\n".encode() + data)
    digest.update(f"{target.name} {archive.COMPRESSOR} {compiler.version if compiler else None}".encode())
    return digest.hexdigest()


def digest_sources(sources: Path, pins: Path) -> str:
    """Digest of the code in a zip that is ours, and of what it pins; the contract has a digest of its own.

    Of names and contents alone, so that it says on any machine whether a zip belongs to a checkout.
    """
    digest = hashlib.sha256()
    for name, data in {**contents.source_files(sources), pins.name: pins.read_bytes()}.items():
        digest.update(f"{name} {len(data)}\n".encode() + data)
    return digest.hexdigest()


def read_current(paths: Paths, inputs: str) -> dict[str, object] | None:
    """Return the manifest if the zip that lies there was made from `inputs` and is whole, else None."""
    manifest = read_manifest(paths)
    try:
        current = manifest is not None and paths.stamp.read_text() == inputs
        whole = current and hashlib.sha256(paths.zip.read_bytes()).hexdigest() == (manifest or {}).get(
            "sha256"
        )
    except OSError:
        return None
    return manifest if whole else None


def read_manifest(paths: Paths) -> dict[str, object] | None:
    """Return the manifest that lies beside the zip, None if there is none that can be read."""
    try:
        manifest: dict[str, object] = json.loads(paths.manifest.read_text())
    except (OSError, ValueError):
        return None
    return manifest


def collect(paths: Paths, target: Target, tell: Callable[[str], None]) -> contents.Files:
    """Read the files of the zip except bytecode; a contract that doesn't load fails here, before any work."""
    _check_contract(paths.contract)
    pins = wheels.read_pins(paths.pins.read_text(), target)
    files: contents.Files = {}
    for wheel in wheels.fetch_wheels(pins, target, paths.wheels, tell):
        files |= contents.wheel_files(wheel)
    files |= contents.source_files(paths.sources)
    files["contract.json"] = paths.contract.read_bytes()
    return files


def _check_contract(path: Path) -> None:
    from scoring import (  # noqa: PLC0415 - numpy's import, not paid when nothing changed
        Contract,
        ContractError,
    )

    try:
        Contract.load(path)
    except ContractError as error:
        raise PackagingError(
            f"{path} is not a contract: {error}", "mend it; docs/contract.md says what may stand there"
        ) from None


def describe(
    archive_bytes: bytes,
    files: contents.Files,
    target: Target,
    compiler: bytecode.Interpreter | None,
    sources_digest: str,
) -> dict[str, object]:
    """Return the manifest that Terraform reads; by `sources_digest` a stale zip is found."""
    digest = hashlib.sha256(archive_bytes).digest()
    return {
        "target": target.name,
        "runtime": target.runtime,
        "architecture": target.architecture,
        "handler": HANDLER,
        "sha256_base64": base64.b64encode(digest).decode(),
        "sha256": digest.hex(),
        "bytes": len(archive_bytes),
        "unzipped_bytes": sum(map(len, files.values())),
        "contract_digest": hashlib.sha256(files["contract.json"]).hexdigest(),
        "sources_digest": sources_digest,
        "pyc": compiler is not None,
        "python_full": compiler.version if compiler else None,
    }


def check_limits(manifest: dict[str, object]) -> None:
    """Raise PackagingError if Lambda would refuse the zip."""
    for field, limit in (("bytes", ZIPPED_LIMIT), ("unzipped_bytes", UNZIPPED_LIMIT)):
        size = manifest[field]
        if isinstance(size, int) and size > limit:
            raise PackagingError(
                f"{field} is {size}, over Lambda's {limit}", "take something out of lambda/requirements.txt"
            )


def write(paths: Paths, archive_bytes: bytes, manifest: dict[str, object], inputs: str) -> None:
    """Write zip, manifest and stamp, each whole or not at all, the stamp last."""
    text = json.dumps(manifest, indent=2) + "\n"
    for path, data in (
        (paths.zip, archive_bytes),
        (paths.manifest, text.encode()),
        (paths.stamp, inputs.encode()),
    ):
        write_whole(path, data)
