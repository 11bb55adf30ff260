"""Random invoices as plain data: the same seed gives the same invoice.

Nothing here knows Odoo. ``invoice_world.py`` makes an invoice of a recipe, and
``invoice_check.py`` compares it with what Stripe has of it.
"""

import random
from dataclasses import dataclass, replace

# Invoices of one batch: made together, sent together, forgotten together.
BATCH = 50
# Odoo's names of the charts of accounts.
CHARTS = ("generic_coa", "fr", "be_comp", "de_skr03", "ch", "us")
ROUNDINGS = ("round_globally", "round_per_line")
ZONES = (
    "Europe/Paris",
    "Europe/Zurich",
    "America/New_York",
    "America/Los_Angeles",
    "Pacific/Honolulu",
    "Pacific/Auckland",
    "Asia/Kolkata",
    "UTC",
)
CUSTOMERS = (
    *("home", "home", "home_vat", "german_vat", "french_vat", "belgian_vat"),
    *("swiss", "american", "japanese", "egyptian", "long", "without_email"),
)
TERMS = (
    *("", "", "30 days", "end of month", "overdue", "far away"),
    *("two parts", "three parts", "early included", "early excluded", "early mixed"),
)
CASH_ROUNDINGS = ("line 0.05", "line 1.00", "tax 0.05", "tax 0.10")
METHODS = ("card", "sepa_debit", "us_bank_account", "affirm")
WORDS = (
    "Consulting",
    "Éco-contribution <b>DEEE</b> & Co.",
    "Hosting 🚀 {x}",
    "استشارات هندسية",
    "ייעוץ",
    "株式会社コンサルティング",
    "Line one\nLine two",
    "Screw 3/8'' \"zinc\"",
    "Very long. " + "All that was done, day by day, in each week of the month. " * 12,
)
SECTIONS = ("line_section", "line_subsection", "line_note")


@dataclass(frozen=True)
class Line:
    """One line. ``taxes`` are names of the world's taxes; ``collapse`` is what a
    section does not show: ``composition``, ``prices``, or nothing."""

    name: str
    kind: str = "product"
    price: float = 0.0
    quantity: float = 1.0
    discount: float = 0.0
    taxes: tuple[str, ...] = ()
    unit: str = ""
    collapse: str = ""


@dataclass(frozen=True)
class Recipe:
    """One invoice. ``day`` counts from today, ``currency`` is a code, and ``end`` is
    what happens to the lines last: ``zero`` takes all of them back.

    ``edit`` is a change of the first tax in steps of the currency. ``down_payment`` is
    a part of the order that is invoiced before; then there are two invoices.
    """

    chart: str
    currency: str
    customer: str
    lines: tuple[Line, ...]
    day: int = 0
    term: str = ""
    number: str = ""
    cash_rounding: str = ""
    end: str = ""
    edit: int = 0
    down_payment: float = 0.0
    methods: tuple[str, ...] = ()
    narration: str = ""


@dataclass(frozen=True)
class Setting:
    """What a company is set to for one batch."""

    rounding: str
    zone: str
    group_lines: bool


