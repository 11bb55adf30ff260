"""The virtual environment with Odoo's needs, the Stripe SDK and the test tools."""

import shutil
import subprocess

from dev import base_python, stamps
from dev.paths import PYTHON, REQUIREMENTS, VENV
from dev.processes import locked, run
from dev.progress import step

_PROBE = """
import importlib.util as u, sys
names = "lxml psycopg2 werkzeug babel reportlab stripe pytest pytest_odoo playwright"
sys.exit(any(u.find_spec(name) is None for name in (names + " mypy ruff").split()))
"""


def is_ready() -> bool:
    """Return whether the environment is complete and up to date."""
    return stamps.is_current("venv", _key()) and _works()


def ensure() -> None:
    """Make the environment, or finish one that is incomplete or outdated."""
    if is_ready():
        return
    with locked("venv", waiting="Another command installs Python's packages; waiting."):
        if not is_ready():
            _make()


def _make() -> None:
    was_made_here = stamps.is_current("venv-base", _base_key())
    stamps.clear_stamp("venv")
    if not (was_made_here and _runs("-m", "pip", "--version")):
        with step("Making a virtual environment"):
            stamps.clear_stamp("venv-base")
            if VENV.exists():
                shutil.rmtree(VENV)
            run([base_python.path(), "-m", "venv", VENV], log="venv")
            stamps.set_stamp("venv-base", _base_key())
    with step("Installing Python packages"):
        # Python compiles what is used, when it is used.
        pip = (PYTHON, "-m", "pip", "install", "--no-input", "--no-compile")
        run((*pip, "-r", REQUIREMENTS), log="venv")
        if not _works():
            # Metadata is there but files are not: pip would believe the metadata.
            run((*pip, "--force-reinstall", "-r", REQUIREMENTS), log="venv")
    stamps.set_stamp("venv", _key())


def _key() -> str:
    return stamps.digest(REQUIREMENTS.read_bytes(), base_python.version(), str(VENV))


def _base_key() -> str:
    return stamps.digest(base_python.version(), str(VENV))


def _works() -> bool:
    return _runs("-c", _PROBE)


def _runs(*arguments: str) -> bool:
    if not PYTHON.exists():
        return False
    done = subprocess.run([PYTHON, *arguments], capture_output=True)
    return done.returncode == 0
