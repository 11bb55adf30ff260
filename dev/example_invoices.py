"""Five invoices as the customer sees them: Stripe's page, Stripe's PDF, Odoo's PDF.

The pictures go to `docs/side_by_side`; `make screenshots` takes them.
"""

import io
import urllib.request
from base64 import b64encode
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from PIL import Image
from playwright.sync_api import Page

from dev.paths import CHECKOUT
from dev.processes import wait_until
from dev.progress import say
from dev.stack import Stack
from dev.story import PATIENCE, Story

FOLDER = CHECKOUT / "docs" / "side_by_side"
VIEWER = "/web/static/lib/pdfjs/web/viewer.html"
"""Odoo's own viewer of PDFs: the browser shows none without a head."""

WIDTH = 900
COLOURS = 64
"""Enough for printed pages, and a third of the size."""

Json = dict[str, Any]
TODAY = date.today()


@dataclass(frozen=True)
class Example:
    """One invoice: who it is for, and what it says."""

    name: str
    customer: Json
    lines: list[Json]
    values: Json = field(default_factory=dict)
    currency: str = "EUR"
    fiscal_position: str = "Domestic - France"
    delivery: Json | None = None
    term: Json | None = None


LIBRARY = {
    "name": "Librairie du Marché",
    "email": "compta@librairie.example",
    "street": "12 rue des Écoles",
    "zip": "75005",
    "city": "Paris",
    "country_id": "FR",
    "vat": "FR23334175221",
    "lang": "fr_FR",
    "is_company": True,
}
EXAMPLES = (
    Example(
        "delivery",
        LIBRARY,
        [
            {"name": "Étagère en chêne", "quantity": 2, "price_unit": 149.9},
            {
                "name": "Livres d'occasion, carton de 20",
                "quantity": 3,
                "price_unit": 38.5,
                "tax": "5.5% G",
            },
        ],
        {
            "invoice_origin": "S00042",
            "ref": "BC-2026-117",
            "delivery_date": str(TODAY - timedelta(days=2)),
            "narration": "<p>Pas d'escompte pour <b>paiement anticipé</b>.</p>"
            "<p>Pénalités de retard : 3 × le taux légal ; indemnité forfaitaire de "
            "recouvrement : 40 €.</p>",
        },
        delivery={"name": "Dépôt Sud", "street": "1 quai Perrache", "city": "Lyon"},
        term={"name": "30 jours", "note": "Paiement à 30 jours", "parts": [(100, 30)]},
    ),
    Example(
        "reverse_charge",
        {
            **LIBRARY,
            "name": "Boekhandel De Kade",
            "street": "Kaai 7",
            "zip": "9000",
            "city": "Gent",
            "country_id": "BE",
            "vat": "BE0477472701",
        },
        [
            {
                "name": "Conseil en aménagement, 2 jours",
                "quantity": 2,
                "price_unit": 780,
                "tax": "0% EU S",
            }
        ],
        {"ref": "PO 4711"},
        fiscal_position="Intra-EU B2B",
        term={"name": "À réception", "note": "À réception", "parts": [(100, 5)]},
    ),
    Example(
        "discounts",
        LIBRARY,
        [
            {"name": "Tissu au mètre", "quantity": 12.35, "price_unit": 8.333},
            {
                "name": "Vernis",
                "quantity": 7,
                "price_unit": 14.9,
                "discount": 12.5,
            },
            {"name": "Atelier du 3 mai", "display_type": "line_note"},
            {"name": "Remise de fidélité", "quantity": 1, "price_unit": -15},
        ],
        {"invoice_origin": "S00051"},
        term={"name": "30 jours", "note": "Paiement à 30 jours", "parts": [(100, 30)]},
    ),
    Example(
        "instalments",
        LIBRARY,
        [{"name": "Cuisine sur mesure", "quantity": 1, "price_unit": 8450}],
        {"invoice_origin": "S00063", "ref": "Devis 63 signé"},
        term={
            "name": "30 % puis 70 %",
            "note": "30 % à 5 jours, le solde à 60 jours",
            "parts": [(30, 5), (70, 60)],
        },
    ),
    Example(
        "discount_for_prompt_payment",
        {
            "name": "Main Street Books",
            "email": "ap@books.example",
            "street": "350 5th Avenue",
            "zip": "10118",
            "city": "New York",
            "country_id": "US",
            "lang": "en_US",
            "is_company": True,
        },
        [
            {
                "name": "Oak bookshelf",
                "quantity": 12,
                "price_unit": 165,
                "tax": "0% EX G",
            }
        ],
        {"ref": "PO-90210", "invoice_origin": "S00071"},
        currency="USD",
        fiscal_position="Import/Export Outside Europe + DOM-TOM",
        term={
            "name": "2/10 net 30",
            "note": "2% within 10 days, net in 30 days",
            "parts": [(100, 30)],
            "discount": 2,
        },
    ),
)
MERCHANT = {
    "business_name": "FR Company",
    "email": "contact@company.frexample.com",
    "address": {
        "line1": "Rue de la Paix 5",
        "line2": None,
        "postal_code": "75002",
        "city": "Paris",
        "state": None,
        "country": "FR",
    },
}
LEGAL_NOTE = "Autoliquidation, article 283-2 du CGI – Reverse charge"


