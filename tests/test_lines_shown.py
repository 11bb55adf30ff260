from odoo import Command
from odoo.tests import tagged

from .amounts_common import AmountsCommon


@tagged("post_install", "-at_install")
class TestLinesShown(AmountsCommon):
    """What each line says: name, quantity, unit, price, headings, notes."""

    def line_of(self, kind, name, **values):
        return Command.create({"display_type": kind, "name": name, **values})

    def texts(self, *lines, **values):
        """Return the texts of the lines that Stripe has of an invoice."""
        numbered = [
            (0, 0, {**values, "sequence": at})
            for at, (_create, _id, values) in enumerate(lines)
        ]
        move = self.invoice(invoice_line_ids=numbered, **values)
        return [line["description"] for line in self.at_stripe(move)["lines"]]

    def item(self, name, price=10, **values):
        line = self.line(price, self.vat, {"name": name, **values})
        return Command.create(line)

    def test_quantity_unit_price_and_discount_are_readable(self):
        hour = self.env.ref("uom.product_uom_hour")
        (text,) = self.texts(
            self.item("Work", 95.5, quantity=7.5, discount=10, product_uom_id=hour.id)
        )
        self.assertRegex(text, r"^Work \(7\.5 Hours × \$\s?95\.50 − 10 %\)$")

    def test_one_piece_needs_no_quantity(self):
        self.assertEqual(self.texts(self.item("Licence")), ["Licence"])

    def test_sections_and_subsections_head_the_line_that_they_precede(self):
        texts = self.texts(
            self.line_of("line_section", "Ground floor"),
            self.line_of("line_subsection", "Kitchen"),
            self.item("Sink"),
            self.item("Tap"),
        )
        self.assertEqual(texts, ["Ground floor / Kitchen: Sink", "Tap"])

    def test_a_note_follows_the_line_that_it_is_below(self):
        texts = self.texts(self.item("Sink"), self.line_of("line_note", "In steel"))
        self.assertEqual(texts, ["Sink – In steel"])

    def test_a_section_that_hides_its_composition_is_one_line(self):
        remote = self.texts(
            self.line_of("line_section", "Package", collapse_composition=True),
            self.item("Sink", 10),
            self.item("Tap", 5),
        )
        self.assertEqual(remote, ["Package"])

    def test_a_section_that_hides_its_prices_is_one_line_with_its_parts(self):
        texts = self.texts(
            self.line_of("line_section", "Package", collapse_prices=True),
            self.item("Sink", 10, quantity=2),
            self.item("Tap", 5),
        )
        self.assertEqual(len(texts), 1)
        self.assertRegex(texts[0], r"^Package: Sink \(2.*\); Tap$")

    def test_emoji_html_and_right_to_left_text_arrive_as_they_are(self):
        names = ["Hosting 🚀 👩‍💻", "<b>5 < 6</b> & co.", "استشارات هندسية", "ייעוץ"]
        self.assertEqual(self.texts(*map(self.item, names)), names)

    def test_a_long_text_goes_on_and_costs_nothing_more(self):
        name = "All that was done. " * 60
        move = self.invoice((100, self.vat, {"name": name, "quantity": 2}))
        lines = self.at_stripe(move)["lines"]
        self.assertGreater(len(lines), 1)
        self.assertTrue(all(len(line["description"]) <= 500 for line in lines))
        self.assertIn("× ", lines[0]["description"])
        self.assertEqual([line["amount"] for line in lines[1:]], [0] * (len(lines) - 1))

    def test_units_and_figures_are_written_as_the_customer_does(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        self.partner_a.lang = "fr_FR"
        (text,) = self.texts(self.item("Travail", 1095.5, quantity=7.5))
        self.assertRegex(text, r"Travail \(7,5 × .*1.095,50.*\)")
