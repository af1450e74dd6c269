"""Deployments that are overtaken, or that the stage's end meets, leave nothing running; none is lost."""

import asyncio
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto.cloudwatch.models import cloudwatch_backends

from scripts.local_stage.corrections import apply_corrections
from scripts.local_stage.process_guard import ProcessGuard
from scripts.local_stage.sagemaker_runtime.container import HeldPort
from scripts.local_stage.sagemaker_runtime.fleet import Fleet
from scripts.local_stage.sagemaker_runtime.plans import DeploymentError
from tests.descriptors import open_descriptors
from tests.functional.sagemaker_stage import ACCOUNT, REGION, Stage, put_alarm, wait_for
from tests.processes import is_gone

pytestmark = pytest.mark.functional

ALL_AT_ONCE = {
    "BlueGreenUpdatePolicy": {
        "TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 0},
        "TerminationWaitInSeconds": 600,
    },
    "AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "errors"}]},
}
"""The new fleet has all traffic, and the update goes on."""


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    apply_corrections()  # alarms keep a state that is set by hand
    made = Stage(tmp_path)
    assert made.create("bikes", made.variant("v", "echo")) == "InService"
    yield made
    made.close()
    cloudwatch_backends[ACCOUNT][REGION].reset()


def new_fleet(stage: Stage) -> Fleet | None:
    route = stage.plane._traffic._routes.get("bikes")
    return None if route is None else route.successor


@pytest.fixture
def busy(stage: Stage) -> Iterator[int]:
    """The process of the new fleet in the middle of an update, busy with a call: so its end takes a while."""
    how = stage.variant("v", "echo", environment={"SECONDS": "1"})
    stage.begin_update("bikes", how, how=ALL_AT_ONCE)
    wait_for(lambda: new_fleet(stage) is not None)
    fleet = new_fleet(stage)
    assert fleet is not None
    call = threading.Thread(target=stage.invoke, args=("bikes",))
    call.start()
    wait_for(lambda: fleet.leases == 1)
    yield fleet.variants[0].containers[0]._process.pid
    call.join()


def test_the_end_of_the_stage_waits_for_what_an_update_had_started(stage: Stage, busy: int) -> None:
    """Both fleets are stopped by whoever started them, not killed by the guard."""
    stage.close_plane()
    assert is_gone(busy)


def test_a_deletion_in_the_middle_of_going_back_ends_the_new_fleet(stage: Stage, busy: int) -> None:
    """It was forgotten, and ran till the stage's end."""
    put_alarm("errors", "ALARM")
    wait_for(lambda: stage.endpoint("bikes").endpoint_status == "RollingBack")
    stage.delete("bikes")
    wait_for(lambda: is_gone(busy))


def test_an_update_that_overtakes_a_failing_one_is_not_lost(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own configuration runs in the end; the other one's failure, too late, is nobody's any more."""
    begun = threading.Event()

    async def fails_when_overtaken(*_: Any) -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            raise DeploymentError("it failed at that moment") from None

    with monkeypatch.context() as patched:
        patched.setattr(stage.plane._starter, "start", fails_when_overtaken)
        stage.begin_update("bikes", stage.variant("v", "echo"))
        assert begun.wait(60)
    stage.begin_update("bikes", stage.variant("v", "echo", environment={"NAME": "second"}))
    assert stage.wait("bikes") == "InService"
    assert b"second" in stage.invoke("bikes")["Body"]
    assert stage.endpoint("bikes").failure_reason is None


def test_a_container_cancelled_while_it_starts_leaves_nothing_open(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stage that stops just then."""
    begun = threading.Event()

    async def hangs(*_: Any, **__: Any) -> None:
        begun.set()
        await asyncio.Event().wait()

    before = open_descriptors()
    monkeypatch.setattr(ProcessGuard, "spawn", hangs)
    stage.begin("other", stage.variant("v", "echo"))
    assert begun.wait(60)
    stage.close_plane()
    assert open_descriptors() <= before


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the port is free again at once")
def test_a_containers_port_is_given_to_nobody_else() -> None:
    """Between the choice of the port and the server's first breath, a second or more, others start, too."""
    port = HeldPort()
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port.number))
    with socket.create_server(("127.0.0.1", port.number)) as server:
        with socket.create_connection(server.getsockname(), timeout=60) as client:
            client_address = client.getsockname()
            accepted, address = server.accept()
            accepted.close()
        assert address == client_address
    port.release()
