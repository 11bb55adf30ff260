import io
import shutil
from importlib.util import find_spec
from unittest import skipUnless

from odoo.tests import tagged

from .balance_common import BalanceCommon

REPORT = "sale_stripe_invoice.report_stripe_balance"


@skipUnless(find_spec("pypdf"), "pypdf is not installed")
@skipUnless(shutil.which("wkhtmltopdf"), "wkhtmltopdf is not installed")
@tagged("post_install", "-at_install")
class TestBalancePdf(BalanceCommon):
    """The report "Stripe Balance" on paper, made by wkhtmltopdf as in production."""

    def printed(self, day, **context):
        """Return the words on the paper, and the report behind them."""
        from pypdf import PdfReader

        reports = self.env["stripe.balance.report"].with_context(**context)
        report = reports.create({"date": day})
        report.action_print()
        printer = report.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        with self.allow_pdf_render():
            pdf, kind = printer._render_qweb_pdf(REPORT, report.ids)
        self.assertEqual((kind, pdf[:4]), ("pdf", b"%PDF"))
        pages = PdfReader(io.BytesIO(pdf)).pages
        text = " ".join(page.extract_text() for page in pages)
        # Odoo puts something without width behind a minus.
        return " ".join(text.replace("\u200b", "").split()), report

    def settled(self):
        self.paid_before()
        self.settle_at_stripe()
        self.import_balance()
        return self.rows()

    def test_figures_are_those_of_the_list(self):
        row = self.settled()
        row.move_id.button_draft()
        text, report = self.printed("2027-12-31")
        self.assertEqual(
            report.line_ids.mapped("amount"), [117.95, -117.95, 0.0], "The list"
        )
        for line in report.line_ids:
            figure = f"{line.amount:.2f}"
            self.assertIn(f"{line.label[:30]}", text)
            self.assertIn(figure, text.partition(line.label[:30])[2][:200])
        self.assertIn("12/31/2027", text)
        self.assertIn(self.account.journal_id.name, text)

    def test_each_currency_has_a_page_of_its_own(self):
        self.setting(settlement_currencies=["chf"])
        franc = self.env.ref("base.CHF")
        rates = self.env["res.currency.rate"]
        rates.create({"name": "2026-01-01", "currency_id": franc.id, "rate": 0.8})
        self.settled()
        self.at_stripe(
            "balance_transaction", type="stripe_fee", amount=-100, currency="chf"
        )
        self.import_balance()
        text, report = self.printed("2027-12-31")
        self.assertEqual(len(report.balance_ids), 2)
        self.assertEqual(text.count("Balance at Stripe"), 2)
        self.assertIn("-1.00", text)

    def test_it_speaks_the_language_of_who_prints_it(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.settled()
        text, _report = self.printed("2027-12-31", lang="fr_FR")
        for words in ("Solde chez Stripe", "117,95", "Solde dans Odoo", "31/12/2027"):
            self.assertIn(words, text)
