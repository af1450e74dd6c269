"""The zip: the same bytes everywhere, nothing in it that isn't needed, loadable by the runtime."""

import base64
import hashlib
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts import ROOT
from scripts.packaging.errors import PackagingError
from scripts.packaging.target import local_target, parse_target
from scripts.packaging.wheels import fetch_wheels, read_pins

pytestmark = pytest.mark.functional

MODEL = "bike-rental"
PLAIN = {
    "PATH": os.environ["PATH"],
    "HOME": os.environ.get("HOME", "/"),
    "PYTHONPYCACHEPREFIX": "build/pycache",
}


def copy_repository(folder):
    """Copy what the zip is made of."""
    for name in ("scripts", "lambda", "models"):
        shutil.copytree(
            ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "local_stage")
        )
    return folder


def package(root, *arguments, umask=0o022, **environment):
    command = [
        sys.executable,
        "-m",
        "scripts.package",
        MODEL,
        "--wheels",
        str(ROOT / "build/wheels"),
        *arguments,
    ]
    return subprocess.run(
        command,
        cwd=root,
        env={**PLAIN, **environment},
        umask=umask,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def target():
    return local_target()


@pytest.fixture(scope="module")
def built(tmp_path_factory, target):
    """Return the path of a local zip, built in a copy of the repository."""
    root = copy_repository(tmp_path_factory.mktemp("plain"))
    done = package(root, "--target", "local")
    assert done.returncode == 0, done.stderr
    return root / "build" / MODEL / f"function-{target.name}.zip"


def test_bytes_depend_on_nothing_of_the_machine(built, target, tmp_path):
    """Another folder, umask, time zone, locale, hash seed and file times: the same zip to the byte."""
    root = copy_repository(tmp_path / "another folder" / "deeper")
    for path in root.rglob("*"):
        os.utime(path, (1, 1))
    other = package(
        root,
        "--target",
        "local",
        umask=0o077,
        TZ="Pacific/Kiritimati",
        LC_ALL="C",
        PYTHONHASHSEED="12345",
        PYTHONDONTWRITEBYTECODE="1",
        SOURCE_DATE_EPOCH="1700000000",
        HOME=str(tmp_path),
        USER="somebody",
    )
    assert other.returncode == 0, other.stderr
    zip_path = root / "build" / MODEL / f"function-{target.name}.zip"
    assert hashlib.sha256(zip_path.read_bytes()).hexdigest() == hashlib.sha256(built.read_bytes()).hexdigest()


def test_manifest_describes_the_zip(built, target):
    """Terraform can rely on digests, sizes and names in the manifest."""
    manifest = json.loads(built.with_suffix(".json").read_text())
    digest = hashlib.sha256(built.read_bytes()).digest()
    with zipfile.ZipFile(built) as archive:
        unzipped = sum(info.file_size for info in archive.infolist())
    sources = manifest.pop("sources_digest")
    assert len(bytes.fromhex(sources)) == 32  # of what: tests/e2e/test_bad_rollouts.py edits a source
    assert manifest == {
        "target": target.name,
        "runtime": f"python{sys.version_info[0]}.{sys.version_info[1]}",
        "architecture": target.architecture,
        "handler": "scoring.handler.handle",
        "sha256_base64": base64.b64encode(digest).decode(),
        "sha256": digest.hex(),
        "bytes": built.stat().st_size,
        "unzipped_bytes": unzipped,
        "contract_digest": hashlib.sha256(
            (ROOT / "models" / MODEL / "contract.json").read_bytes()
        ).hexdigest(),
        "pyc": True,
        "python_full": "{}.{}.{}".format(*sys.version_info[:3]),
    }


def test_zip_is_sound_and_uniform(built):
    """zipfile, which knows nothing of our writer, reads it: CRCs, order, times, permissions."""
    with zipfile.ZipFile(built) as archive:
        assert archive.testzip() is None
        infos = archive.infolist()
    assert [info.filename for info in infos] == sorted(info.filename for info in infos)
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    modes = {info.filename: info.external_attr >> 16 for info in infos}
    assert {oct(mode) for mode in modes.values()} == {"0o100644", "0o100755"}
    assert all((".so" in Path(name).suffixes) == (mode == 0o100755) for name, mode in modes.items())


def test_zip_holds_contract_sources_and_numpy_without_its_tests(built):
    """What serves is there; what only tests or builds is not."""
    with zipfile.ZipFile(built) as archive:
        names = archive.namelist()
        assert archive.read("contract.json") == (ROOT / "models" / MODEL / "contract.json").read_bytes()
    assert "scoring/handler.py" in names
    assert [name for name in names if re.search(r"(^|/)(tests|f2py|include)/|\.pyi$|boto", name)] == []
    sources = {name for name in names if name.endswith(".py")}
    assert len([name for name in names if name.endswith(".pyc")]) == len(sources)


def test_bytecode_is_unchecked_and_names_lambdas_paths(built):
    """PEP 552: the flag word is 1; no folder of this machine is in it."""
    with zipfile.ZipFile(built) as archive:
        for name in archive.namelist():
            if name.endswith(".pyc"):
                data = archive.read(name)
                assert data[:4] == importlib.util.MAGIC_NUMBER
                assert data[4:8] == b"\x01\x00\x00\x00"
                assert str(ROOT).encode() not in data


def test_runtime_imports_numpy_and_the_handler_from_the_zip(built, tmp_path):
    """An interpreter without site-packages computes with what is in the zip, using its bytecode."""
    with zipfile.ZipFile(built) as archive:
        archive.extractall(tmp_path)
    code = (
        "import sys; sys.path.insert(0, '.'); import numpy, scoring;"
        "contract = scoring.Contract.load('contract.json');"
        "row = ['2012-12-19 17:00:00', 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027];"
        "print(contract.transform([row])[0].tolist(), numpy.__file__, scoring.__cached__)"
    )
    command = [sys.executable, "-I", "-S", "-W", "error", "-c", code]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    values = "[4.0, 0.0, 1.0, 1.0, 16.4, 20.455, 50.0, 26.0027, 2012.0, 12.0, 19.0, 2.0, 17.0]"
    assert done.stdout.startswith(values)
    assert str(tmp_path) in done.stdout


def test_nothing_changed_means_nothing_is_built(built):
    """A second run finds the zip current and leaves it alone; a changed source builds it anew."""
    root = built.parents[2]
    before = built.stat().st_mtime_ns
    assert "is current" in package(root, "--target", "local").stdout
    assert built.stat().st_mtime_ns == before
    source = root / "lambda" / "scoring" / "settings.py"
    original = source.read_text()
    try:
        source.write_text(original + "\n# changed\n")
        assert "built in" in package(root, "--target", "local").stdout
    finally:
        source.write_text(original)
        package(root, "--target", "local")


def test_damaged_zip_is_built_again(built):
    """The stamp isn't believed if the zip isn't what the manifest says."""
    whole = built.read_bytes()
    built.write_bytes(whole[:-1])
    assert "built in" in package(built.parents[2], "--target", "local").stdout
    assert built.read_bytes() == whole


def test_without_an_interpreter_of_the_minor(built):
    """No bytecode: the cost and the repair are said, the manifest records it; --require-pyc refuses."""
    root = built.parents[2]
    refused = package(root, "--target", "local", "--python", "/bin/sh")
    assert refused.returncode == 1
    assert "/bin/sh is not a CPython" in refused.stderr
    assert package(root, "--target", "local", "--no-pyc").returncode == 0
    manifest = json.loads(built.with_suffix(".json").read_text())
    assert (manifest["pyc"], manifest["python_full"]) == (False, None)
    assert "that of the zip it replaces by None" in package(root, "--target", "local").stderr


def test_contract_that_does_not_load_is_refused(built, tmp_path):
    """The first thing packaging does is load the contract."""
    root = copy_repository(tmp_path)
    contract = root / "models" / MODEL / "contract.json"
    contract.write_text(contract.read_text().replace('"type": "datetime"', '"type": "date"'))
    done = package(root, "--target", "local")
    assert done.returncode == 1
    assert "/inputs/0/type" in done.stderr
    assert not (root / "build" / MODEL).exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--target", "python2.7-arm64"], "unknown target 'python2.7-arm64'"),
        (["--target", "python3.13"], "unknown target 'python3.13'"),
    ],
)
def test_wrong_usage(built, arguments, words):
    """Exit code 2 and what would be right."""
    done = package(built.parents[2], *arguments)
    assert done.returncode == 2
    assert words in done.stderr
    assert "python3.13-arm64" in done.stderr


