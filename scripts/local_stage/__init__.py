"""The local stage: AWS on loopback, no Docker and no account, for the unchanged Terraform stack.

One server process holds two planes:

- the control plane, moto's server with the corrections of `corrections/`: what Terraform talks to;
- the data plane, one asyncio loop: the gateway's stage URL, Lambda's sandboxes, SageMaker's runtime.

`python -m scripts.local_stage up` starts one, `server.py` says how it is put together.
"""
