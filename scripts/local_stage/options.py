"""What a stage can be told when it starts."""

from dataclasses import dataclass, field

from scripts.local_stage.sagemaker_runtime.images import ImageCommands
from scripts.local_stage.stage_record import DEFAULT_REGION


@dataclass(frozen=True, slots=True)
class Options:
    """Options of `up`."""

    region: str = DEFAULT_REGION
    images: ImageCommands = field(default_factory=ImageCommands)
    """Commands that serve container images which the stage doesn't know."""
    sandboxes: int | None = None
    """How many Lambda sandboxes may run at a time; None: four a core."""
