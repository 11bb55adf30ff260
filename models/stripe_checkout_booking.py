from odoo import fields, models
from odoo.exceptions import UserError, ValidationError

from ..checkout import Step
from ..const import API_BASE_PARAMETER, METADATA_DOCUMENT, METADATA_NUMBER
from ..payloads.credit_note import with_taxes_included
from ..payloads.snapshot.minor import minor
from ..stripe_api.files import ForeignFileError, fetch_pdf
from ..stripe_api.money import from_minor
from .stripe_checkout_session import BOOKING


class StripeCheckoutSession(models.Model):
    """What follows when an order was paid up front: order, invoice, payment, PDF.

    Confirming, invoicing and booking are one transaction, so that a crash leaves all of
    it or nothing. What Odoo cannot invoice as it was paid is booked all the same, on
    the customer's account, and a person is asked.
    """

    _inherit = "stripe.checkout.session"

    move_id = fields.Many2one(
        "account.move", "Invoice", readonly=True, ondelete="set null"
    )
    document_id = fields.Many2one(
        "stripe.document", "Stripe Document", readonly=True, ondelete="set null"
    )
    booked = fields.Boolean(readonly=True, help="What was paid is in the books.")
    told = fields.Boolean(readonly=True, help="Stripe's invoice has Odoo's number.")
    attached = fields.Boolean(readonly=True, help="Stripe's PDF is beside Odoo's.")

    def _major(self, amount):
        return float(from_minor(amount, self.currency_id.name))

    def _book(self, gateway):
        """Confirm the order, make and post its invoice, and book the payment."""
        invoice = gateway.retrieve_invoice(self.invoice_ref)
        payments = gateway.list_invoice_payments(self.invoice_ref)
        self._hold()
        move, problem = self._invoice_order()
        self.move_id = move
        self.document_id = self._make_document(move, invoice)
        self.document_id._take_over(invoice, payments)
        self.write({"booked": True, "wanted": False})
        # Nobody pays on another page of the order any more.
        self.order_id._stripe_check_pages()
        self._tell_booked(problem)

    def _invoice_order(self):
        """Return the posted invoice of what was paid, or why there is none.

        :return: an ``account.move``, which may be empty, and a translated sentence
        """
        order = self.order_id.with_context(**{BOOKING: True})
        if not order or order.state == "cancel":
            text = self.env._("The order is cancelled.")
            return self.env["account.move"], text
        if order._stripe_invoices():
            text = self.env._(
                "The order is invoiced already, so it may have been paid twice."
            )
            return self.env["account.move"], text
        try:
            with self.env.cr.savepoint():
                return self._confirm_and_invoice(order)
        except (UserError, ValidationError) as error:
            return self.env["account.move"], str(error)

    def _confirm_and_invoice(self, order):
        """Invoice the whole order if that was paid, else a down payment.

        :raise UserError: Odoo cannot confirm or invoice the order
        """
        whole = self._is_current() and not self._is_down_payment()
        if order.state != "sale":
            order.action_confirm()
        move = whole and self._invoice_whole(order)
        text = ""
        if not move:
            move = self._invoice_down_payment(order)
            if not self._is_down_payment():
                text = self.env._(
                    "The order is no longer what was paid. What was paid is invoiced "
                    "as a down payment, and the final invoice takes it off."
                )
        move.stripe_checkout_id = self
        move.action_post()
        return move, text

    def _is_down_payment(self):
        return self.snapshot["amount"] < self.snapshot["total"]

    def _invoice_whole(self, order):
        """Return a draft of all that was ordered, None if it is not what was paid."""
        # As Odoo itself invoices what was paid online, whatever the products say.
        order._force_lines_to_invoice_policy_order()
        try:
            with self.env.cr.savepoint():
                move = order._create_invoices(final=True)
                self._check_total(move)
        except UserError:
            return None
        return move

    def _invoice_down_payment(self, order):
        """Return a draft of a down payment of what was paid.

        :raise UserError: its taxes do not add up to what was paid
        """
        # In the context of the order, see ``BOOKING``.
        wizard = order.env["sale.advance.payment.inv"].with_context(
            active_model="sale.order", active_ids=order.ids
        )
        wizard = wizard.create(
            {
                "advance_payment_method": "fixed",
                "fixed_amount": self.amount,
                "sale_order_ids": order.ids,
            }
        )
        move = wizard._create_invoices(order)
        self._check_total(move)
        return move

    def _check_total(self, move):
        """Make sure that an invoice asks for what was paid, to the minor unit.

        :raise UserError: it does not
        """
        if minor(move.amount_total, move.currency_id) != self.snapshot["amount"]:
            raise UserError(
                self.env._("An invoice of exactly what was paid cannot be made.")
            )

    def _make_document(self, move, invoice):
        """Return the Stripe document of the invoice that Stripe has made."""
        return self.env["stripe.document"].create(
            {
                "account_id": self.account_id.id,
                "company_id": self.company_id.id,
                "move_id": move.id,
                "move_name": move.name or self.order_name,
                "currency_id": self.currency_id.id,
                "stripe_id": invoice["id"],
                "checkout_id": self.id,
            }
        )

    def _tell_booked(self, problem):
        """Say on the order what was paid, and ask a person where that is not all."""
        env = self.env
        if self.move_id:
            text = env._(
                "The customer has paid at Stripe: the order is confirmed and invoice "
                "%s is paid.",
                self.move_id._get_html_link(),
            )
            self._tell(text)
        if not problem:
            return
        if not self.move_id:
            problem = env._(
                "The customer has paid at Stripe, and Odoo has no invoice for it: "
                "%(problem)s The payment is booked on the customer's account. Match it "
                "with an invoice, or refund it in Stripe.",
                problem=problem,
            )
            self._tell(problem)
        self._ask(env._("Stripe: check what was paid"), problem)

    def _tell_stripe(self, gateway):
        """Give Stripe's invoice Odoo's number, which was not known before."""
        metadata = {METADATA_DOCUMENT: str(self.document_id.id)}
        if self.move_id:
            metadata[METADATA_NUMBER] = self.move_id.name

        def send(params, key):
            return gateway.update_invoice(self.invoice_ref, params, key)

        params = {"metadata": {**self._metadata(), **metadata}}
        self._stripe_call(Step.TELL.value, params, send)
        self.told = True

    def _attach_pdf(self, _gateway):
        """Put Stripe's PDF on Odoo's invoice, or on the order if there is none."""
        document = self.document_id
        base = self.env["ir.config_parameter"].sudo().get_param(API_BASE_PARAMETER)
        content = None
        if document.invoice_pdf:
            try:
                content = fetch_pdf(document.invoice_pdf, base or "")
            except ForeignFileError as error:
                self._tell(self.env._("Stripe's PDF is not at Stripe: %s", error))
        self._hold()
        place = self.move_id or self.order_id
        if content and place:
            name = f"Stripe-{document.stripe_number or self.order_name}.pdf"
            place.message_post(
                body=self.env._("Stripe's own document of the payment."),
                attachments=[(name.replace("/", "-"), content)],
            )
        self.attached = True


