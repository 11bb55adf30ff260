"""Pieces of HTML that the customer's pages are made of."""

from __future__ import annotations

from pathlib import Path

from markupsafe import Markup
from werkzeug.wrappers import Response

from simulator.pages.document import Document, Line, Total
from simulator.pages.texts import Words

STYLE = Markup((Path(__file__).parent / "style.css").read_text(encoding="utf-8"))

PAGE = Markup("""<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>{title}</title>
<link rel="icon" href="data:,">
<style>{style}</style>
</head>
<body>
<main class="page {width}">
<header class="brand">
<span class="mark" aria-hidden="true">{initial}</span>
<h1 class="name" id="merchant">{merchant}</h1>{badge}
</header>
{content}
</main>
</body>
</html>
""")


def page(
    words: Words,
    title: str,
    merchant: str,
    test: bool,
    content: Markup,
    *,
    width: str = "",
    status: int = 200,
) -> Response:
    """Return a whole page; ``width`` is a class of the style sheet."""
    badge = Markup(' <span class="badge" id="test-badge" title="{}">{}</span>')
    html = PAGE.format(
        language=words.language,
        title=title,
        style=STYLE,
        width=width,
        initial=merchant[:1].upper(),
        merchant=merchant,
        badge=badge.format(words("test_notice"), words("test")) if test else "",
        content=content,
    )
    return Response(html, status, content_type="text/html; charset=utf-8")


def joined(pieces: list[Markup]) -> Markup:
    """Return the pieces one after the other."""
    return Markup("\n").join(pieces)


def facts(rows: list[tuple[str, str]]) -> Markup:
    """Return labels and texts as a list of definitions."""
    row = Markup("<dt>{}</dt><dd>{}</dd>")
    return Markup('<dl class="facts">{}</dl>').format(
        joined([row.format(label, text) for label, text in rows])
    )


def party(label: str, rows: list[str]) -> Markup:
    """Return one party's name and address; nothing where there is none."""
    if not rows:
        return Markup("")
    first = Markup("<strong>{}</strong>").format(rows[0])
    rest = [Markup("{}").format(row) for row in rows[1:]]
    return Markup('<div><p class="label">{}</p>{}</div>').format(
        label, Markup("<br>").join([first, *rest])
    )


def table(lines: list[Line], words: Words) -> Markup:
    """Return the table of lines."""
    head = Markup(
        '<tr><th scope="col">{}</th><th scope="col" class="figure">{}</th>'
        '<th scope="col" class="figure">{}</th><th scope="col" class="figure">{}</th>'
        "</tr>"
    ).format(words("description"), words("quantity"), words("tax"), words("amount"))
    row = Markup(
        '<tr><td class="text">{}</td><td class="figure">{}</td>'
        '<td class="figure">{}</td><td class="figure">{}</td></tr>'
    )
    rows = [
        row.format(line.description, line.quantity, line.tax, line.amount)
        for line in lines
    ]
    return Markup(
        '<table id="lines"><thead>{}</thead><tbody>{}</tbody></table>'
    ).format(head, joined(rows))


def totals(rows: list[Total]) -> Markup:
    """Return what stands under the table."""
    row = Markup('<dt class="{0}">{1}</dt><dd class="{0}">{2}</dd>')
    return Markup('<dl class="totals" id="totals">{}</dl>').format(
        joined(
            [row.format("strong" * one.strong, one.label, one.amount) for one in rows]
        )
    )


def details(document: Document) -> Markup:
    """Return everything printed below the amount: parties, lines, totals, texts."""
    words = document.words
    rule = Markup('<hr class="rule">')
    pieces = [
        facts(document.facts),
        rule,
        Markup('<div class="parties">{}{}{}</div>').format(
            party(words("from"), document.sender),
            party(words("to"), document.recipient),
            party(words("ship_to"), document.shipped_to),
        ),
        rule,
        table(document.lines, words),
        totals(document.totals),
    ]
    pieces += [
        Markup('<p class="small">{}</p>').format(note) for note in document.notes
    ]
    if document.memo:
        memo = (
            '<hr class="rule"><p class="label">{}</p><p class="memo" id="memo">{}</p>'
        )
        pieces.append(Markup(memo).format(words("memo"), document.memo))
    if document.footer:
        footer = Markup('<hr class="rule"><p class="small" id="footer">{}</p>')
        pieces.append(footer.format(document.footer))
    return joined(pieces)


def state(kind: str, sign: str, title: str, text: str, extra: str = "") -> Markup:
    """Return a card that says what became of the invoice; ``kind`` is its colour."""
    return Markup(
        '<div class="state"><span class="sign {}" aria-hidden="true">{}</span>'
        '<h2 id="state">{}</h2><p>{}</p>{}</div>'
    ).format(kind, sign, title, text, extra)