def test_pins_fit_the_target_not_this_interpreter():
    """Lambda's python3.11 (glibc 2.26) must not get a wheel for a newer glibc."""
    text = (ROOT / "lambda" / "requirements.txt").read_text()
    old = parse_target("python3.11-arm64")
    assert [pin.requirement for pin in read_pins(text, old)] == ["numpy==2.2.6"]
    assert old.platforms == ("manylinux_2_17_aarch64", "manylinux2014_aarch64")
    assert [pin.requirement for pin in read_pins(text, parse_target("python3.14-x86_64"))] == ["numpy==2.3.5"]
    assert all(len(pin.sha256) == 2 for pin in read_pins(text, old))


def test_pin_without_hash_is_refused(target):
    """A requirement that isn't pinned by hash can't slip in."""
    with pytest.raises(PackagingError, match="has no --hash"):
        read_pins("numpy==2.2.6\n", target)


def test_wheel_that_cant_be_fetched(tmp_path, built):
    """Without a network the message says what to put where."""
    done = package(
        built.parents[2],
        "--target",
        "local",
        "--force",
        "--wheels",
        str(tmp_path),
        PIP_NO_INDEX="1",
        PIP_CONFIG_FILE=os.devnull,
        PIP_FIND_LINKS=str(tmp_path),
    )
    assert done.returncode == 1
    assert "pip could not fetch numpy==2.2.6" in done.stderr
    assert str(tmp_path) in done.stderr


def test_neighbours_never_see_a_wheel_half_written(tmp_path, target, built, monkeypatch):
    """pip deletes a wheel that another pip still writes, so only whole ones lie where others look.

    What pip downloads is the wheel that the zip was built from, from its folder: no network.
    """
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(ROOT / "build/wheels"))
    folder, seen = tmp_path / "wheels", []
    run = subprocess.run

    def look(*arguments, **options):
        ended = run(*arguments, **options)
        seen.append((ended.returncode, [path.name for path in folder.glob("*.whl")]))
        return ended

    monkeypatch.setattr(subprocess, "run", look)
    pins = read_pins((ROOT / "lambda/requirements.txt").read_text(), target)
    wheels = fetch_wheels(pins, target, folder, lambda line: None)
    assert seen == [(0, [])]
    assert sorted(folder.iterdir()) == wheels
    assert [wheel.read_bytes() for wheel in wheels] == [
        (ROOT / "build/wheels" / wheel.name).read_bytes() for wheel in wheels
    ]
