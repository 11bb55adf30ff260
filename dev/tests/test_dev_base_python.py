"""Which Python the virtual environment is made with."""

import sys
from pathlib import Path

import pytest

from dev import base_python

RUNS_US = Path(sys.executable)


def _python(folder: Path, version: str, ensurepip: bool) -> Path:
    """Make what answers as a Python of this version does."""
    path = folder / "python3"
    path.write_text(
        "#!/bin/sh\n"
        f'case "$3" in *version*) echo "{version}"; echo text;; '
        f"*) exit {0 if ensurepip else 1};; esac\n"
    )
    path.chmod(0o755)
    return path


@pytest.mark.parametrize(
    ("version", "ensurepip", "is_taken"),
    [("3 11", True, True), ("3 9", True, False), ("3 11", False, False)],
)
def test_the_systems_python_is_taken_where_it_can_do_it(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    version: str,
    ensurepip: bool,
    is_taken: bool,
) -> None:
    systems = _python(tmp_path, version, ensurepip)
    monkeypatch.setattr(base_python, "_OF_THE_SYSTEM", systems)
    assert base_python.path() == (systems if is_taken else RUNS_US)
    assert base_python.has_ensurepip()


def test_without_a_python_of_the_system_the_one_that_runs_us_is_taken(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(base_python, "_OF_THE_SYSTEM", tmp_path / "none")
    assert base_python.path() == RUNS_US
    assert base_python.version().strip() == sys.version
