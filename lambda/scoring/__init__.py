"""Raw features in, predictions out: one model contract drives training and serving alike."""

from .contract import Contract, ContractError

__all__ = ["Contract", "ContractError"]
