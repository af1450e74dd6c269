"""The folder that a container's model is unpacked into goes when the container fails, however it does."""

import gzip
import io
import random
import tarfile
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts.local_stage.sagemaker_runtime import artifact
from tests.functional.sagemaker_stage import BUCKET, Stage, wait_for

pytestmark = pytest.mark.functional


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The stage's own."""
    return tmp_path_factory.mktemp("endpoints")


@pytest.fixture(scope="module")
def stage(folder: Path) -> Iterator[Stage]:
    made = Stage(folder)
    yield made
    made.close()


def archive(*members: tuple[str, bytes]) -> bytes:
    """A gzipped tar of these files, in this order."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


MODEL = archive(("model", b"weights"))
LARGE = archive(("first", b"1"), ("second", random.Random(7).randbytes(100_000).hex().encode()))
"""So large that the first file is written before what is wrong further back is seen."""


def corrupt(packed: bytes) -> bytes:
    """The archive with a block of a type that there is not (RFC 1951, 3.2.3) in the middle."""
    packer, content = zlib.compressobj(wbits=31), gzip.decompress(packed)
    half = packer.compress(content[: len(content) // 2]) + packer.flush(zlib.Z_FULL_FLUSH)
    return half + b"\xff" * (len(packed) - len(half))


ABROAD = archive(("first", b"1"), ("../../abroad", b"2"))
BROKEN = {
    "no gzip": (b"model", "not a gzip file"),
    "no tar": (gzip.compress(b"model" * 1000), "invalid header"),
    "breaks off": (LARGE[:50_000], "ended before the end-of-stream marker"),
    "corrupt": (corrupt(LARGE), "while decompressing data"),
    "writes elsewhere": (ABROAD, "outside the destination"),
}
"""What is wrong with an artifact → the artifact, what is said of it."""


def fail(stage: Stage, name: str, image: str = "echo", **options: Any) -> str:
    """Create an endpoint that can't come into service; returns why."""
    assert stage.create(name, stage.variant("AllTraffic", image, **options)) == "Failed"
    return str(stage.endpoint(name).failure_reason)


@pytest.mark.parametrize("how", BROKEN)
def test_a_failed_unpacking_leaves_nothing(stage: Stage, folder: Path, how: str) -> None:
    """Neither the folder nor what came out of the artifact before it failed; the reason names that."""
    content, said = BROKEN[how]
    uri = stage.put_artifact(f"{how}/model.tar.gz", content)
    before = set(folder.rglob("*"))
    reason = fail(stage, f"unpacks-{list(BROKEN).index(how)}", artifact=uri)
    assert reason.startswith(f'Failed to extract model data from URL "{uri}": ') and said in reason
    assert set(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("image", "options"),
    [
        ("echo", {"artifact": "s3://models/gone.tar.gz"}),
        ("nothing", {"artifact": "s3://models/good/model.tar.gz"}),
        ("echo", {"artifact": "s3://models/good/model.tar.gz", "environment": {"EXIT": "3"}}),
    ],
    ids=["no artifact", "no command", "exits"],
)
def test_a_container_that_cant_start_leaves_nothing(
    stage: Stage, folder: Path, request: pytest.FixtureRequest, image: str, options: dict[str, Any]
) -> None:
    """No object to unpack; unpacked, but nothing to run; run, but not for long."""
    stage.put_artifact("good/model.tar.gz", MODEL)
    before = set(folder.rglob("*"))
    fail(stage, f"starts-{request.node.callspec.indices['image']}", image, **options)
    assert set(folder.rglob("*")) == before


@pytest.mark.parametrize("how", BROKEN)
def test_a_model_that_cant_be_unpacked_leaves_nothing_beside_the_others(
    stage: Stage, shops: str, folder: Path, how: str
) -> None:
    """In a multi-model container, which serves on."""
    content, said = BROKEN[how]
    stage.put_artifact(f"shops/{how}.tar.gz", content)
    before = set(folder.rglob("*"))
    with pytest.raises(stage.client.exceptions.ValidationError, match=said):
        stage.invoke(shops, TargetModel=f"{how}.tar.gz")
    assert set(folder.rglob("*")) == before
    assert b"raw" in stage.invoke(shops, b"raw", TargetModel="north.tar.gz")["Body"]


def test_a_mended_model_is_alone_in_its_folder(stage: Stage, folder: Path) -> None:
    """Nothing of the one that broke off is between its files."""
    name = multi_model(stage, "mended")
    stage.put_artifact("shops/mended.tar.gz", LARGE[:50_000])
    before = set(folder.rglob("*"))
    with pytest.raises(stage.client.exceptions.ValidationError):
        stage.invoke(name, TargetModel="mended.tar.gz")
    stage.put_artifact("shops/mended.tar.gz", MODEL)
    assert b"raw" in stage.invoke(name, b"raw", TargetModel="mended.tar.gz")["Body"]
    assert [path.name for path in set(folder.rglob("*")) - before if path.is_file()] == ["model"]


def multi_model(stage: Stage, name: str) -> str:
    """An endpoint of the models under shops/."""
    mode = {"Mode": "MultiModel"}
    variant = stage.variant("AllTraffic", "echo", artifact=f"s3://{BUCKET}/shops/", container=mode)
    assert stage.create(name, variant) == "InService"
    return name


@pytest.fixture(scope="module")
def shops(stage: Stage) -> str:
    """A multi-model endpoint with one model in use."""
    stage.put_artifact("shops/north.tar.gz", MODEL)
    name = multi_model(stage, "shops")
    stage.invoke(name, TargetModel="north.tar.gz")
    return name


def test_a_deletion_while_the_model_is_unpacked_leaves_nothing(
    stage: Stage, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The thread that unpacks can't be stopped: its end is waited for, else it makes the folder again."""
    begun, goes_on, ended = (threading.Event() for _ in range(3))
    unpack = artifact.unpack

    def unpack_late(*given: Any) -> None:
        begun.set()
        assert goes_on.wait(60)
        unpack(*given)
        ended.set()

    uri = stage.put_artifact("late/model.tar.gz", MODEL)
    before = set(folder.rglob("*"))
    monkeypatch.setattr(artifact, "unpack", unpack_late)
    stage.begin("late", stage.variant("AllTraffic", "echo", artifact=uri))
    assert begun.wait(60)
    deployment = stage.plane._deployments["late"]
    stage.delete("late")
    wait_for(deployment.cancelling)
    goes_on.set()
    assert ended.wait(60)
    wait_for(deployment.done)
    assert set(folder.rglob("*")) == before
