"""One process of the provider for many commands of Terraform, which else start one each: a second a plan.

This is how HashiCorp attaches debuggers: the provider is started with `-debug` and says where it listens.
https://developer.hashicorp.com/terraform/plugin/debugging#starting-a-provider-in-debug-mode
All commands must configure the provider alike, and Terraform neither installs nor checks it then.
"""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_ADDRESS = re.compile(r"TF_REATTACH_PROVIDERS='(\{.*\})'")


@contextmanager
def running_provider(
    data_dir: Path, around: Mapping[str, str] = os.environ, root: Path | None = None
) -> Iterator[dict[str, str]]:
    """Run the provider that an initialised TF_DATA_DIR holds; yields the environment that leads to it.

    Endpoints and credentials are those of the environment `around` it, not of the commands'; and a root's
    files, where it reads any, are found from the directory that it runs in.
    """
    (binary,) = (path for path in (data_dir / "providers").glob("*/*/*/*/*/terraform-provider-*"))
    # With a bundle of certificates the provider can be configured only once: it replaces its own HTTP client.
    environment = {name: value for name, value in around.items() if name != "AWS_CA_BUNDLE"}
    with subprocess.Popen(
        [str(binary), "-debug"],
        cwd=root,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            found = (_ADDRESS.search(line) for line in process.stdout)
            address = next((match[1] for match in found if match), None)
            assert address is not None, f"{binary} -debug ended without saying where it listens"
            yield {"TF_REATTACH_PROVIDERS": address}
        finally:
            process.terminate()
