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
        pages, report = self.pages(day, **context)
        return " ".join(pages), report

    def pages(self, day, **context):
        """Return the words on each page, and the reports behind them."""
        reports = self.env["stripe.balance.report"].with_context(**context)
        report = reports.create({"date": day})._by_company()
        printer = report.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        pages = []
        for _time in range(3):
            pages = self.paper(printer, report)
            # On a machine that is too busy, wkhtmltopdf sometimes prints blank paper.
            if all(pages):
                break
        return pages, report

    def paper(self, printer, report):
        """Return the words on each page that is printed."""
        from pypdf import PdfReader

        with self.allow_pdf_render():
            pdf, kind = printer._render_qweb_pdf(REPORT, report.ids)
        self.assertEqual((kind, pdf[:4]), ("pdf", b"%PDF"))
        pages = PdfReader(io.BytesIO(pdf)).pages
        # Odoo puts something without width behind a minus.
        texts = [page.extract_text().replace("\u200b", "") for page in pages]
        return [" ".join(text.split()) for text in texts]

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

    def test_each_company_has_pages_of_its_own(self):
        self.settled()
        other = self.setup_other_company(name="Elsewhere Ltd")["company"]
        other.stripe_invoice = True
        second = self.connect(other)
        second._balance_in(other.currency_id)
        self.env.user.company_ids += other
        companies = (self.company + other).ids
        pages, report = self.pages("2027-12-31", allowed_company_ids=companies)
        self.assertEqual(report.balance_ids.company_id, self.company + other)
        self.assertEqual(len(pages), 2, pages)
        for page, company, stranger in (
            (pages[0], self.company, other),
            (pages[1], other, self.company),
        ):
            self.assertIn(company.name, page)
            self.assertNotIn(stranger.name, page)
            self.assertEqual(page.count("Balance in Odoo"), 1)
        self.assertIn("117.95", pages[0])
        self.assertNotIn("117.95", pages[1])

    def test_it_speaks_the_language_of_who_prints_it(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.settled()
        text, _report = self.printed("2027-12-31", lang="fr_FR")
        for words in ("Solde chez Stripe", "117,95", "Solde dans Odoo", "31/12/2027"):
            self.assertIn(words, text)
