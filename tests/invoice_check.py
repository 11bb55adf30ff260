"""Whether Stripe's invoice is Odoo's, judged without the code that has sent it.

Odoo's side is read from its journal items, as they are booked; Stripe's side from its
API. Only the words for a tax and the number of decimals are taken from the product,
which has tests of its own for them.
"""

from bisect import bisect_left
from collections import Counter
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from ..payloads.snapshot.taxes import tax_label
from ..stripe_api.money import STEP, exponent, minimum_charge

NOT_AT_STRIPE = ("CUP", "IRR", "SVC")
MOST = {"IDR": 12, "COP": 10, "INR": 9}
# How many roundings the rounding of the document may move from line to line.
TOLERANCE = 5
READERS = ("Pacific/Auckland", "Asia/Tokyo", "Europe/Paris", "Pacific/Honolulu")


class Check:
    """Compares the invoices of one batch.

    :param case: the test, with its ``simulator``
    """

    def __init__(self, case):
        self.simulator = case.simulator
        rates = self.simulator.control("objects/tax_rate")["data"]
        self.labels = {rate["id"]: rate["display_name"] for rate in rates}

    def outcome(self, move, recipe=None):
        """Return ``equal``, or the listed reasons for which it was refused.

        :param recipe: what the invoice was made of, if of one
        :raise AssertionError: it is neither
        """
        document = move.sudo().stripe_document_id
        assert document, "It was not sent at all"
        if not document.refused:
            found = list(self._differences(move))
            assert not found, "; ".join(found)
            return "equal"
        objections = move._stripe_reading().objections
        texts = [objection.text for objection in objections]
        assert document.error == "\n".join(texts), document.error
        assert not move.stripe_ref, "It was refused, and Stripe has it"
        for objection in objections:
            reason = REASONS.get(objection.code)
            assert reason, f"{objection.code} is no listed reason: {objection.text}"
            assert reason(move, recipe), f"Wrongly refused: {objection.text}"
        return " and ".join(sorted(objection.code for objection in objections))

    def remote(self, move):
        """Return what Stripe has of an invoice, with a list of all of its lines."""
        remote = self.simulator.api(f"invoices/{move.stripe_ref}")
        return {**remote, "lines": self._lines(move.stripe_ref)}

    def _differences(self, move):
        remote = self.remote(move)
        lines = remote["lines"]
        total = _minor(move, move.amount_total)
        status = "open" if total else "paid"
        pairs = {
            "status": (status, remote["status"]),
            "status in Odoo": (status, move.stripe_status),
            "number": (move.name, remote["number"]),
            "currency": (move.currency_id.name.lower(), remote["currency"]),
            "total": (total, remote["total"]),
            "amount due": (total, remote["amount_due"]),
            "starting balance": (0, remote["starting_balance"]),
            "taxes": (_odoos_taxes(move), self._stripes_taxes(move, remote)),
            **_dates(move, remote),
        }
        for name, (odoo, stripe) in pairs.items():
            if odoo != stripe:
                yield f"{name}: {odoo} ≠ {stripe}"
        yield from _line_differences(move, lines)

    def _lines(self, ref):
        lines, page = [], {"has_more": True}
        while page["has_more"]:
            after = {"starting_after": lines[-1]["id"]} if lines else {}
            page = self.simulator.api(f"invoices/{ref}/lines", limit=100, **after)
            lines += page["data"]
        return lines

    def _stripes_taxes(self, move, remote):
        """Return the sum of each tax, those that are lines of their own included."""
        sums = Counter()
        for tax in remote["total_taxes"]:
            sums[self.labels[tax["tax_rate_details"]["tax_rate"]]] += tax["amount"]
        own = _own_lines(move)
        for line in remote["lines"]:
            if line["description"] in own:
                sums[own[line["description"]]] += line["amount"]
        return _filled(sums)


def _minor(move, amount):
    """Return an amount of Odoo in minor units, whole or not."""
    digits = Decimal(repr(round(amount, 6)))
    return digits.scaleb(exponent(move.currency_id.name))


def _odoos_taxes(move):
    sums = Counter()
    for line in move.line_ids.filtered("tax_line_id"):
        tax = line.tax_line_id.with_context(lang=_language(move))
        sums[tax_label(tax)] -= _minor(move, line.amount_currency)
    return _filled(sums)


def _filled(sums):
    return {label: int(amount) for label, amount in sorted(sums.items()) if amount}


def _language(move):
    return move.partner_id.lang or "en_US"


