"""A stack in an environment, on the local stage or in an account: `python -m scripts.stack COMMAND`."""
