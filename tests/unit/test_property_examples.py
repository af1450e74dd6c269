"""Property tests draw the same examples in every run, in whichever process and order they come."""

import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.unit


def drawn() -> list[str]:
    """The examples of a test that is new each time."""
    seen = []

    @given(st.integers() | st.floats() | st.text())
    def test(value: object) -> None:
        seen.append(repr(value))

    test()
    return seen


def test_examples_do_not_depend_on_what_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Hypothesis likes constants of the project's own modules, as far as they are imported by then."""
    module = ModuleType("imported_late")
    module.__file__ = str(tmp_path.parent / "imported_late.py")
    numbers = ", ".join(str(number + 0.53125) for number in range(7000, 7500))
    Path(module.__file__).write_text(f"NUMBERS = [{numbers}]\n")
    first = drawn()
    monkeypatch.setitem(sys.modules, module.__name__, module)
    assert drawn() == first