def _own_lines(move):
    """Return what a tax is called as a line of its own: its label by that name."""
    taxes = move.invoice_line_ids.tax_ids.flatten_taxes_hierarchy()
    names = {}
    for tax in taxes.with_context(lang=_language(move)):
        label = tax_label(tax)
        names[label] = label
        names[f"{label} ({f'{tax.amount:.4f}'.rstrip('0').rstrip('.')} %)"] = label
    return names


def _dates(move, remote):
    """Return the calendar days, as every reader of the document sees them."""
    zone = move.company_id.stripe_account_id.tz
    pairs = {
        f"date of issue in {reader}": (
            move.invoice_date,
            _day(remote["effective_at"], reader),
        )
        for reader in (*READERS, zone)
    }
    today = datetime.now(ZoneInfo(zone)).date()
    if move.invoice_date_due > today:
        pairs["due date"] = (move.invoice_date_due, _day(remote["due_date"], zone))
    elif move.invoice_date_due < today:
        told = (remote["description"] or "").split("\n")[0]
        pairs["past due date told"] = (True, str(move.invoice_date_due.year) in told)
    return pairs


def _day(epoch, zone):
    return datetime.fromtimestamp(epoch, ZoneInfo(zone)).date()


def _line_differences(move, lines):
    """Yield which line of Odoo is not at Stripe with about its amount.

    About, because only the sums of an invoice are exact in Odoo; see ``_minor``.
    """
    ours = move.invoice_line_ids.filtered(lambda line: line.display_type == "product")
    shown = [line for line in lines if line["amount"] or line["taxes"]]
    if len(shown) < len(ours) or _is_summed_up(move):
        return
    own = _own_lines(move)
    left = sorted(_net(line) for line in lines if line["description"] not in own)
    tolerance = TOLERANCE * max(1, _minor(move, move.currency_id.rounding))
    for net in sorted(int(_minor(move, line.price_subtotal)) for line in ours):
        # The smallest one that will do leaves the others to those that come.
        place = bisect_left(left, net - tolerance)
        if place == len(left) or left[place] > net + tolerance:
            yield f"the line of {net} is not at Stripe"
        else:
            del left[place]


def _is_summed_up(move):
    """Tell whether lines are printed as one, or carry what is not theirs."""
    early = move.line_ids.filtered(lambda line: line.display_type == "epd")
    sections = move.invoice_line_ids
    return bool(
        early
        or any(sections.mapped("collapse_composition"))
        or any(sections.mapped("collapse_prices"))
    )


def _net(line):
    taxes = line["taxes"] or ()
    return line["amount"] - sum(
        tax["amount"] for tax in taxes if tax["tax_behavior"] == "inclusive"
    )


def _is_inexact(move, _recipe):
    step = STEP.get(move.currency_id.name, 1)
    amounts = [move.amount_total, *move.line_ids.mapped("amount_currency")]
    amounts += move.line_ids.mapped("price_subtotal")
    return any(_minor(move, amount) % step for amount in amounts)


def _is_too_much(move, _recipe):
    digits = MOST.get(move.currency_id.name, 8)
    return _minor(move, move.amount_total) >= 10**digits


def _is_too_little(move, _recipe):
    least = minimum_charge(move.currency_id.name)
    total = _minor(move, move.amount_total)
    return total > 0 and (least is None or total < least)


def _is_too_long(move, _recipe):
    products = move.invoice_line_ids.filtered(
        lambda line: line.display_type == "product"
    )
    return len(products) > 200 and not move.company_id.stripe_account_id.group_lines


def _is_torn_in_odoo(move, _recipe):
    """Tell whether Odoo prints another total than it has booked.

    It does so when a tax of nothing was changed by hand.
    """
    printed = move.tax_totals["total_amount_currency"]
    return move.currency_id.compare_amounts(printed, move.amount_total) != 0


# The reasons that the product lists, and whether the invoice has one.
REASONS = {
    "currency": lambda move, recipe: move.currency_id.name in NOT_AT_STRIPE,
    "inexact": _is_inexact,
    "below_minimum": _is_too_little,
    "above_maximum": _is_too_much,
    "number_too_long": lambda move, recipe: len(move.name) > 26,
    "too_many_lines": _is_too_long,
    "sums": _is_torn_in_odoo,
    "email_missing": lambda move, recipe: not move.partner_id.email,
    # A card takes every currency.
    "payment_methods": lambda move, recipe: "card" not in recipe.methods,
}
