import logging

from odoo.tools import SQL

from .stripe_api.errors import StripeApiError

_logger = logging.getLogger(__name__)

# Stored fields on tables that may be large: made here, so that installing does not
# compute them for every row there is. All of them start empty.
COLUMNS = (
    ("account_move", "stripe_invoice", SQL("boolean")),
    ("account_move", "stripe_document_id", SQL("int4")),
    ("account_move", "stripe_status", SQL("varchar")),
    ("account_move", "stripe_payment_state", SQL("varchar")),
    ("account_move", "stripe_ref", SQL("varchar")),
    ("account_move", "stripe_number", SQL("varchar")),
    ("account_move", "stripe_customer_name", SQL("varchar")),
    ("account_move", "stripe_customer_email", SQL("varchar")),
    ("account_move", "stripe_customer_phone", SQL("varchar")),
    ("account_move", "stripe_customer_address", SQL("text")),
    ("account_move", "stripe_customer_shipping", SQL("text")),
    ("account_move", "stripe_customer_tax_exempt", SQL("varchar")),
    ("account_move", "stripe_customer_tax_ids", SQL("varchar")),
    ("account_move", "stripe_replaces_id", SQL("int4")),
    ("account_move", "stripe_to_fix", SQL("boolean")),
    ("account_move", "stripe_pending", SQL("boolean")),
    ("account_move", "stripe_disputed", SQL("boolean")),
    ("account_payment", "stripe_failure", SQL("varchar")),
    ("account_payment", "stripe_failed_on", SQL("date")),
    ("account_payment", "stripe_reopened_id", SQL("int4")),
    ("account_payment", "stripe_ref", SQL("varchar")),
    ("account_payment", "stripe_account_id", SQL("int4")),
    ("account_payment", "stripe_document_id", SQL("int4")),
    ("account_payment", "stripe_charge", SQL("varchar")),
    ("account_payment", "stripe_charge_named", SQL("boolean")),
    ("account_payment", "stripe_method", SQL("varchar")),
    ("account_payment", "stripe_last4", SQL("varchar")),
    ("account_payment", "stripe_receipt_url", SQL("varchar")),
    ("account_payment", "stripe_surplus_kept", SQL("boolean")),
    ("account_move", "stripe_checkout_id", SQL("int4")),
    ("sale_order", "stripe_invoice", SQL("boolean")),
    ("sale_order", "stripe_checkout", SQL("boolean")),
)


def pre_init_hook(env):
    """Make the stored columns of large tables, empty.

    :param env: environment of the installation
    """
    for table, column, kind in COLUMNS:
        env.cr.execute(
            SQL(
                "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s",
                SQL.identifier(table),
                SQL.identifier(column),
                kind,
            )
        )


def uninstall_hook(env):
    """Delete the webhook endpoints, so that Stripe stops calling an address of nobody.

    Accounting stays as it is. A Stripe that cannot be reached does not stop the
    uninstallation: the log then names the endpoint to delete by hand.

    :param env: environment of the uninstallation
    """
    accounts = env["stripe.account"].with_context(active_test=False).search([])
    for account in accounts.filtered("webhook_endpoint"):
        try:
            account._gateway().delete_webhook_endpoint(account.webhook_endpoint)
        except StripeApiError as error:
            _logger.warning(
                "Delete webhook endpoint %s of %s in Stripe's dashboard: %s",
                account.webhook_endpoint,
                account.stripe_id,
                error,
            )
