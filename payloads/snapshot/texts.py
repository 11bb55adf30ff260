"""The texts of the lines of an invoice: all that Odoo prints beside the amounts.

Stripe has no sections, notes, quantities with decimals or discounts in percent; so
headings go before the line that they precede, notes behind the line that they follow,
and quantity, unit, unit price and discount behind the name.
"""

from typing import Any, NamedTuple

from odoo.tools import formatLang

from ..text import cut, one_line

HEADINGS = ("line_section", "line_subsection")
# Odoo prints no more decimals of prices and quantities than it can store.
MOST_DECIMALS = 6
LONGEST_UNIT = 40


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
    # Asked for some of the lines only, Odoo finds it for all, and writes the others.
    move.line_ids.with_prefetch().mapped("parent_id")
    for line in move.invoice_line_ids.sorted("sequence"):
        if line.display_type in HEADINGS:
            headings.append(one_line(line.name or ""))
        elif line.display_type == "line_note":
            if _collapsed(line):
                continue
            if found and not headings:
                found[-1] = _with_note(found[-1], one_line(line.name or ""))
            else:
                notes.append(one_line(line.name or ""))
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
    name = one_line(line.name or line.product_id.display_name or "")
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


def _path(line):
    """Return the names of the section and the subsection that a line is in."""
    names = []
    while line.parent_id:
        line = line.parent_id
        names.insert(0, one_line(line.name or ""))
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
    name = " / ".join([*_path(section), one_line(section.name or "")])
    if section.collapse_composition:
        return name
    inside = section._get_section_lines().filtered(
        lambda line: line.display_type == "product"
    )
    items = (one_line(line.name or "") + _quantity_alone(line) for line in inside)
    return f"{name}: {'; '.join(items)}"


def _order(line):
    return ", ".join(line.sale_line_ids.order_id.mapped("name"))


def _how_much(line):
    """Return quantity, unit, unit price and discount, unless the amount tells them."""
    if not line.quantity or (abs(line.quantity) == 1 and not line.discount):
        return ""
    price = _price(line)
    discount = f" − {_number(line, line.discount, 0)} %" if line.discount else ""
    unit = cut(line.product_uom_id.name or "", LONGEST_UNIT)
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