class StripeDocument(models.Model):
    """Invoices that Stripe has made of payments, and not Odoo."""

    _inherit = "stripe.document"

    checkout_id = fields.Many2one(
        "stripe.checkout.session",
        "Paid Up Front On",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The order was paid up front, and Stripe made this invoice of it.",
    )

    def _named_rates(self):
        """Return the ids of tax rates that the invoice names, see ``credit_note``."""
        if not self.checkout_id:
            return frozenset()
        rows = self.env["stripe.tax.rate"].search(
            [("account_id", "=", self.account_id.id), ("stripe_id", "!=", False)]
        )
        return frozenset(rows.mapped("stripe_id"))

    def _credited_as_sold(self, note, rates):
        """Return a credit note without taxes if Stripe's invoice shows none.

        :param CreditNoteSnapshot note: with the taxes that Odoo credits
        :param dict rates: the tax rates of Stripe's invoice
        """
        sold_as_one = self.checkout_id and not rates
        return with_taxes_included(note) if sold_as_one else note


class StripePosting(models.AbstractModel):
    """Payments of orders that Odoo could not invoice as they were paid."""

    _inherit = "stripe.posting"

    def _payment_values(self, document, posting):
        # EXTENDS: who has paid is known from the order.
        values = super()._payment_values(document, posting)
        partner = document.checkout_id.partner_id.commercial_partner_id
        if partner and not values["partner_id"]:
            values["partner_id"] = partner.id
        return values
