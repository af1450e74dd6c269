"""The local stage's corrected control plane alone, in a process: `python -m tests.control_plane_process`.

Endpoints are InService at once, whatever their artifact holds.
It prints its URL and ends with its standard input.
"""

import sys

from scripts.local_stage.control_plane import ControlPlane, moto_application
from scripts.local_stage.corrections import apply_corrections


def main() -> None:
    """Serve until standard input is closed."""
    apply_corrections()
    control_plane = ControlPlane(moto_application())
    control_plane.start()
    print(control_plane.url, flush=True)
    sys.stdin.read()
    control_plane.stop()


if __name__ == "__main__":
    main()
