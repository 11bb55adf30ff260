from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import formatLang

from ..const import METADATA_DATABASE, METADATA_NUMBER
from ..exceptions import sentence
from ..lifecycle import PAYABLE, Status
from ..postings.payment import is_money_at_stripe, payment_posting
from ..stripe_api.errors import StripeApiError
from ..stripe_api.money import from_minor

MANAGER = "account.group_account_manager"
# What can be linked: it is final, and it counts.
LINKABLE = PAYABLE | {Status.PAID}


class StripeDocument(models.Model):
    """Linking an Odoo invoice with one that is at Stripe already.

    It may have been made in the dashboard, by another program, or by this addon before
    it was uninstalled or the database was restored. Nothing is sent: what Stripe says
    is taken over, and from then on both are kept in step.
    """

    _inherit = "stripe.document"

    @api.model
    def _link_objections(self, move, account, invoice, payments):
        """Return what speaks against a link, as sentences; empty if nothing does.

        :param move: the ``account.move``
        :param account: the ``stripe.account``
        :param dict invoice: Stripe's invoice
        :param list payments: its InvoicePayments, expanded down to the latest charge
        """
        env = self.env
        if move.state != "posted" or not move._stripe_available():
            return [env._("%s is no confirmed customer invoice.", move.display_name)]
        if Status(invoice["status"]) not in LINKABLE:
            return [
                env._(
                    "%s is neither open nor paid at Stripe, so there is nothing to "
                    "link it for.",
                    invoice["number"] or invoice["id"],
                )
            ]
        return [
            *self._link_conflicts(move, account, invoice),
            *self._link_amounts(move, invoice),
            *self._link_payments(move, account, payments),
        ]

    def _link_conflicts(self, move, account, invoice):
        """Return which other link there is already, as sentences."""
        env = self.env
        own = move.sudo().stripe_document_id
        if own.stripe_id or own.pending:
            return [env._("%s has a Stripe invoice already.", move.name)]
        domain = [
            ("account_id", "=", account.id),
            ("stripe_id", "=", invoice["id"]),
        ]
        if taken := self.sudo().search(domain, limit=1):
            return [
                env._(
                    "%(invoice)s is the Stripe invoice of %(other)s.",
                    invoice=invoice["id"],
                    other=taken.display_name,
                )
            ]
        metadata = invoice.get("metadata") or {}
        number = metadata.get(METADATA_NUMBER)
        ours = metadata.get(METADATA_DATABASE) == account._database_uuid()
        if ours and number and number != move.name:
            return [
                env._(
                    "Odoo has made %(invoice)s for %(number)s.",
                    invoice=invoice["id"],
                    number=number,
                )
            ]
        return []

    def _link_amounts(self, move, invoice):
        """Return in which of currency and total the two differ, as sentences."""
        code = invoice["currency"].upper()
        total = from_minor(invoice["total"], code)
        same = code == move.currency_id.name
        amounts = (float(total), move.amount_total)
        if same and not move.currency_id.compare_amounts(*amounts):
            return []
        shown = formatLang(self.env, move.amount_total, currency_obj=move.currency_id)
        differs = self.env._(
            "The total differs: %(odoo)s in Odoo, %(stripe)s at Stripe.",
            odoo=shown,
            stripe=f"{total} {code}",
        )
        off = sum(one["amount"] for one in invoice["total_discount_amounts"] or ())
        if not off:
            return [differs]
        discount = self.env._(
            "A discount of Stripe's takes off %s. Give it in Odoo, too, and link then.",
            f"{from_minor(off, code)} {code}",
        )
        return [f"{differs} {discount}"]

    def _link_payments(self, move, account, payments):
        """Return what would be booked a second time, as a sentence."""
        _pairs, left = self._known_payments(move, account, payments)
        amount = float(sum(posting.amount for posting in left))
        if move.currency_id.compare_amounts(amount, move.amount_residual) <= 0:
            return []
        return [
            self.env._(
                "Stripe has received %(stripe)s for it that Odoo does not know as "
                "Stripe's, and only %(odoo)s is open in Odoo: it would be booked a "
                "second time. Take back in Odoo what was booked for it, or leave both "
                "invoices as they are.",
                stripe=formatLang(self.env, amount, currency_obj=move.currency_id),
                odoo=formatLang(
                    self.env, move.amount_residual, currency_obj=move.currency_id
                ),
            )
        ]

    @api.model
    def _known_payments(self, move, account, payments):
        """Return which payments of Stripe's Odoo has booked already, and which not.

        Payments of the same amount that are matched with the invoice are taken for
        them; nobody has linked them with Stripe yet.

        :return: pairs of an ``account.payment`` and a ``PaymentPosting``, and the
            postings that are left
        """
        free = move._get_reconciled_payments().filtered(
            lambda row: row.payment_type == "inbound" and not row.stripe_ref
        )
        pairs, left = [], []
        for payment in filter(is_money_at_stripe, payments):
            posting = payment_posting(payment, move.name, account.tz)
            same = free.filtered(
                lambda row, amount=float(posting.amount): (
                    not row.currency_id.compare_amounts(row.amount, amount)
                )
            )[:1]
            if same:
                free -= same
                pairs.append((same, posting))
            else:
                left.append(posting)
        return pairs, left

    @api.model
    def _link_invoice(self, move, account, invoice, payments):
        """Link an invoice with one of Stripe's, to which nothing is objected.

        :return: the ``stripe.document``
        """
        document = move.sudo().stripe_document_id or self.sudo().create(
            {**move._stripe_document_values(), "account_id": account.id}
        )
        # Known from the start, so that its coming to light is no news.
        document.write({"stripe_id": invoice["id"], "status": invoice["status"]})
        pairs, _left = self._known_payments(move, account, payments)
        for payment, posting in pairs:
            payment.sudo().write(
                {
                    "stripe_ref": posting.stripe_ref,
                    "stripe_account_id": account.id,
                    "stripe_document_id": document.id,
                    "stripe_charge": posting.charge or False,
                    "stripe_method": posting.method or False,
                    "stripe_last4": posting.last4 or False,
                    "stripe_receipt_url": posting.receipt_url or False,
                }
            )
        text = self.env._("Linked with the Stripe invoice %s", invoice["id"])
        document._tell_history("user", text)
        document._wake(refresh_wanted=True, target=invoice["status"])
        return document


