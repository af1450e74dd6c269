"""What can't be converted, where, and what to do about it."""

from __future__ import annotations


class ConversionError(Exception):
    """A pipeline, a contract or data that don't allow the conversion, and what to do."""

    def __init__(self, problem: str, repair: str = "") -> None:
        super().__init__(problem)
        self.repair = repair


class NotExpressibleError(ConversionError):
    """A step that no operation, or no setting of one, stands for."""

    def __init__(self, path: tuple[str, ...], reason: str, repair: str = "") -> None:
        super().__init__(f"{' → '.join(path)}: {reason}", repair)


class CannotExpressError(Exception):
    """What a converter raises; the one who called it knows the path."""

    def __init__(self, reason: str, repair: str = "") -> None:
        super().__init__(reason)
        self.repair = repair
