import logging

from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..const import MAX_WEBHOOK_BYTES, WEBHOOK_REFUSAL
from ..stripe_api.signature import InvalidSignatureError, verify

_logger = logging.getLogger(__name__)


class StripeWebhook(http.Controller):
    """The door for Stripe's events: verify, put into the inbox, answer."""

    @http.route(
        "/stripe_invoice/webhook/<string:token>",
        type="http",
        auth="public",
        methods=["POST"],
        csrf=False,
        save_session=False,
        max_content_length=MAX_WEBHOOK_BYTES,
    )
    def webhook(self, token):
        """Take one event of the account that ``token`` names.

        :param str token: random text that names a ``stripe.account``
        :return: 200 when the event is stored, also when it is not for us or known
            already; 404 for an unknown token; 400 for everything that Stripe did not
            sign for this account just now
        """
        env = request.env(user=SUPERUSER_ID, su=True)
        accounts = env["stripe.account"].with_context(active_test=False)
        # A NUL, for one, cannot even be searched for.
        domain = [("webhook_token", "=", token)]
        account = token.isprintable() and accounts.search(domain, limit=1)
        if not account:
            return request.make_response("Unknown endpoint", status=404)
        header = request.httprequest.headers.get("Stripe-Signature")
        body = request.httprequest.get_data()
        try:
            event = verify(body, header, account.webhook_secrets or ())
        except InvalidSignatureError as error:
            _logger.info("Webhook of Stripe account %s refused: %s", account.id, error)
            return request.make_response(WEBHOOK_REFUSAL, status=400)
        env["stripe.event"]._receive(account, event)
        return request.make_response("OK")
