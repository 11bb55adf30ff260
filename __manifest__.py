{
    "name": "Stripe Invoices",
    "version": "19.0.1.0.0",
    "category": "Accounting/Accounting",
    "summary": "Every Odoo invoice that wants one gets a real Stripe invoice",
    "description": " ",  # Non-empty, or Odoo would show the README instead.
    "author": "The sale_stripe_invoice maintainers",
    "depends": ["sale"],
    "external_dependencies": {"python": ["stripe>=16,<17"]},
    "data": [
        # Security.
        "security/stripe_groups.xml",
        "security/ir.model.access.csv",
        "security/stripe_security.xml",
        # Data.
        "data/ir_cron_data.xml",
        "data/mail_activity_type_data.xml",
        "data/stripe.payment.method.csv",
        # Views.
        "views/stripe_account_views.xml",
        "views/stripe_customer_views.xml",
        "views/stripe_document_views.xml",
        "views/stripe_event_views.xml",
        "views/stripe_refund_views.xml",
        "views/account_move_views.xml",
        "views/account_payment_views.xml",
        "views/stripe_dispute_views.xml",
        "views/account_move_credit_note_views.xml",
        "views/res_partner_views.xml",
        "views/sale_order_views.xml",
        "views/stripe_payment_method_views.xml",
        "views/res_config_settings_views.xml",
        "views/portal_templates.xml",
        "views/sale_stripe_invoice_menus.xml",
        # Reports.
        "report/report_invoice.xml",
        "report/portal_templates.xml",
        # Wizards.
        "wizards/account_move_reversal_views.xml",
        "wizards/stripe_document_correct_views.xml",
        "wizards/stripe_customer_link_views.xml",
        "wizards/stripe_document_write_off_views.xml",
        "wizards/stripe_invoice_preview_views.xml",
        "wizards/stripe_payment_reopen_views.xml",
    ],
    "assets": {
        "web.assets_backend": ["sale_stripe_invoice/static/src/**/*"],
        "web.assets_tests": ["sale_stripe_invoice/static/tests/tours/**/*"],
    },
    "images": ["static/description/invoice.png"],
    "pre_init_hook": "pre_init_hook",
    "uninstall_hook": "uninstall_hook",
    "license": "LGPL-3",
}
