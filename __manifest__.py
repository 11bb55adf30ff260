{
    "name": "Stripe Invoices",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "summary": "Every Odoo invoice that wants one gets a real Stripe invoice",
    "description": " ",  # Non-empty, or Odoo would show the README instead.
    "author": "The sale_stripe_invoice maintainers",
    "depends": ["sale"],
    "license": "LGPL-3",
}
