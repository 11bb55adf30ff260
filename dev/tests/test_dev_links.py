"""The links of the documentation lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from dev.paths import CHECKOUT

PAGES = [CHECKOUT / "README.md", *sorted((CHECKOUT / "docs").glob("*.md"))]


def _links(page: Path) -> Iterator[tuple[Path, str]]:
    """Yield the file and the anchor of each link to what is in the repository."""
    for link in re.findall(r"\]\(([^)]+)\)", page.read_text()):
        if not link.startswith(("http:", "https:")):
            name, _hash, anchor = link.partition("#")
            yield (page.parent / name if name else page), anchor


def _anchors(page: Path) -> set[str]:
    """Return the anchors that a page has of its headings."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(), flags=re.MULTILINE)
    words = (re.sub(r"[^\w\- ]", "", title.lower()) for title in titles)
    return {word.replace(" ", "-") for word in words}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.name))
def test_every_link_leads_somewhere(page: Path) -> None:
    for target, anchor in _links(page):
        assert target.exists(), f"{page.name} links to {target}"
        if anchor:
            assert anchor in _anchors(target), f"{page.name}: #{anchor}"
