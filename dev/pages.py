"""Pages of the documentation that are written from tables."""

from pathlib import Path

from dev.paths import CHECKOUT
from dev.progress import say


def write(path: Path, text: str) -> None:
    """Write the page `text` to `path`, a file of the checkout, and say so."""
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    say(f"Written: {path.relative_to(CHECKOUT)}")
