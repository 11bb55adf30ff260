import inspect
import json
import os
from pathlib import Path

from odoo.tests import freeze_time, tagged

from ..payloads.customer import create_params as customer_params
from ..payloads.invoice import create_params, document_metadata, line_params
from .golden_cases import GoldenCases

FOLDER = Path(__file__).resolve().parent / "golden"
NUMBER = "INV/2026/00042"
# Set to anything, it writes the files anew instead of comparing with them.
WRITE = os.environ.get("GOLDEN_WRITE")
# More lines than these would only fill the page.
SHOWN_LINES = 8


@tagged("post_install", "-at_install")
class TestGolden(GoldenCases):
    """Telling invoices and exactly what Stripe is sent of them, to read and to keep."""

    def test_each_case_is_sent_as_its_file_says(self):
        found = {}
        for name, case in inspect.getmembers(self, inspect.ismethod):
            if name.startswith("case_"):
                file = name.removeprefix("case_")
                with self.forgotten(), freeze_time("2026-11-02 09:00:00"):
                    found[f"{file}.json"] = self.page(case)
        found["README.md"] = self.contents(found)
        if WRITE:
            FOLDER.mkdir(exist_ok=True)
            for name, text in found.items():
                (FOLDER / name).write_text(text)
        self.assertEqual({path.name for path in FOLDER.iterdir()}, set(found))
        for name, text in found.items():
            with self.subTest(name):
                self.assertEqual((FOLDER / name).read_text(), text)

    def page(self, case):
        move = case()
        if move.state == "draft":
            move.action_post()
        move.name = NUMBER
        invoice = self.freeze(move)
        customer = invoice.customer
        page = {
            "what": inspect.getdoc(case),
            "odoo": self.in_odoo(move),
            "customer": {
                **customer_params(customer, {}),
                "tax_ids": [list(pair) for pair in customer.tax_ids],
            },
            "invoice": create_params(
                invoice, "cus_...", document_metadata("database", 1)
            ),
            "lines": [line_params(line) for line in invoice.lines],
        }
        return json.dumps(page, indent=2, ensure_ascii=False) + "\n"

    def in_odoo(self, move):
        """Return the invoice as Odoo has it, for people."""
        lines = [
            self.in_words(line) for line in move.invoice_line_ids.sorted("sequence")
        ]
        more = [f"... {len(lines)} lines"] if len(lines) > SHOWN_LINES else []
        due = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        return {
            "issued": str(move.invoice_date),
            "due": [str(line.date_maturity) for line in due.sorted("date_maturity")],
            "currency": move.currency_id.name,
            "lines": lines[:SHOWN_LINES] + more,
            "untaxed": round(move.amount_untaxed, 3),
            "tax": round(move.amount_tax, 3),
            "total": round(move.amount_total, 3),
        }

    def in_words(self, line):
        if line.display_type != "product":
            return f"{line.display_type}: {line.name}"
        discount = f" - {line.discount:g} %" if line.discount else ""
        taxes = ", ".join(line.tax_ids.mapped("name")) or "no tax"
        how = f"{line.quantity:.10g} x {line.price_unit:.10g}{discount}"
        return f"{line.name[:60]}: {how}, {taxes}"

    def contents(self, found):
        rows = [
            f"- [{name.removesuffix('.json').replace('_', ' ')}]({name}): "
            + json.loads(text)["what"]
            for name, text in found.items()
        ]
        return "\n".join(
            [
                "# What Stripe is sent, by example",
                "",
                "Each file is one invoice: what it shows, how it looks in Odoo, and",
                "the parameters of customer, draft and lines at Stripe. Amounts are in",
                "Stripe's minor units, instants in epoch seconds. A test compares them",
                "with what is sent; this writes them anew after a change:",
                "",
                "    GOLDEN_WRITE=1 make test T=tests/test_golden.py",
                "",
                *rows,
                "",
            ]
        )
