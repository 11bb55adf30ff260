"""Words of the customer's pages and documents, in English and French."""

from __future__ import annotations

from typing import Any

LANGUAGES = ("en", "fr")

MONTHS = {
    "en": (
        "January February March April May June July August September October "
        "November December"
    ).split(),
    "fr": (
        "janvier février mars avril mai juin juillet août septembre octobre "
        "novembre décembre"
    ).split(),
}

TEXTS: dict[str, dict[str, str]] = {
    "invoice": {"en": "Invoice", "fr": "Facture"},
    "credit_note": {"en": "Credit note", "fr": "Avoir"},
    "credit_note_number": {"en": "Credit note number", "fr": "Numéro d’avoir"},
    "refunded": {"en": "Refunded", "fr": "Remboursé"},
    "invoice_number": {"en": "Invoice number", "fr": "Numéro de facture"},
    "test": {"en": "TEST", "fr": "TEST"},
    "test_notice": {
        "en": "Test mode: no money moves.",
        "fr": "Mode test : aucun argent ne circule.",
    },
    "amount_due": {"en": "Amount due", "fr": "Montant dû"},
    "amount_paid": {"en": "Amount paid", "fr": "Montant payé"},
    "amount_remaining": {"en": "Amount remaining", "fr": "Reste à payer"},
    "due": {"en": "Due {date}", "fr": "À payer avant le {date}"},
    "due_date": {"en": "Date due", "fr": "Date d’échéance"},
    "issued": {"en": "Date of issue", "fr": "Date d’émission"},
    "from": {"en": "From", "fr": "De"},
    "to": {"en": "To", "fr": "À"},
    "bill_to": {"en": "Bill to", "fr": "Facturer à"},
    "ship_to": {"en": "Ship to", "fr": "Livrer à"},
    "memo": {"en": "Memo", "fr": "Note"},
    "download": {"en": "Download invoice", "fr": "Télécharger la facture"},
    "receipt_link": {"en": "View receipt", "fr": "Voir le reçu"},
    "details": {"en": "Invoice details", "fr": "Détail de la facture"},
    "description": {"en": "Description", "fr": "Description"},
    "quantity": {"en": "Qty", "fr": "Qté"},
    "tax": {"en": "Tax", "fr": "Taxe"},
    "amount": {"en": "Amount", "fr": "Montant"},
    "subtotal": {"en": "Subtotal", "fr": "Sous-total"},
    "discount": {"en": "Discount", "fr": "Remise"},
    "total_excluding_tax": {"en": "Total excluding tax", "fr": "Total hors taxes"},
    "total": {"en": "Total", "fr": "Total"},
    "included": {"en": "{tax} (included)", "fr": "{tax} (comprise)"},
    "on_base": {"en": "{tax} on {base}", "fr": "{tax} sur {base}"},
    "applied_balance": {"en": "Applied balance", "fr": "Solde appliqué"},
    "credited": {"en": "Credited", "fr": "Avoirs"},
    "reverse_charge": {
        "en": "Reverse charge: tax to be paid by the customer.",
        "fr": "Autoliquidation : taxe due par le client.",
    },
    "exempt": {"en": "Tax exempt", "fr": "Exonéré de taxe"},
    "page": {"en": "Page {page} of {pages}", "fr": "Page {page} sur {pages}"},
    "pay_with": {"en": "Pay with", "fr": "Payer avec"},
    "card": {"en": "Card", "fr": "Carte"},
    "sepa_debit": {"en": "SEPA Direct Debit", "fr": "Prélèvement SEPA"},
    "customer_balance": {"en": "Bank transfer", "fr": "Virement"},
    "reference": {"en": "Reference", "fr": "Référence"},
    "card_number": {"en": "Card number", "fr": "Numéro de carte"},
    "expiry": {"en": "Expiry", "fr": "Expiration"},
    "cvc": {"en": "CVC", "fr": "CVC"},
    "name_on_card": {"en": "Name on card", "fr": "Nom sur la carte"},
    "iban": {"en": "IBAN", "fr": "IBAN"},
    "account_holder": {"en": "Account holder", "fr": "Titulaire du compte"},
    "mandate": {
        "en": "By paying you authorise {merchant} to debit your account once.",
        "fr": "En payant, vous autorisez {merchant} à débiter votre compte une fois.",
    },
    "pay": {"en": "Pay {amount}", "fr": "Payer {amount}"},
    "decline": {"en": "Try a declined card", "fr": "Essayer une carte refusée"},
    "test_cards": {
        "en": "4242… succeeds, 4000 0000 0000 0002 is declined, "
        "4000 0027 6000 3184 asks for authentication.",
        "fr": "4242… réussit, 4000 0000 0000 0002 est refusée, "
        "4000 0027 6000 3184 demande une authentification.",
    },
    "secure": {
        "en": "Simulated by a local Stripe. Card details go nowhere.",
        "fr": "Simulé par un Stripe local. Les données de carte ne vont nulle part.",
    },
    "paid": {"en": "Invoice paid", "fr": "Facture payée"},
    "paid_on": {"en": "Paid on {date}", "fr": "Payée le {date}"},
    "voided_on": {"en": "Voided on {date}", "fr": "Annulée le {date}"},
    "paid_thanks": {
        "en": "Thank you. Your payment has been received.",
        "fr": "Merci. Votre paiement a bien été reçu.",
    },
    "paid_elsewhere": {
        "en": "This invoice was settled outside this page.",
        "fr": "Cette facture a été réglée en dehors de cette page.",
    },
    "processing": {"en": "Payment processing", "fr": "Paiement en cours"},
    "processing_text": {
        "en": "Your bank debit is on its way. This takes a few business days.",
        "fr": "Votre prélèvement est en cours. Cela prend quelques jours ouvrés.",
    },
    "void": {"en": "Invoice voided", "fr": "Facture annulée"},
    "void_text": {
        "en": "This invoice is no longer payable. Please contact {merchant}.",
        "fr": "Cette facture ne peut plus être payée. Contactez {merchant}.",
    },
    "uncollectible": {
        "en": "Marked uncollectible",
        "fr": "Marquée irrécouvrable",
    },
    "uncollectible_text": {
        "en": "{merchant} no longer expects this payment. You can still pay.",
        "fr": "{merchant} n’attend plus ce paiement. Vous pouvez encore payer.",
    },
    "draft": {"en": "Not issued yet", "fr": "Pas encore émise"},
    "draft_text": {
        "en": "This invoice is still a draft.",
        "fr": "Cette facture est encore un brouillon.",
    },
    "replaced_text": {
        "en": "A newer version of this invoice replaces it.",
        "fr": "Une version plus récente de cette facture la remplace.",
    },
    "authenticate": {
        "en": "Confirm the payment",
        "fr": "Confirmez le paiement",
    },
    "authenticate_text": {
        "en": "Your bank wants to know that it is you who pays {amount}.",
        "fr": "Votre banque veut savoir que c’est bien vous qui payez {amount}.",
    },
    "authenticate_card": {
        "en": "Confirm that it is your card",
        "fr": "Confirmez que c’est votre carte",
    },
    "authenticate_card_text": {
        "en": "Your bank wants to know that it is you. Nothing is charged now.",
        "fr": "Votre banque veut savoir que c’est bien vous. Rien n’est débité.",
    },
    "complete": {"en": "Complete authentication", "fr": "S’authentifier"},
    "fail": {"en": "Fail authentication", "fr": "Refuser l’authentification"},
    "receipt": {"en": "Receipt", "fr": "Reçu"},
    "receipt_from": {"en": "Receipt from {merchant}", "fr": "Reçu de {merchant}"},
    "payment_method": {"en": "Payment method", "fr": "Moyen de paiement"},
    "date_paid": {"en": "Date paid", "fr": "Date de paiement"},
    "not_found": {"en": "Page not found", "fr": "Page introuvable"},
    "not_found_text": {
        "en": "This link is wrong or has expired.",
        "fr": "Ce lien est erroné ou a expiré.",
    },
    "mandate_kept": {
        "en": "You authorise {merchant} to debit your account for what you owe later.",
        "fr": "Vous autorisez {merchant} à débiter votre compte de ce que vous devrez.",
    },
    "save_method": {
        "en": "Save the payment method",
        "fr": "Enregistrer le moyen de paiement",
    },
    "save_title": {
        "en": "Save a payment method",
        "fr": "Enregistrer un moyen de paiement",
    },
    "save_text": {
        "en": "{merchant} will charge it for what you owe later. Nothing is "
        "charged now.",
        "fr": "{merchant} l’utilisera pour ce que vous devrez. Rien n’est débité.",
    },
    "order": {"en": "Your order", "fr": "Votre commande"},
    "expires": {
        "en": "This page is open until {date}, {time} UTC.",
        "fr": "Cette page reste ouverte jusqu’au {date}, {time} UTC.",
    },
    "checkout_done": {"en": "You’re all done here", "fr": "C’est terminé"},
    "checkout_done_text": {
        "en": "This page has been used already. You can close it.",
        "fr": "Cette page a déjà servi. Vous pouvez la fermer.",
    },
    "checkout_expired": {"en": "This page has expired", "fr": "Cette page a expiré"},
    "checkout_expired_text": {
        "en": "Nothing was charged. Ask {merchant} for a new link.",
        "fr": "Rien n’a été débité. Demandez un nouveau lien à {merchant}.",
    },
    "return": {"en": "Back to {merchant}", "fr": "Retour chez {merchant}"},
    "portal": {"en": "Your account", "fr": "Votre compte"},
    "portal_partner": {
        "en": "{merchant} lets you manage your payments here.",
        "fr": "{merchant} vous laisse gérer vos paiements ici.",
    },
    "portal_expired_text": {
        "en": "For your safety the link worked for a short time. Open it again from "
        "{merchant}’s page.",
        "fr": "Par sécurité, le lien n’a servi que peu de temps. Ouvrez-le de nouveau "
        "depuis la page de {merchant}.",
    },
    "methods": {"en": "Payment methods", "fr": "Moyens de paiement"},
    "no_methods": {
        "en": "No payment method is stored.",
        "fr": "Aucun moyen de paiement n’est enregistré.",
    },
    "default": {"en": "Default", "fr": "Par défaut"},
    "make_default": {"en": "Use by default", "fr": "Utiliser par défaut"},
    "remove": {"en": "Remove", "fr": "Supprimer"},
    "method_shown": {
        "en": "{kind} ending in {last4}",
        "fr": "{kind} finissant par {last4}",
    },
    "add_method": {"en": "Add a payment method", "fr": "Ajouter un moyen de paiement"},
    "invoice_history": {"en": "Invoice history", "fr": "Historique des factures"},
    "no_invoices": {
        "en": "There is no invoice yet.",
        "fr": "Aucune facture pour l’instant.",
    },
    "open": {"en": "Open", "fr": "À payer"},
    "status_paid": {"en": "Paid", "fr": "Payée"},
    "status_void": {"en": "Void", "fr": "Annulée"},
    "back": {"en": "Back to the invoice", "fr": "Retour à la facture"},
}


class Words:
    """The texts in one language."""

    def __init__(self, locales: list[str] | None) -> None:
        """Take the first of the customer's locales that there are words for."""
        wanted = [locale[:2].lower() for locale in locales or []]
        self.language = next((one for one in wanted if one in LANGUAGES), "en")

    def __call__(self, name: str, **values: Any) -> str:
        """Return the text ``name`` with its placeholders filled in."""
        return TEXTS[name][self.language].format(**values)
