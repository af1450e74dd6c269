"""What can be wrong with a machine.

ToolchainError             something that the project needs from the machine is missing
├── TerraformMissingError  no terraform binary, or too old
└── ProviderMissingError   no way to a provider that a stack has locked
"""


class ToolchainError(Exception):
    """Something that the project needs from the machine is missing; the text says what, and the repair."""


class TerraformMissingError(ToolchainError):
    """There is no terraform binary, or it is older than the stacks allow."""


class ProviderMissingError(ToolchainError):
    """Neither the user's configuration, nor a registry, nor a mirror yields a locked provider."""
