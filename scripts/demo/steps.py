"""Run the demo's steps and show each with its time: on a terminal as they go, in a log as they end."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from scripts import ROOT


class StepError(Exception):
    """A step failed; the text says which, what it said, and the command that runs it alone."""


@dataclass(frozen=True)
class Command:
    """A step that is a command of the project's own."""

    title: str
    arguments: Sequence[str]
    """Arguments to the Python interpreter."""
    alone: str
    """The make target that runs it alone."""
    summary: Callable[[str], str]
    """Standard output → what is worth a line."""


class Steps:
    """Shows steps: those that run with a spinner, those that are done as lines above."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=console,
            transient=True,
        )
        self._children: set[subprocess.Popen[str]] = set()
        self._lock = threading.Lock()

    def __enter__(self) -> "Steps":
        if self.console.is_terminal:
            self._progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._progress.stop()
        self.stop()

    @contextmanager
    def step(self, title: str) -> Iterator["Step"]:
        """Show one step while the block runs."""
        step = Step(title, self._progress, self._progress.add_task(title, total=None))
        started = time.perf_counter()
        try:
            yield step
        except BaseException:
            self._finish(step, "[red]✗[/red]", time.perf_counter() - started)
            raise
        self._finish(step, "[green]✓[/green]", time.perf_counter() - started)

    def run(self, command: Command) -> None:
        """Run a command as a step. Raises StepError when it fails."""
        with self.step(command.title) as step:
            child = subprocess.Popen(
                [sys.executable, *command.arguments],
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
            )
            with self._lock:
                self._children.add(child)
            output, _ = child.communicate()
            with self._lock:
                self._children.discard(child)
            if child.returncode != 0:
                last_lines = "\n".join(f"    {line}" for line in output.strip().splitlines()[-15:])
                raise StepError(
                    f"{command.title}: failed with exit code {child.returncode}\n{last_lines}\n"
                    f"  repair   see what it says alone: {command.alone}"
                )
            step.detail = command.summary(output)

    def run_together(self, jobs: Sequence[Callable[[], None]]) -> None:
        """Run jobs at the same time; the first error is raised once all have ended or been stopped."""
        with ThreadPoolExecutor(max_workers=len(jobs)) as pool:
            futures = [pool.submit(job) for job in jobs]
            try:
                for future in futures:
                    future.result()
            except BaseException:
                self.stop()
                raise

    def stop(self) -> None:
        """Stop the commands that still run."""
        with self._lock:
            for child in self._children:
                child.terminate()

    def _finish(self, step: "Step", mark: str, seconds: float) -> None:
        self._progress.remove_task(step.task)
        self.console.print(f"{mark} {step.title:<34} {seconds:5.1f} s  ", end="", highlight=False)
        self.console.print(step.detail, style="dim", markup=False, highlight=False, soft_wrap=True)


class Step:
    """One step while it runs; `detail` is what its line ends with."""

    def __init__(self, title: str, progress: Progress, task: TaskID) -> None:
        self.title = title
        self.detail = ""
        self.task = task
        self._progress = progress

    def say(self, text: str) -> None:
        """Show what the step is at."""
        self._progress.update(self.task, description=f"{self.title}  [dim]{text}[/dim]")
