import logging

from odoo import http
from odoo.exceptions import AccessError, MissingError, ValidationError
from odoo.http import request

from odoo.addons.account_payment.controllers.payment import PaymentPortal
from odoo.addons.account_payment.controllers.portal import PortalAccount

from ..lifecycle import PAYABLE, Status
from ..stripe_api.errors import NotFoundError, StripeApiError

_logger = logging.getLogger(__name__)


class StripePortal(PortalAccount):
    """The customer's way from Odoo to Stripe's page."""

    @http.route(
        "/stripe_invoice/pay/<int:move_id>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def stripe_pay(self, move_id, access_token=None):
        """Lead the customer to Stripe's payment page, or say what there is to know.

        The address is asked of Stripe each time, because it expires there.

        :param int move_id: the invoice
        :param str access_token: the invoice's, for who is not logged in
        :return: 303 to Stripe, or a page of ours; to the portal without access
        """
        move = self._stripe_move(move_id, access_token)
        if not move:
            return request.redirect("/my")
        door = move._stripe_door()
        if door != "payable":
            return self._stripe_page(move, door)
        invoice = self._stripe_invoice(move)
        if invoice is None:
            return self._stripe_page(move, "unreachable")
        if Status(invoice["status"]) in PAYABLE:
            return request.redirect(invoice["hosted_invoice_url"], 303, local=False)
        # Something happened at Stripe that has not arrived yet.
        move.stripe_document_id._wake(refresh_wanted=True)
        return self._stripe_page(move, invoice["status"])

    @http.route(
        "/stripe_invoice/pdf/<int:move_id>",
        type="http",
        auth="public",
        website=True,
        sitemap=False,
    )
    def stripe_pdf(self, move_id, access_token=None):
        """Lead the customer to Stripe's PDF of the invoice.

        :param int move_id: the invoice
        :param str access_token: the invoice's, for who is not logged in
        """
        move = self._stripe_move(move_id, access_token)
        if not move or not move.stripe_ref:
            return request.redirect("/my")
        invoice = self._stripe_invoice(move)
        if invoice is None or not invoice["invoice_pdf"]:
            return self._stripe_page(move, "unreachable")
        return request.redirect(invoice["invoice_pdf"], 303, local=False)

    def _stripe_move(self, move_id, access_token):
        """Return the invoice in superuser mode, None for who may not see it."""
        try:
            return self._document_check_access("account.move", move_id, access_token)
        except (AccessError, MissingError):
            return None

    def _stripe_invoice(self, move):
        """Return the invoice as it is at Stripe now, None if Stripe does not answer."""
        document = move.stripe_document_id
        try:
            return document.account_id._gateway().retrieve_invoice(document.stripe_id)
        except NotFoundError:
            return {"status": "deleted", "invoice_pdf": None}
        except StripeApiError as error:
            _logger.info("No payment page for %s: %s", move.name, error)
            return None

    def _stripe_page(self, move, state):
        values = {"invoice": move, "state": state, "page_name": "invoice"}
        return request.render("sale_stripe_invoice.portal_pay_page", values)

    @http.route()
    def portal_my_overdue_invoices(self, access_token=None, **kw):
        """Show each invoice that is paid at Stripe by itself, not their sum."""
        overdue = self._stripe_overdue()
        if len(overdue) == 1:
            return request.redirect(overdue._stripe_pay_url())
        if overdue:
            return request.redirect("/my/invoices?filterby=overdue_invoices")
        return super().portal_my_overdue_invoices(access_token=access_token, **kw)

    def _stripe_overdue(self):
        """Return the overdue invoices of the user that are paid at Stripe."""
        moves = request.env["account.move"]
        if not moves.has_access("read"):
            return moves
        overdue = moves.search(self._get_overdue_invoices_domain())
        return overdue.filtered(lambda move: move._stripe_takes_payment())


class StripePaymentPortal(PaymentPortal):
    """No transaction of another provider for what can be paid at Stripe."""

    @http.route()
    def invoice_transaction(self, invoice_id, access_token, **kwargs):
        """Refuse a second door, also to who kept the page open.

        :raise ValidationError: it is paid at Stripe
        """
        try:
            move = self._document_check_access("account.move", invoice_id, access_token)
        except (AccessError, MissingError):
            # Who may not see it is told by Odoo, and learns nothing of the invoice.
            move = None
        if move and move._stripe_takes_payment():
            raise ValidationError(move._get_online_payment_error())
        return super().invoice_transaction(invoice_id, access_token, **kwargs)

    @http.route()
    def overdue_invoices_transaction(self, payment_reference, **kwargs):
        """Refuse a sum that has an invoice in it that is paid at Stripe.

        :raise ValidationError: it is paid at Stripe
        """
        moves = request.env["account.move"].search(self._get_overdue_invoices_domain())
        for move in moves:
            if move._stripe_takes_payment():
                raise ValidationError(move._get_online_payment_error())
        return super().overdue_invoices_transaction(payment_reference, **kwargs)
