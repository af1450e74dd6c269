"""What the numbers were measured on, and how busy it was: the processor time of processes (Linux only)."""

import os
import platform
from collections import defaultdict
from pathlib import Path

from tests.perf.result import Numbers

PROC = Path("/proc")
_SERVED = {"awslambdaric": "sandboxes", "scripts.local_stage.serving": "container"}
SERVER, CONTAINER, SANDBOXES = "server", "container", "sandboxes"


def describe_machine() -> Numbers:
    """Processor, cores, interpreter and the load averages of now."""
    return {
        "processor": _processor_name(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load": [round(load, 1) for load in os.getloadavg()],
    }


def _processor_name() -> str:
    try:
        lines = (PROC / "cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or "unknown"
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else "unknown"


class ProcessorTime:
    """Processor seconds that a stage's processes have used between two moments, by role."""

    def __init__(self, server: int) -> None:
        self._server = server
        self._before = self._read()
        self._machine_before = _machine_seconds()

    def since(self) -> dict[str, float]:
        """Seconds by role; empty where the system doesn't tell. The server's ended children aren't in it."""
        used: defaultdict[str, float] = defaultdict(float)
        for pid, (role, seconds) in self._read().items():
            used[role] += seconds - self._before.get(pid, (role, 0.0))[1]
        return dict(used)

    def machine(self) -> float | None:
        """Seconds that all processors together were busy; None where the system doesn't tell."""
        now = _machine_seconds()
        if now is None or self._machine_before is None:
            return None
        return now - self._machine_before

    def _read(self) -> dict[int, tuple[str, float]]:
        found = {}
        for entry in PROC.glob("[0-9]*"):
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
                command = (entry / "cmdline").read_text()
            except OSError:  # it has just ended
                continue
            role = _role(int(entry.name), int(fields[1]), command, self._server)
            if role is not None:
                ticks = int(fields[11]) + int(fields[12])
                found[int(entry.name)] = (role, ticks / os.sysconf("SC_CLK_TCK"))
        return found


def _role(pid: int, parent: int, command: str, server: int) -> str | None:
    if pid == server:
        return SERVER
    if parent != server:
        return None
    return next((role for sign, role in _SERVED.items() if sign in command), None)


def _machine_seconds() -> float | None:
    try:
        fields = (PROC / "stat").read_text().split("\n", 1)[0].split()[1:]
    except OSError:
        return None
    user, nice, system, _, _, irq, softirq = map(int, fields[:7])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")
