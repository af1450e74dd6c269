"""The one error of packaging: what happened, where, and the command that repairs it."""


class PackagingError(Exception):
    """A zip can't be built; `repair` is what to run or change."""

    def __init__(self, problem: str, repair: str) -> None:
        super().__init__(f"{problem}\n  repair: {repair}")
        self.problem = problem
        self.repair = repair