class Cook:
    """Makes up the recipes of one batch.

    :param int seed: of the whole run
    :param int batch: number of the batch
    :param dict taxes: names of the taxes of each chart, in an order that is always the
        same
    :param list currencies: codes
    """

    def __init__(self, seed, batch, taxes, currencies):
        self._seed = f"{seed}/{batch}"
        self._first = batch * BATCH
        self._taxes = taxes
        self._currencies = currencies

    def settings(self):
        """Return the setting of each company, by its chart."""
        chance = random.Random(self._seed)
        return {
            chart: Setting(
                rounding=chance.choice(ROUNDINGS),
                zone=chance.choice(ZONES),
                group_lines=chance.random() < 0.5,
            )
            for chart in CHARTS
        }

    def changed_roundings(self):
        """Return codes of currencies, and by what their rounding is multiplied."""
        chance = random.Random(f"{self._seed}/roundings")
        return {
            code: chance.choice((0.1, 0.01, 5, 10))
            for code in chance.sample(self._currencies, 8)
        }

    def recipes(self):
        return [self._recipe(place) for place in range(BATCH)]

    def _recipe(self, place):
        chance = random.Random(f"{self._seed}/{place}")
        number = self._first + place
        chart = chance.choice(CHARTS)
        recipe = Recipe(
            chart=chart,
            currency=self._currency(chance, number),
            customer=chance.choice(CUSTOMERS),
            lines=self._lines(chance, chart),
            day=chance.choice((0, 0, 0, -1, -3, -40, 1, 20)),
            term=chance.choice(TERMS),
        )
        if number % 25 == 3:
            return self._order(chance, recipe)
        if number % 149 == 100:
            return replace(recipe, lines=self._many_lines(chance, chart))
        return self._rarities(chance, recipe, place)

    def _rarities(self, chance, recipe, place):
        rare = {}
        if chance.random() < 0.15:
            rare["number"] = _number(chance, place)
        if chance.random() < 0.2:
            rare["cash_rounding"] = chance.choice(CASH_ROUNDINGS)
        if chance.random() < 0.06:
            rare["end"] = "zero"
        if chance.random() < 0.2:
            rare["edit"] = chance.choice((-3, -2, -1, 1, 2, 3))
        if chance.random() < 0.15:
            rare["methods"] = tuple(
                sorted(chance.sample(METHODS, chance.randint(1, 3)))
            )
        if chance.random() < 0.3:
            rare["narration"] = f"<p>{chance.choice(WORDS)}</p>"
        return replace(recipe, **rare)

    def _currency(self, chance, number):
        """Return the next one of all, or the company's own, which has no code here."""
        if chance.random() < 0.4:
            return ""
        return self._currencies[number % len(self._currencies)]

    def _lines(self, chance, chart):
        lines = [
            self._line(chance, chart)
            for _n in range(chance.choice((1, 1, 2, 3, 4, 6, 9)))
        ]
        if chance.random() < 0.3:
            for _n in range(chance.randint(1, 3)):
                lines.insert(chance.randint(0, len(lines)), _heading(chance))
        return tuple(lines)

    def _many_lines(self, chance, chart):
        tax = tuple(chance.sample(self._taxes[chart], 1))
        count = chance.choice((249, 250, 251, 270))
        return tuple(
            Line(f"Item {n}", price=chance.randint(1, 999) / 100, taxes=tax)
            for n in range(count)
        )

    def _order(self, chance, recipe):
        """Return an order of which a part is invoiced, and then the rest."""
        lines = [line for line in recipe.lines if line.kind == "product"]
        plain = [
            replace(line, price=abs(line.price) + 1, quantity=abs(line.quantity))
            for line in lines
        ]
        part = chance.choice((10.0, 30.0, 33.33, 50.0))
        return replace(recipe, lines=tuple(plain), down_payment=part)

    def _line(self, chance, chart):
        return Line(
            name=chance.choice(WORDS),
            price=_price(chance),
            quantity=_quantity(chance),
            discount=chance.choice((0, 0, 0, 0, 10, 33.33, 12.5, 0.01, 99.99, 100)),
            taxes=self._some_taxes(chance, chart),
            unit=chance.choice(("", "", "hour", "dozen", "kg")),
        )

    def _some_taxes(self, chance, chart):
        count = chance.choice((0, 1, 1, 1, 1, 1, 2, 3))
        return tuple(chance.sample(self._taxes[chart], count))


def _price(chance):
    sign = -1 if chance.random() < 0.1 else 1
    style = chance.choice(("cents", "cents", "six", "small", "whole", "large", "third"))
    price = {
        "cents": lambda: round(chance.uniform(0.01, 900), 2),
        "six": lambda: round(chance.uniform(0.000001, 300), 6),
        "small": lambda: round(chance.uniform(0, 0.5), 2),
        "whole": lambda: float(chance.randint(0, 500)),
        "large": lambda: round(chance.uniform(1e4, 1e5), 2),
        "third": lambda: chance.randint(1, 1000) / 3,
    }[style]()
    return sign * price


def _quantity(chance):
    sign = -1 if chance.random() < 0.08 else 1
    quantity = chance.choice((1, 1, 1, 2, 3, 7, 12, 0.333, 0.5, 1.25, 2.75, 0.001, 100))
    return sign * quantity


def _heading(chance):
    kind = chance.choice(SECTIONS)
    collapse = chance.choice(("", "", "composition", "prices"))
    return Line(
        name=chance.choice(WORDS),
        kind=kind,
        collapse=collapse if kind != "line_note" else "",
    )


def _number(chance, place):
    """Return a number: as long as Stripe takes, longer, short, or with odd signs."""
    letters = chance.choice(
        ("A" * 22, "B" * 23, "C" * 30, "X", "№ É–", "数-", "a b/c-")
    )
    return f"{letters}{1000 + place}"
