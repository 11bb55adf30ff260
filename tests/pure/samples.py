"""Snapshots that the tests of the payloads share."""

from ...payloads.document import (
    AddressSnapshot,
    CustomerSnapshot,
    InvoiceSnapshot,
    LineSnapshot,
    TaxSnapshot,
)

DATABASE = "8e0b4d3c-0000-4000-8000-000000000000"

METADATA = {"odoo_db": DATABASE, "odoo_company": "1", "odoo_partner": "14"}

PARIS = AddressSnapshot(
    line1="12 rue des Écoles",
    line2="Bât. B",
    city="Paris",
    state="75",
    postal_code="75005",
    country="FR",
)

LYON = AddressSnapshot(
    line1="1 quai Perrache", city="Lyon", postal_code="69002", country="FR"
)

COMPANY = CustomerSnapshot(
    name="Librairie du Marché",
    email="compta@librairie.example",
    phone="+33 1 23 45 67 89",
    address=PARIS,
    shipping_name="Librairie du Marché, Dépôt",
    shipping_phone="+33 4 00 00 00 00",
    shipping_address=LYON,
    tax_ids=(("eu_vat", "FR23334175221"),),
    locale="fr-FR",
)

NAME_ALONE = CustomerSnapshot(name="Walk-in customer")

VAT_20 = TaxSnapshot("TVA 20 %", "20", 2000, 10000, "FR")

VAT_55 = TaxSnapshot("TVA 5,5 %", "5.5", 275, 5000, "FR")

ECO = TaxSnapshot("Éco-participation", "0", 50, 10000)

BOOKS = InvoiceSnapshot(
    number="FAC/2026/00042",
    currency="EUR",
    customer=COMPANY,
    lines=(
        LineSnapshot("Étagère (2 Unités × 50,00 €)", 10000, (VAT_20, ECO)),
        LineSnapshot("Livres", 5000, (VAT_55,)),
        LineSnapshot("Acompte", -1000),
    ),
    subtotal=14000,
    tax=2325,
    total=16325,
    effective_at=1_800_014_400,
    due_at=1_802_606_400,
    memo="Payment was due on 11/20/2026.",
    footer="Merci de votre visite !",
    custom_fields=(("Commande", "S00042"), ("Votre référence", "PO-7")),
    statement_descriptor="LIBRAIRIE FAC/2026/000",
    payment_method_types=("card", "customer_balance"),
    account_country="FR",
    template="inrtem_1",
    template_version=3,
    account_tax_ids=("txi_1",),
)

# What stored snapshots of earlier versions do not have, and Stripe decides if empty.
LATER = {
    "overdue": False,
    "footer": "",
    "custom_fields": (),
    "statement_descriptor": "",
    "payment_method_types": (),
    "account_country": "",
    "template": "",
    "template_version": 0,
    "account_tax_ids": (),
}
