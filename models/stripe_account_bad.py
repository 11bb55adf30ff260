import logging
from datetime import timedelta

import psycopg2

from odoo import fields, models

from ..const import BALANCE_PATIENCE
from ..stripe_api.money import UnsupportedCurrencyError

_logger = logging.getLogger(__name__)


class StripeAccount(models.Model):
    """One object of Stripe's that cannot be stored does not stop the others."""

    _inherit = "stripe.account"

    def _store_all_but_bad(self, found, store):
        """Store objects together; where that fails, each half by itself, and so on.

        :param dict found: Stripe's id → what is to be stored
        :param store: function of a list of such things, all or none
        :return: problems: Stripe's id → the error for which it was not stored
        """
        if not found:
            return {}
        try:
            with self.env.cr.savepoint():
                store(list(found.values()))
        except psycopg2.OperationalError:
            raise
        except Exception as error:
            if len(found) == 1:
                (name,) = found
                _logger.warning("%s cannot be stored", name, exc_info=True)
                return {name: error}
        else:
            return {}
        names, half = list(found), len(found) // 2
        return {
            name: error
            for part in (names[:half], names[half:])
            for name, error in self._store_all_but_bad(
                {name: found[name] for name in part}, store
            ).items()
        }

    def _note_bad(self, problems):
        """Name what was not stored, and have it tried again later.

        :param dict problems: see :meth:`_store_all_but_bad`
        """
        if not problems:
            self.balance_problem = False
            return
        lines = [f"{name}: {self._why_bad(error)}" for name, error in problems.items()]
        at = fields.Datetime.now() + timedelta(seconds=BALANCE_PATIENCE)
        self.write(
            {
                "balance_problem": self.env._(
                    "Stripe's balance was imported without the following, which is "
                    "not booked. Odoo tries again in an hour, or when you press Import "
                    "Stripe Balance.\n%s",
                    "\n".join(sorted(lines)),
                ),
                "balance_wanted_at": at,
            }
        )

    def _why_bad(self, error):
        if isinstance(error, UnsupportedCurrencyError):
            return self.env._(
                "Odoo does not know the currency %s. Add it under Invoicing > "
                "Configuration > Currencies.",
                error.currency,
            )
        return self.env._(
            "Stripe's data is not as expected (%(problem)s). The server log has the "
            "details.",
            problem=f"{type(error).__name__}: {error}",
        )
