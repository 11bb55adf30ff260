"""The typeface of the PDFs."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

REGULAR, BOLD = "Document", "Document-Bold"
DEJAVU = Path("/usr/share/fonts/truetype/dejavu")


@cache
def register() -> None:
    """Register the two fonts once.

    DejaVu, where Debian's package is installed, has all European letters; Vera, which
    comes with reportlab, lacks some of them.
    """
    regular, bold = DEJAVU / "DejaVuSans.ttf", DEJAVU / "DejaVuSans-Bold.ttf"
    found = regular.exists() and bold.exists()
    pdfmetrics.registerFont(TTFont(REGULAR, str(regular) if found else "Vera.ttf"))
    pdfmetrics.registerFont(TTFont(BOLD, str(bold) if found else "VeraBd.ttf"))
