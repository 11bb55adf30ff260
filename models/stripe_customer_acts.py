import logging

import psycopg2

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.fields import Domain

from ..exceptions import sentence
from ..payloads.snapshot import freeze_partner
from ..stripe_api.errors import RejectedError, StripeApiError

_logger = logging.getLogger(__name__)

MANAGER = "account.group_account_manager"


class StripeCustomer(models.Model):
    """What people do about a Stripe customer; the worker does the network's part."""

    _name = "stripe.customer"
    _inherit = ["stripe.customer", "stripe.queue.mixin"]

    pending = fields.Boolean(readonly=True, help="It is to be made equal at Stripe.")
    error = fields.Text("Problem", readonly=True)
    dashboard_url = fields.Char("In Stripe", compute="_compute_dashboard_url")

    _outbox_idx = models.Index("(next_attempt_at, id) WHERE pending")

    @api.depends("stripe_id", "account_id")
    def _compute_dashboard_url(self):
        for customer in self:
            base = customer.account_id.dashboard_url
            known = customer.stripe_id
            customer.dashboard_url = f"{base}/customers/{known}" if known else False

    @api.depends("partner_id", "stripe_id")
    def _compute_display_name(self):
        for customer in self:
            name = customer.partner_id.sudo().name or ""
            customer.display_name = f"{name} ({customer.stripe_id or '…'})"

    def action_update(self):
        """Make the customers equal to their contacts now. For the billing group."""
        self.check_access("read")
        self.env["account.move"].check_access("write")
        self.sudo()._wake()

    def action_unlink(self):
        """Give the links up; the next invoice makes another customer.

        What is at Stripe stays as it is, and invoices keep the customer they were
        finalized with. For accounting managers.
        """
        self._check_manager()
        for customer in self.sudo():
            customer.write({"active": False, "pending": False})
            customer.partner_id.message_post(
                body=self.env._(
                    "The Stripe customer %s is no longer linked.", customer.stripe_id
                )
            )

    def _link(self, account, partner, stripe_id):
        """Let ``partner`` have an existing customer of Stripe's from now on.

        :param account: the ``stripe.account``
        :param partner: a ``res.partner``; its commercial partner is meant
        :param str stripe_id: ``cus_…``, seen at Stripe
        """
        former = self._find(account, partner)
        former.write({"active": False, "pending": False})
        # The new row must not meet the old one in the unique index.
        self.env.flush_all()
        owner = partner.commercial_partner_id
        values = {
            "account_id": account.id,
            "partner_id": owner.id,
            "stripe_id": stripe_id,
        }
        self.create(values)._wake()
        owner.message_post(
            body=self.env._("Linked to the Stripe customer %s.", stripe_id)
        )

    def _check_manager(self):
        self.check_access("read")
        if not self.env.user.has_group(MANAGER):
            raise AccessError(
                self.env._("Linking Stripe customers is for accounting managers.")
            )

    def _wake(self):
        """Let the worker make these customers equal at Stripe."""
        self.write(
            {
                "pending": True,
                "error": False,
                "synced_hash": False,
                "attempts": 0,
                "next_attempt_at": False,
            }
        )
        self._ring()

    # === THE WORKER === #

    @api.model
    def _waiting_domain(self):
        return Domain("pending", "=", True)

    def _process_batch(self):
        """Make one customer equal to its contact; what fails is kept."""
        self.ensure_one()
        account = self.account_id
        customer = self.with_company(self.company_id)
        try:
            snapshot = freeze_partner(customer.partner_id, False, self.company_id)
            gateway = account._gateway()
            self._ensure(account, self.partner_id, snapshot, gateway)
            self._follow_wishes(gateway)
            account._note_success()
            self.write({"pending": False, "error": False, "attempts": 0})
            self.env.flush_all()
        except RejectedError as error:
            self.write({"pending": False, "error": sentence(self.env, error)})
        except StripeApiError as error:
            if not error.http_status or error.http_status in (401, 403):
                account._note_failure(error)
            self.error = str(error)
            self._postpone()
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            self.env.cr.rollback()
            _logger.exception("Stripe customer %s could not be updated", self.id)
            self.error = f"{type(error).__name__}: {error}"
            self._postpone()

    # === MERGED CONTACTS === #

    @api.model
    def _merge_partners(self, partners, into):
        """Keep one customer per account of contacts that are about to be merged.

        That of the contact that stays, if it has one; else the one that was used last.
        The others are archived, with a note on the contact.

        :param partners: the ``res.partner`` records that go
        :param into: the one that stays
        """
        rows = self.search([("partner_id", "in", (partners + into).ids)])
        for of_account in rows.grouped("account_id").values():
            keep = of_account.sorted(
                lambda row: (
                    bool(row.stripe_id),
                    row.partner_id == into,
                    row.synced_at or row.create_date,
                )
            )[-1]
            former = of_account - keep
            former.write({"active": False, "pending": False})
            for row in former.filtered("stripe_id"):
                into.message_post(
                    body=self.env._(
                        "The merged contacts had several Stripe customers. %(kept)s is "
                        "used from now on; %(former)s stays at Stripe with its "
                        "invoices. An accounting manager can link the other one.",
                        kept=keep.stripe_id,
                        former=row.stripe_id,
                    )
                )
        self.env.flush_all()
