from odoo import fields, models


class StripeDocumentHistory(models.Model):
    """What happened to a Stripe document, when, and who did it."""

    _name = "stripe.document.history"
    _description = "Stripe Document History"
    _order = "id desc"
    _rec_name = "text"

    document_id = fields.Many2one(
        "stripe.document", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="document_id.company_id", store=True)
    actor = fields.Selection(
        [
            ("user", "User"),
            ("odoo", "Odoo"),
            ("stripe", "Stripe"),
            ("dashboard", "Stripe Dashboard"),
        ],
        required=True,
        readonly=True,
    )
    user_id = fields.Many2one("res.users", readonly=True)
    text = fields.Char(required=True, readonly=True)


class StripeDocument(models.Model):
    """What happens is told on the invoice and in the history, once."""

    _inherit = "stripe.document"

    history_ids = fields.One2many(
        "stripe.document.history", "document_id", readonly=True
    )

    def _tell(self, text, actor="odoo"):
        """Say on the invoice and in the history what happened, once."""
        self._tell_history(actor, text)
        if self.move_id:
            self.move_id._message_log(body=text)

    def _tell_history(self, actor, text):
        """Add a line to the history.

        :param str actor: ``user``, ``odoo``, ``stripe`` or ``dashboard``
        :param str text: what happened, translated
        """
        user = self.env.user
        if actor == "user" and user._is_superuser():
            actor = "odoo"
        self.env["stripe.document.history"].sudo().create(
            [
                {
                    "document_id": document.id,
                    "actor": actor,
                    "user_id": user.id if actor == "user" else False,
                    "text": text,
                }
                for document in self
            ]
        )