def take(page: Page, stack: Stack, story: Story) -> None:
    """Send each example to Stripe and take its three pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    maker = _Maker(stack, story)
    _preview(page, stack, maker.draft(EXAMPLES[0]))
    for example in EXAMPLES:
        move = maker.make(example)
        page.set_viewport_size({"width": WIDTH, "height": 1100})
        page.goto(move["stripe_hosted_invoice_url"])
        _save(f"{example.name}_page", page.screenshot(full_page=True))
        with urllib.request.urlopen(move["stripe_invoice_pdf"], timeout=30) as answer:
            attachment = maker.attach(answer.read())
        _save_pdf(page, stack, f"{example.name}_stripe", f"/web/content/{attachment}")
        report = f"/report/pdf/account.report_invoice_with_payments/{move['id']}"
        _save_pdf(page, stack, f"{example.name}_odoo", report)


def _preview(page: Page, stack: Stack, move: int) -> None:
    page.set_viewport_size({"width": 1100, "height": 1050})
    action = "action-account.action_move_out_invoice_type"
    page.goto(f"{stack.base_url}/odoo/{action}/{move}")
    page.locator("button[name=action_stripe_preview]:visible").click()
    dialog = page.locator(".modal-content")
    dialog.locator("table[name=lines]").wait_for()
    _save("preview", dialog.screenshot(animations="disabled"))


def _save_pdf(page: Page, stack: Stack, name: str, path: str) -> None:
    page.set_viewport_size({"width": 1300, "height": 1500})
    page.goto(f"{stack.base_url}{VIEWER}?file={path}#zoom=100")
    sheet = page.locator(".page[data-page-number='1']")
    sheet.locator(".textLayer .endOfContent").wait_for(state="attached")
    _save(name, sheet.locator("canvas").first.screenshot())


def _save(name: str, png: bytes) -> None:
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    height = round(picture.height * WIDTH / picture.width)
    small = picture.resize((WIDTH, height), Image.Resampling.LANCZOS)
    path = FOLDER / f"{name}.png"
    small.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    say(f"  {path.relative_to(CHECKOUT)}")


class _Maker:
    """Makes the examples through Odoo's public RPC."""

    def __init__(self, stack: Stack, story: Story) -> None:
        self.rpc = stack.rpc
        self.company = stack.company_id
        self.story = story
        self._speak("fr_FR")
        account = stack.simulator.api("account")["id"]
        stack.simulator.control(f"accounts/{account}", {"settings": MERCHANT})
        position = self._position("Intra-EU B2B")
        self.rpc("account.fiscal.position", "write", [position], {"note": LEGAL_NOTE})

    def draft(self, example: Example) -> int:
        """Make the draft of an example, and return its id."""
        partner = self._partner(example.customer)
        delivery = partner
        if example.delivery:
            place = {"country_id": "FR", "parent_id": partner, "type": "delivery"}
            delivery = self._partner({**example.delivery, **place})
        values = {
            "move_type": "out_invoice",
            "company_id": self.company,
            "partner_id": partner,
            "partner_shipping_id": delivery,
            "invoice_date": str(TODAY),
            "currency_id": self._one("res.currency", "name", example.currency),
            "fiscal_position_id": self._position(example.fiscal_position),
            "invoice_payment_term_id": self._term(example.term),
            "stripe_invoice": True,
            "invoice_line_ids": [(0, 0, self._line(line)) for line in example.lines],
            **example.values,
        }
        move: int = self.rpc("account.move", "create", values)
        return move

    def make(self, example: Example) -> Json:
        """Confirm an example, wait until it is open at Stripe, and return it."""
        move = self.draft(example)
        self.rpc("account.move", "action_post", [move])
        names = ["stripe_status", "stripe_hosted_invoice_url", "stripe_invoice_pdf"]

        def read() -> Json:
            rows: list[Json] = self.rpc("account.move", "read", [move], names)
            return rows[0]

        wait_until(lambda: read()["stripe_status"] == "open", example.name, PATIENCE)
        return read()

    def attach(self, pdf: bytes) -> int:
        """Keep a PDF where Odoo's viewer can show it."""
        values = {"name": "stripe.pdf", "datas": b64encode(pdf).decode()}
        attachment: int = self.rpc("ir.attachment", "create", values)
        return attachment

    def _speak(self, code: str) -> None:
        """Load a language, as Odoo's settings do."""
        inactive_too = ["active", "in", [True, False]]
        lang = self.rpc("res.lang", "search", [["code", "=", code], inactive_too])
        values = {"lang_ids": [(6, 0, lang)], "overwrite": False}
        wizard = self.rpc("base.language.install", "create", values)
        self.rpc("base.language.install", "lang_install", [wizard])

    def _partner(self, values: Json) -> int:
        country = self._one("res.country", "code", values["country_id"])
        partner: int = self.rpc(
            "res.partner", "create", {**values, "country_id": country}
        )
        return partner

    def _line(self, values: Json) -> Json:
        line = {"name": values["name"]}
        if "display_type" in values:
            return {**line, "display_type": values["display_type"]}
        for name in ("quantity", "price_unit", "discount"):
            if name in values:
                line[name] = values[name]
        tax = self.story._tax(values.get("tax", "20% G"))
        return {**line, "tax_ids": [(6, 0, [tax])]}

    def _term(self, term: Json | None) -> int | bool:
        if not term:
            return False
        parts = [
            (0, 0, {"value": "percent", "value_amount": share, "nb_days": days})
            for share, days in term["parts"]
        ]
        values = {"name": term["name"], "note": term["note"], "line_ids": parts}
        if "discount" in term:
            values["early_discount"] = True
            values["discount_percentage"] = term["discount"]
            values["discount_days"] = 10
        found: int = self.rpc("account.payment.term", "create", values)
        return found

    def _position(self, name: str) -> int:
        return self.story._find("account.fiscal.position", [["name", "=", name]])

    def _one(self, model: str, field: str, value: str) -> int:
        domain = [[field, "=", value], ["active", "in", [True, False]]]
        if model == "res.country":
            domain = domain[:1]
        [found] = self.rpc(model, "search", domain, limit=1)
        if model == "res.currency":
            self.rpc(model, "write", [found], {"active": True})
        return int(found)
