"""Where things are. Everything that the set-up makes is below `HOME`."""

import os
from pathlib import Path

ADDON = "sale_stripe_invoice"
"""Technical name of the addon; the checkout may be called anything."""

CHECKOUT = Path(__file__).resolve().parent.parent
HOME = CHECKOUT / ".odoo"
DATA = HOME / "data"
DOWNLOADS = HOME / "downloads"
LINKS = HOME / "links"
LOGS = HOME / "logs"
PYCACHE = HOME / "pycache"
RUN = HOME / "run"
STAMPS = HOME / "stamps"
TREE = HOME / "root"
VENV = HOME / "venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = CHECKOUT / "dev" / "requirements.txt"


def addon_link() -> Path:
    """Return the link to the checkout that carries the addon's name; make it.

    Odoo takes an addon's name from its folder, hence the link.
    """
    link = LINKS / ADDON
    make_link(link, CHECKOUT)
    return link


def keep_bytecode() -> None:
    """Let every Python that is started from here keep what it compiles, in our folder.

    Odoo is thousands of modules, which take seconds to compile at each start.
    """
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.environ["PYTHONPYCACHEPREFIX"] = str(PYCACHE)


def make_link(link: Path, target: Path) -> None:
    """Let `link` lead to `target`; one that leads elsewhere is replaced at once."""
    if link.is_symlink() and link.readlink() == target:
        return
    link.parent.mkdir(parents=True, exist_ok=True)
    fresh = link.with_name(f".{link.name}.{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.rename(link)
