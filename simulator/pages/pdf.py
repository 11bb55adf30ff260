"""The invoice, or a credit note, as a PDF."""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    Flowable,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
)

from simulator.pages import fonts
from simulator.pages.document import Document, Line, Total
from simulator.pages.texts import Words

INK, SOFT, LINE = colors.HexColor("#1b1f2e"), colors.HexColor("#61677a"), "#e4e7ee"
MARGIN = 18 * mm
# Reportlab's frame keeps its content 6 points inside the margin.
EDGE = MARGIN + 6


def style(size: float, **extra: Any) -> ParagraphStyle:
    """Return a paragraph style of that size in points."""
    settings = {"fontName": fonts.REGULAR, "textColor": INK, "leading": size * 1.4}
    return ParagraphStyle("text", fontSize=size, **{**settings, **extra})


BODY = style(9)
SMALL = style(8, textColor=SOFT)
STRONG = style(9, fontName=fonts.BOLD)
FIGURE = style(9, alignment=2)
STRONG_FIGURE = style(9, fontName=fonts.BOLD, alignment=2)
HEAD = style(8, textColor=SOFT)
HEAD_FIGURE = style(8, textColor=SOFT, alignment=2)
TITLE = style(20, fontName=fonts.BOLD)
DUE = style(13, fontName=fonts.BOLD)


def render(document: Document, page_size: str | None) -> bytes:
    """Return the PDF.

    :param page_size: Stripe's ``rendering.pdf.page_size``; all but a4 means letter
    """
    fonts.register()
    size = A4 if page_size == "a4" else LETTER
    width = size[0] - 2 * MARGIN
    buffer = io.BytesIO()
    template = SimpleDocTemplate(
        buffer,
        pagesize=size,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=MARGIN,
        bottomMargin=MARGIN,
        title=f"{document.title} {document.number}",
        author=document.merchant,
        invariant=1,
    )
    template.build(
        story(document, width), canvasmaker=numbered(document.words, document)
    )
    return buffer.getvalue()


def story(document: Document, width: float) -> list[Flowable]:
    """Return what is on the pages, from top to bottom."""
    words = document.words
    headline = " · ".join(
        filter(None, (document.headline.amount, document.headline.when))
    )
    flow: list[Flowable] = [
        heading(document, width),
        Spacer(0, 6 * mm),
        fact_table(document.facts),
        Spacer(0, 7 * mm),
        parties(document, width),
        Spacer(0, 9 * mm),
        text(headline, DUE),
        Spacer(0, 6 * mm),
        line_table(document.lines, words, width),
        Spacer(0, 3 * mm),
        total_table(document.totals, width),
    ]
    for note in document.notes:
        flow += [Spacer(0, 4 * mm), text(note, STRONG)]
    if document.memo:
        flow += [
            Spacer(0, 7 * mm),
            text(words("memo"), HEAD),
            text(document.memo, BODY),
        ]
    if document.footer:
        flow += [Spacer(0, 7 * mm), text(document.footer, SMALL)]
    return flow


def text(content: str, look: ParagraphStyle) -> Paragraph:
    """Return plain text as a paragraph, with its line breaks."""
    return Paragraph(escape(content).replace("\n", "<br/>"), look)


def block(label: str, rows: list[str]) -> list[Paragraph]:
    """Return a party: its label, its name in bold, the rest below."""
    if not rows:
        return []
    return [
        text(label, HEAD),
        text(rows[0], STRONG),
        *(text(row, BODY) for row in rows[1:]),
    ]


def plain_table(rows: list[list[Any]], widths: list[float], *looks: Any) -> Table:
    """Return a table without inner margins at its sides."""
    base = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
        ("RIGHTPADDING", (-1, 0), (-1, -1), 0),
    ]
    return Table(rows, widths, style=[*base, *looks], hAlign="LEFT")


def heading(document: Document, width: float) -> Table:
    """Return the title and the merchant's name."""
    words = document.words
    title = document.title + (f"  {words('test')}" if document.test else "")
    merchant = style(12, fontName=fonts.BOLD, alignment=2)
    return plain_table(
        [[text(title, TITLE), text(document.merchant, merchant)]],
        [width * 0.5, width * 0.5],
    )


def fact_table(facts: list[tuple[str, str]]) -> Table:
    """Return number, dates and custom fields."""
    rows = [[text(label, STRONG), text(value, BODY)] for label, value in facts]
    tight = ("BOTTOMPADDING", (0, 0), (-1, -1), 0)
    return plain_table(rows or [["", ""]], [45 * mm, 110 * mm], tight)


def parties(document: Document, width: float) -> Table:
    """Return merchant, customer and place of delivery side by side."""
    words = document.words
    blocks = [
        block(words("from"), document.sender),
        block(words("bill_to"), document.recipient),
        block(words("ship_to"), document.shipped_to),
    ]
    return plain_table([blocks], [width / 3] * 3)


def line_table(lines: list[Line], words: Words, width: float) -> Table:
    """Return the lines; the head is repeated on every page."""
    head = [
        text(words("description"), HEAD),
        text(words("quantity"), HEAD_FIGURE),
        text(words("tax"), HEAD_FIGURE),
        text(words("amount"), HEAD_FIGURE),
    ]
    rows = [
        [
            text(line.description, BODY),
            text(line.quantity, FIGURE),
            text(line.tax, FIGURE),
            text(line.amount, FIGURE),
        ]
        for line in lines
    ]
    ruled = ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE)
    widths = [width * share for share in (0.54, 0.1, 0.14, 0.22)]
    table = plain_table([head, *rows], widths, ruled)
    table.repeatRows = 1
    return table


def total_table(totals: list[Total], width: float) -> Table:
    """Return what stands under the lines, on the right half."""
    rows = [
        [
            "",
            text(one.label, STRONG if one.strong else BODY),
            text(one.amount, STRONG_FIGURE if one.strong else FIGURE),
        ]
        for one in totals
    ]
    above = ("LINEABOVE", (1, -1), (-1, -1), 0.5, LINE)
    return plain_table(rows, [width * 0.4, width * 0.38, width * 0.22], above)


def numbered(words: Words, document: Document) -> type[Canvas]:
    """Return a canvas that prints number and "page x of y" at the foot of each page."""

    class Numbered(Canvas):  # type: ignore[misc]
        """Keeps the finished pages until it is known how many there are."""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.finished: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802
            self.finished.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self.finished, 1):
                self.__dict__.update(page)
                self.setFont(fonts.REGULAR, 7.5)
                self.setFillColor(SOFT)
                self.drawString(EDGE, 10 * mm, document.number)
                place = words("page", page=number, pages=len(self.finished))
                self.drawRightString(self._pagesize[0] - EDGE, 10 * mm, place)
                super().showPage()
            super().save()

    return Numbered
