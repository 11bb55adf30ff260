"""The texts of the lines of an invoice: all that Odoo prints beside the amounts.

Stripe has no sections, notes, quantities with decimals or discounts in percent; so
headings go before the line that they precede, notes behind the line that they follow,
and quantity, unit, unit price and discount behind the name.
"""

from typing import Any, NamedTuple

from odoo.tools import formatLang

CONTINUED = "… "
HEADINGS = ("line_section", "line_subsection")
# Odoo prints no more decimals of prices and quantities than it can store.
MOST_DECIMALS = 6


class LineText(NamedTuple):
    """The text of one product line; see ``payloads.lines.ReadLine`` for its place.

    ``ending`` is what has to be told even if ``text`` is too long.
    """

    line: Any
    text: str
    ending: str
    order: str
    section: str
    together: tuple[int, str] | None


def line_texts(move):
    """Return the texts of the product lines, in the order of the printed invoice.

    :param move: one ``account.move``, in the language of its document
    :rtype: list[LineText]
    """
    found = []
    headings, notes = [], []
    for line in move.invoice_line_ids.sorted("sequence"):
        if line.display_type in HEADINGS:
            headings.append(_plain(line.name))
        elif line.display_type == "line_note":
            if _collapsed(line):
                continue
            if found and not headings:
                found[-1] = _with_note(found[-1], _plain(line.name))
            else:
                notes.append(_plain(line.name))
        elif line.display_type == "product":
            found.append(_line_text(line, headings, notes))
            headings, notes = [], []
    for left in (*headings, *notes):
        if found:
            found[-1] = _with_note(found[-1], left)
    return found


def _line_text(line, headings, notes):
    collapsed = _collapsed(line)
    before = f"{' / '.join(headings)}: " if headings and not collapsed else ""
    name = _plain(line.name or line.product_id.display_name)
    return LineText(
        line=line,
        text=before + " – ".join([*notes, name]),
        ending=_how_much(line),
        order=_order(line),
        section=" / ".join(_path(line)),
        together=(collapsed.id, _collapsed_text(collapsed)) if collapsed else None,
    )


def _with_note(text, note):
    # What was the ending is inside of the text now: the note comes behind it.
    return text._replace(text=f"{text.text}{text.ending} – {note}", ending="")


def _plain(text):
    return " ".join((text or "").split())


def _path(line):
    """Return the names of the section and the subsection that a line is in."""
    names = []
    while line.parent_id:
        line = line.parent_id
        names.insert(0, _plain(line.name))
    return names


def _collapsed(line):
    """Return the outermost section above a line whose parts or prices are not shown."""
    collapsed = line.browse()
    while line.parent_id:
        line = line.parent_id
        if line.collapse_composition or line.collapse_prices:
            collapsed = line
    return collapsed


def _collapsed_text(section):
    name = " / ".join([*_path(section), _plain(section.name)])
    if section.collapse_composition:
        return name
    inside = section._get_section_lines().filtered(
        lambda line: line.display_type == "product"
    )
    items = (_plain(line.name) + _quantity_alone(line) for line in inside)
    return f"{name}: {'; '.join(items)}"


def _order(line):
    return ", ".join(line.sale_line_ids.order_id.mapped("name"))


def _how_much(line):
    """Return quantity, unit, unit price and discount, unless the amount tells them."""
    if not line.quantity or (abs(line.quantity) == 1 and not line.discount):
        return ""
    price = _price(line)
    discount = f" − {_number(line, line.discount, 0)} %" if line.discount else ""
    unit = line.product_uom_id.name or ""
    quantity = " ".join([_number(line, line.quantity, 0), unit]).strip()
    return f" ({quantity} × {price}{discount})"


def _quantity_alone(line):
    if line.quantity == 1:
        return ""
    unit = line.product_uom_id.name or ""
    return f" ({_number(line, line.quantity, 0)} {unit}".rstrip() + ")"


def _price(line):
    currency = line.currency_id
    number = _number(line, line.price_unit, currency.decimal_places)
    symbol = currency.symbol or currency.name
    pair = (number, symbol) if currency.position == "after" else (symbol, number)
    return "\N{NO-BREAK SPACE}".join(pair)


def _number(line, value, least):
    """Return a number with all of its decimals, and with at least so many."""
    fraction = f"{value:.{MOST_DECIMALS}f}".rstrip("0").partition(".")[2]
    return formatLang(line.env, value, digits=max(least, len(fraction)))


def group_text(move, group):
    """Return the text of a line that stands for several, all of one taxation.

    :param group: the ``ReadLine`` of which it is the sum
    """
    orders = _same(entry.order for entry in group)
    sections = _same(entry.section for entry in group)
    count = move.env._("%s lines of the invoice", len(group))
    return ": ".join([*filter(None, (orders, sections)), count])


def _same(names):
    """Return the name that all of them have, if they do."""
    kept = set(names)
    return kept.pop() if len(kept) == 1 else ""


def pieces(text, ending, limit):
    """Return a text in pieces that Stripe takes, split between words.

    :param str text: may be empty
    :param str ending: belongs behind the text, but in the first piece in any case
    :param int limit: characters of one piece
    """
    if len(text + ending) <= limit:
        return [text + ending or "-"]
    room = limit - len(ending) - len(CONTINUED)
    first, rest = _split(text, room)
    found = [f"{first} …{ending}"]
    while rest:
        piece, rest = _split(rest, limit - 2 * len(CONTINUED))
        found.append(f"{CONTINUED}{piece}{' …' if rest else ''}")
    return found


def _split(text, room):
    if len(text) <= room:
        return text, ""
    at = text.rfind(" ", 0, room + 1)
    at = at if at > 0 else room
    return text[:at].rstrip(), text[at:].lstrip()
