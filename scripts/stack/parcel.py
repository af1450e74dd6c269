"""A saved plan that travels: one file with the plan, its record and the files that the plan names by path.

What else an apply needs is in the commit, or is fetched again by `terraform init`: modules and providers.
A plan holds secrets, so a parcel for an account is encrypted (Fernet: AES-128-CBC and HMAC-SHA256) under
PLAN_KEY, which both jobs have as a secret and which nobody else needs.
"""

import io
import json
import os
import tarfile
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken

from scripts import ROOT
from scripts.stack.saved_plan import KEY_VARIABLE, PlanRecord, SavedPlanError, discard_plan, record_file
from scripts.stack.target import Target

MAKE_KEY = (
    ".venv/bin/python -c 'from cryptography.fernet import Fernet as F; print(F.generate_key().decode())'"
)
_PLAN, _RECORD = "stack.tfplan", "stack.json"


def key_for(target: Target, environment: Mapping[str, str] = os.environ) -> Fernet | None:
    """Return the key that parcels are encrypted under; None where they need not be.

    Raises SavedPlanError when a parcel for an account has no key, or the key is none.
    """
    text = environment.get(KEY_VARIABLE)
    if not text:
        if target.on != "aws":
            return None
        raise SavedPlanError(
            f"A plan holds secrets, and {KEY_VARIABLE}, the key to encrypt it with, is not set.\n"
            f"  repair   make a key once, keep it as a secret of the pipeline, and set {KEY_VARIABLE}:\n"
            f"           {MAKE_KEY}"
        )
    try:
        return Fernet(text)
    except ValueError as error:
        raise SavedPlanError(f"{KEY_VARIABLE} is no key ({error}).\n  repair   {MAKE_KEY}") from error


def pack(target: Target, record: PlanRecord, parcel: Path, key: Fernet | None) -> None:
    """Write a parcel, for its owner only."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        _add(archive, _RECORD, json.dumps(asdict(record)).encode())
        _add(archive, _PLAN, target.plan_file.read_bytes())
        for name in record.files:
            _add(archive, name, (ROOT / name).read_bytes())
    data = buffer.getvalue()
    parcel.parent.mkdir(parents=True, exist_ok=True)
    parcel.unlink(missing_ok=True)
    parcel.touch(mode=0o600)
    parcel.write_bytes(data if key is None else key.encrypt(data))


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(content), 0o600
    archive.addfile(member, io.BytesIO(content))


def unpack(target: Target, parcel: Path, key: Fernet | None) -> None:
    """Lay a parcel's plan, record and files where they were; raise SavedPlanError if it is none of ours."""
    members = _open(parcel, key)
    discard_plan(target)
    for file, name in ((target.plan_file, _PLAN), (record_file(target), _RECORD)):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch(mode=0o600)
        file.write_bytes(members.pop(name))
    for name, held in members.items():
        _place(name, parcel).write_bytes(held)


def look_into(parcel: Path, key: Fernet | None) -> tuple[PlanRecord, bytes]:
    """Return a parcel's record and plan, and lay nothing anywhere; raise SavedPlanError as `unpack` does."""
    members = _open(parcel, key)
    return PlanRecord(**json.loads(members[_RECORD])), members[_PLAN]


def _open(parcel: Path, key: Fernet | None) -> dict[str, bytes]:
    if not parcel.is_file():
        raise SavedPlanError(f"There is no {parcel}.\n  repair   make plan ARGS='--out {parcel}'")
    data = parcel.read_bytes()
    try:
        content = data if key is None else key.decrypt(data)
        members = _members(content)
    except (InvalidToken, tarfile.TarError, OSError, EOFError) as error:
        hint = f"{KEY_VARIABLE} must be the one that it was packed with, and unset if there was none"
        raise SavedPlanError(
            f"{parcel} can't be opened ({type(error).__name__}).\n  repair   {hint}"
        ) from error
    if _PLAN not in members or _RECORD not in members:
        raise SavedPlanError(f"{parcel} holds no plan.\n  repair   make plan ARGS='--out {parcel}'")
    return members


def _members(content: bytes) -> dict[str, bytes]:
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
        opened = {member.name: archive.extractfile(member) for member in archive}
        return {name: file.read() for name, file in opened.items() if file is not None}


def _place(name: str, parcel: Path) -> Path:
    """Where a file belongs: in build/ and nowhere else."""
    place = (ROOT / name).resolve()
    if not place.is_relative_to((ROOT / "build").resolve()):
        raise SavedPlanError(f"{parcel} holds {name}, which isn't in build/.\n  repair   plan again")
    place.parent.mkdir(parents=True, exist_ok=True)
    return place
