"""Invoices in Odoo, made of recipes."""

from datetime import timedelta

from odoo import Command, fields

UNITS = {
    "hour": "uom.product_uom_hour",
    "dozen": "uom.product_uom_dozen",
    "kg": "uom.product_uom_kgm",
}


class Maker:
    """Makes the invoices of recipes.

    :param World world: whose companies send them
    """

    def __init__(self, world):
        self.world = world
        self.env = world.env

    def make(self, recipes):
        """Return the posted invoices of each recipe: one, or two with a down payment.

        :rtype: list[account.move]
        """
        made = {}
        for chart, company in self.world.companies.items():
            places = [
                place
                for place, recipe in enumerate(recipes)
                if recipe.chart == chart and not recipe.down_payment
            ]
            values = [self._values(recipes[place]) for place in places]
            moves = self.env["account.move"].with_company(company).create(values)
            made |= dict(zip(places, moves, strict=True))
        for place, recipe in enumerate(recipes):
            if recipe.down_payment:
                made[place] = self._invoice_order(recipe)
            for move in made[place]:
                self._finish(move, recipe)
        found = [made[place] for place in range(len(recipes))]
        every = self.env["account.move"].concat(*found)
        for company in self.world.companies.values():
            mine = every.filtered(
                lambda move, company=company: move.company_id == company
            )
            mine.with_company(company).action_post()
        return found

    def _values(self, recipe):
        lines = [self._line(recipe, line) for line in recipe.lines]
        if recipe.end == "zero":
            lines += [
                {**values, "quantity": -values["quantity"]}
                for values in lines
                if "quantity" in values
            ]
        numbered = [
            Command.create({**values, "sequence": at})
            for at, values in enumerate(lines)
        ]
        return {**self._header(recipe), "invoice_line_ids": numbered}

    def _header(self, recipe):
        company = self.world.companies[recipe.chart]
        today = fields.Date.context_today(self.env.user)
        day = today + timedelta(days=recipe.day)
        values = {
            "move_type": "out_invoice",
            "company_id": company.id,
            "partner_id": self.world.contacts[recipe.customer].id,
            "currency_id": self._currency(recipe).id,
            "invoice_date": day,
            "stripe_invoice": True,
            "narration": recipe.narration,
            "fiscal_position_id": False,
            "invoice_payment_term_id": False,
        }
        if recipe.term in self.world.terms:
            values["invoice_payment_term_id"] = self.world.terms[recipe.term].id
        elif recipe.term == "overdue":
            values["invoice_date_due"] = min(day, today - timedelta(days=1))
        elif recipe.term == "far away":
            values["invoice_date_due"] = today + timedelta(days=800)
        if recipe.number:
            values["name"] = recipe.number
            values["journal_id"] = self._odd_journal(company).id
        if recipe.cash_rounding:
            values["invoice_cash_rounding_id"] = self._cash_rounding(recipe).id
        if recipe.methods:
            values["stripe_payment_method_ids"] = (
                self.env["stripe.payment.method"]
                .search([("code", "in", recipe.methods)])
                .ids
            )
        return values

    def _currency(self, recipe):
        if recipe.currency:
            return self.world.currencies[recipe.currency]
        return self.world.companies[recipe.chart].currency_id

    def _odd_journal(self, company):
        """Return a journal for numbers of a person's own, apart from the others."""
        journals = self.env["account.journal"]
        domain = [("code", "=", "ODD"), ("company_id", "=", company.id)]
        return journals.search(domain) or journals.create(
            {
                "name": "Odd numbers",
                "code": "ODD",
                "type": "sale",
                "company_id": company.id,
                "default_account_id": self.world.sales(company).default_account_id.id,
            }
        )

    def _cash_rounding(self, recipe):
        strategy, step = recipe.cash_rounding.split()
        company = self.world.companies[recipe.chart]
        account = self.world.sales(company).default_account_id
        return (
            self.env["account.cash.rounding"]
            .with_company(company)
            .create(
                {
                    "name": recipe.cash_rounding,
                    "rounding": float(step),
                    "rounding_method": "HALF-UP",
                    "strategy": "biggest_tax"
                    if strategy == "tax"
                    else "add_invoice_line",
                    "profit_account_id": account.id,
                    "loss_account_id": account.id,
                }
            )
        )

    def _line(self, recipe, line):
        if line.kind != "product":
            collapse = {f"collapse_{line.collapse}": True} if line.collapse else {}
            return {"display_type": line.kind, "name": line.name, **collapse}
        return {
            "name": line.name,
            "price_unit": line.price,
            "quantity": line.quantity,
            "discount": line.discount,
            "tax_ids": [Command.set(self._tax_ids(recipe, line))],
            "product_uom_id": self.env.ref(UNITS[line.unit]).id if line.unit else False,
        }

    def _tax_ids(self, recipe, line):
        return [self.world.taxes[recipe.chart][name].id for name in line.taxes]

    def _invoice_order(self, recipe):
        """Return the invoice of a down payment, and the one that deducts it."""
        company = self.world.companies[recipe.chart]
        header = self._header(recipe)
        product = self.world.product
        order = (
            self.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "company_id": company.id,
                    "partner_id": header["partner_id"],
                    "currency_id": header["currency_id"],
                    "fiscal_position_id": False,
                    "stripe_invoice": True,
                    "order_line": [
                        Command.create(
                            {
                                "product_id": product.id,
                                "name": line.name,
                                "price_unit": line.price,
                                "product_uom_qty": line.quantity,
                                "discount": line.discount,
                                "tax_ids": [Command.set(self._tax_ids(recipe, line))],
                            }
                        )
                        for line in recipe.lines
                    ],
                }
            )
        )
        order.action_confirm()
        for line in order.order_line:
            line.qty_delivered = line.product_uom_qty
        wizards = self.env["sale.advance.payment.inv"].with_company(company)
        for values in (
            {"advance_payment_method": "percentage", "amount": recipe.down_payment},
            {"advance_payment_method": "delivered"},
        ):
            wizard = wizards.create({"sale_order_ids": order.ids, **values})
            wizard._create_invoices(order)
        moves = order.invoice_ids.sorted("id")
        moves.invoice_date = header["invoice_date"]
        return moves

    def _finish(self, move, recipe):
        """Change a tax by hand; and let no total be below zero, which Odoo refuses."""
        if recipe.edit and move.tax_totals["subtotals"]:
            self._edit_tax(move, recipe.edit)
        if move.currency_id.compare_amounts(move.amount_total, 0) < 0:
            price = 1 - move.amount_total * 1.25
            values = {"name": "Balance", "price_unit": price, "tax_ids": False}
            move.invoice_line_ids = [Command.create(values)]

    def _edit_tax(self, move, steps):
        totals = move.tax_totals
        groups = [
            group for total in totals["subtotals"] for group in total["tax_groups"]
        ]
        if groups:
            groups[0]["tax_amount_currency"] += steps * move.currency_id.rounding
            move.tax_totals = totals
