"""Where things are. Everything that the set-up makes is below `HOME`."""

from pathlib import Path

ADDON = "sale_stripe_invoice"
"""Technical name of the addon; the checkout may be called anything."""

CHECKOUT = Path(__file__).resolve().parent.parent
HOME = CHECKOUT / ".odoo"
DATA = HOME / "data"
DOWNLOADS = HOME / "downloads"
LINKS = HOME / "links"
LOGS = HOME / "logs"
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
    LINKS.mkdir(parents=True, exist_ok=True)
    if not link.is_symlink() or link.resolve() != CHECKOUT:
        fresh = LINKS / f".{ADDON}.new"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(CHECKOUT)
        fresh.rename(link)
    return link
