from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import format_datetime

METHOD = "stripe"


class AccountMoveSend(models.AbstractModel):
    """Stripe among Odoo's ways to send an invoice, and at most one mail for each."""

    _inherit = "account.move.send"

    # === SENDING METHODS === #

    @api.model
    def _get_default_sending_methods(self, move) -> set:
        # EXTENDS 'account': what the contact wants, else who mails for the company.
        document = move.sudo().stripe_document_id
        if document.mailed_at:
            # He has it, or gets it: nobody mails it again unless a person says so.
            return {"manual"}
        if document.sent_at or document.send_wanted:
            return {METHOD if move._stripe_is_sent_by_stripe() else "manual"}
        partner = move.commercial_partner_id.with_company(move.company_id)
        if partner.invoice_sending_method or not move._stripe_is_sent_by_stripe():
            return super()._get_default_sending_methods(move)
        sender = move.company_id._stripe_company().stripe_account_id.mail_sender
        return {{"odoo": "email", "nobody": "manual"}.get(sender, METHOD)}

    @api.model
    def _is_applicable_to_company(self, method, company):
        # EXTENDS 'account'
        if method == METHOD:
            return bool(company._stripe_company())
        return super()._is_applicable_to_company(method, company)

    @api.model
    def _is_applicable_to_move(self, method, move, **move_data):
        # EXTENDS 'account'
        if method == METHOD:
            return move._stripe_is_sent_by_stripe()
        return super()._is_applicable_to_move(method, move, **move_data)

    # === ALERTS === #

    @api.model
    def _get_alerts(self, moves, moves_data):
        # EXTENDS 'account'
        chosen = moves.filtered(lambda m: METHOD in moves_data[m]["sending_methods"])
        by_mail = moves.filtered(lambda m: "email" in moves_data[m]["sending_methods"])
        return {
            **super()._get_alerts(moves, moves_data),
            **self._stripe_second_mail_alerts(chosen, by_mail, len(moves)),
            **self._stripe_unmailed_alerts(chosen, len(moves)),
        }

    def _stripe_second_mail_alerts(self, chosen, by_odoo, count):
        """Say where the customer would have two mails.

        :param chosen: the ``account.move`` records that Stripe is to mail
        :param by_odoo: those that Odoo is to mail
        :param int count: how many are sent
        """
        alerts = {}
        twice = chosen & by_odoo
        if twice:
            alerts["stripe_two_mails"] = {
                "level": "danger" if count == 1 else "warning",
                "message": self.env._(
                    "Choose one: Odoo or Stripe mails %s. The customer shall have one "
                    "mail.",
                    ", ".join(twice.mapped("name")),
                ),
            }
        if mailed := by_odoo.filtered("stripe_sent_at"):
            alerts["stripe_second_mail"] = {
                "level": "warning",
                "message": self.env._(
                    "Stripe has mailed %s already. This would be a second mail.",
                    ", ".join(mailed.mapped("name")),
                ),
            }
        again = (chosen | by_odoo).filtered(
            lambda m: m.sudo().stripe_document_id.mailed_at
        )
        if again:
            alerts["stripe_mailed_by_odoo"] = {
                "level": "warning",
                "message": self.env._(
                    "Odoo has mailed %s already. This would be a second mail.",
                    ", ".join(again.mapped("name")),
                ),
            }
        return alerts

    def _stripe_unmailed_alerts(self, chosen, count):
        """Say what Stripe does not mail, and why.

        :param chosen: the ``account.move`` records that Stripe is to mail
        :param int count: how many are sent
        """
        alerts = {}
        unfit = chosen.filtered(lambda m: not m._stripe_is_sent_by_stripe())
        if unfit:
            alerts["stripe_not_mailed"] = {
                "level": "danger" if count == 1 else "warning",
                "message": self.env._(
                    "Stripe cannot mail %s: there is no open Stripe invoice.",
                    ", ".join(unfit.mapped("display_name")),
                ),
            }
        for move in (chosen - unfit).filtered("stripe_sent_at"):
            alerts[f"stripe_mailed_{move.id}"] = {
                "level": "info",
                "message": self.env._(
                    "Stripe mailed %(invoice)s on %(time)s and does not again. To have "
                    "it mailed once more, use Mail by Stripe on the invoice.",
                    invoice=move.name,
                    time=format_datetime(
                        self.env, move.stripe_sent_at, dt_format="short"
                    ),
                ),
            }
        return alerts

    # === SENDING === #

    @api.model
    def _hook_if_success(self, moves_data, from_cron=False):
        # EXTENDS 'account': Stripe mails after the commit; Odoo then does not.
        for move, data in moves_data.items():
            by_stripe = METHOD in data["sending_methods"]
            if by_stripe and move._stripe_is_sent_by_stripe():
                move._stripe_mail_once()
                data["sending_methods"] = set(data["sending_methods"]) - {"email"}
        return super()._hook_if_success(moves_data, from_cron)

    @api.model
    def _send_mails(self, moves_data):
        # EXTENDS 'account': what Odoo mails, Stripe does not mail as well.
        result = super()._send_mails(moves_data)
        for move, data in moves_data.items():
            if move.partner_id.email or data.get("mail_partner_ids"):
                move.sudo().stripe_document_id._note_mailed()
        return result

    @api.model
    def _get_default_mail_body(self, move, mail_template, mail_lang):
        # EXTENDS 'account': Odoo's mail leads to the page where it is paid.
        body = super()._get_default_mail_body(move, mail_template, mail_lang)
        if move._stripe_door() not in ("payable", "preparing"):
            return body
        label = self.with_context(lang=mail_lang).env._("Pay with Stripe")
        link = Markup('<p><a href="%s">%s</a></p>') % (move._stripe_pay_url(), label)
        return Markup(body or "") + link


class StripeDocument(models.Model):
    """Whether Odoo has mailed the invoice."""

    _inherit = "stripe.document"

    mailed_at = fields.Datetime("Mailed by Odoo", readonly=True)

    def _note_mailed(self):
        """Write down that Odoo mails it, which is instead of a mail by Stripe.

        Two requests that do so at the same time collide here, and the second one is
        run again.
        """
        if self:
            self.write({"mailed_at": fields.Datetime.now(), "send_wanted": False})
            self._tell_history("user", self.env._("Mailed by Odoo"))
