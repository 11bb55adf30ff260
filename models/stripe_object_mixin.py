from odoo import api, models


class StripeObjectMixin(models.AbstractModel):
    """A kind of Stripe object, other than an invoice, whose events are applied.

    The inbox takes an event as a hint: the objects are read from Stripe, all before the
    first is written, and what they are now is applied. So neither order nor number of
    the events matters. :meth:`stripe.event._object_models` names the model.
    """

    _name = "stripe.object.mixin"
    _description = "Stripe Object"

    @api.model
    def _look_at(self, account, gateway, stripe_ids):
        """Read objects from Stripe, with all that is needed to apply them.

        :param account: the ``stripe.account``
        :param gateway: its ``StripeGateway``
        :param set stripe_ids: ids that events have named
        :return: dict of id → what was read; what is gone may be left out
        :raise StripeApiError: the events are kept, and tried again
        """
        raise NotImplementedError

    @api.model
    def _take_over_objects(self, account, found):
        """Apply objects as they are now, in a transaction that began after reading.

        :param account: the ``stripe.account``
        :param dict found: what :meth:`_look_at` returned
        :return: dict of id → translated sentence for those that mean nothing here
        """
        raise NotImplementedError