class AccountMove(models.Model):
    """Linking from the invoice, or from the list for many at once."""

    _inherit = "account.move"

    def action_stripe_link(self):
        """Link with what is at Stripe: one after a look, several by their numbers.

        :raise UserError: none of them can be linked, with the reasons
        """
        self._stripe_check_linking()
        if len(self) == 1:
            return {
                "type": "ir.actions.act_window",
                "name": self.env._("Link a Stripe Invoice"),
                "res_model": "stripe.invoice.link",
                "view_mode": "form",
                "views": [(False, "form")],
                "target": "new",
                "context": {"default_move_id": self.id},
            }
        refusals = []
        for account, moves in self.grouped(
            lambda move: move.company_id._stripe_company().stripe_account_id
        ).items():
            refusals += moves._stripe_link_by_number(account)
        if len(refusals) == len(self):
            raise UserError("\n".join(refusals))
        return self._stripe_result(refusals)

    def _stripe_check_linking(self):
        self.check_access("write")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Linking Stripe invoices is for accounting managers.")
            )

    def _stripe_link_by_number(self, account):
        """Link those that can still be paid at Stripe under the same number.

        :param account: the ``stripe.account`` of these, empty if there is none
        :return: why the others were not linked, as sentences
        """
        if not account:
            return [
                self.env._("%s is not connected to Stripe.", move.company_id.name)
                for move in self
            ]
        documents = self.env["stripe.document"]
        refusals = []
        try:
            gateway = account._gateway()
            there = {
                invoice["number"]: invoice
                for status in sorted(PAYABLE)
                for invoice in gateway.invoices_in(status.value)
                if invoice["number"] in self.mapped("name")
            }
            for move in self:
                invoice = there.get(move.name)
                if not invoice:
                    text = self.env._("%s can be paid by nobody at Stripe.", move.name)
                    refusals.append(text)
                    continue
                payments = gateway.list_invoice_payments(invoice["id"])
                given = (move, account, invoice, payments)
                if found := documents._link_objections(*given):
                    refusals.append(f"{move.name}: {' '.join(found)}")
                else:
                    documents._link_invoice(*given)
        except StripeApiError as error:
            raise UserError(sentence(self.env, error)) from error
        return refusals
