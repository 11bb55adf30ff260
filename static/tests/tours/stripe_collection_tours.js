import { registry } from "@web/core/registry";
import { meanwhile, openInvoice } from "@sale_stripe_invoice/../tests/tours/helpers/stage";

/** Confirm the draft of a customer, and let the worker run. */
function confirmInvoice(customer) {
    return [
        ...openDraft(customer),
        {
            content: "Confirm it",
            trigger: ".o_statusbar_buttons button[name=action_post]",
            run: "click",
        },
        {
            content: "It is confirmed",
            trigger: ".o_form_statusbar .o_arrow_button_current:contains('Posted')",
        },
        meanwhile("worker"),
        { content: "Turn to Stripe", trigger: "a[name=stripe]", run: "click" },
    ];
}

function openDraft(customer) {
    return [
        {
            content: `Open the draft of ${customer}`,
            trigger: `.o_data_row:contains("${customer}") td[name=name], .o_data_row:contains("${customer}") td[name=invoice_partner_display_name]`,
            run: "click",
        },
        { content: "It is open", trigger: ".o_form_view" },
    ];
}

function backToTheList() {
    return [
        {
            content: "Go back to the list",
            trigger: ".o_form_view .o_back_button",
            run: "click",
        },
        { content: "See the list", trigger: ".o_list_view" },
    ];
}

function happened(what) {
    return {
        content: `The history says: ${what}`,
        trigger: `.tab-pane .o_data_row [name=text]:contains("${what}")`,
    };
}

function isAtStripe(state) {
    return {
        content: `It is ${state} at Stripe`,
        trigger: `.tab-pane [name=stripe_status] .o_arrow_button_current:contains("${state}")`,
    };
}

registry.category("web_tour.tours").add("stripe_collection", {
    steps: () => [
        // Charged as agreed.
        ...confirmInvoice("Anna Example"),
        isAtStripe("Paid"),
        happened("To be charged as agreed"),
        ...backToTheList(),

        // Declined, and tried again on another day.
        ...confirmInvoice("Ben Example"),
        isAtStripe("Open"),
        {
            content: "Read why it was not charged",
            trigger: ".alert-warning [name=stripe_failed]:contains('declined')",
        },
        {
            content: "See when it is tried again",
            trigger: ".tab-pane [name=stripe_charge_at]",
        },
        {
            content: "See what is stored",
            trigger: ".tab-pane [name=stripe_stored_method]:contains('•••• 0341')",
        },
        ...backToTheList(),

        // To be authenticated by the customer, who does it.
        ...confirmInvoice("Cara Example"),
        isAtStripe("Open"),
        {
            content: "Read that the customer has to authenticate it",
            trigger: ".alert-warning [name=stripe_action]:contains('authenticate')",
        },
        meanwhile("customer_authenticates"),
        isAtStripe("Paid"),
        ...backToTheList(),

        // Nobody knows whether he agrees: the answer is written down first.
        ...openInvoice("Dan Example"),
        {
            content: "Charge it",
            trigger: ".tab-pane button[name=action_stripe_charge]",
            run: "click",
        },
        {
            content: "Yes, charge it",
            trigger: ".modal-footer .btn-primary:contains('Ok')",
            run: "click",
        },
        {
            content: "Write down how he agreed",
            trigger: ".modal [name=note] input",
            run: "edit Contract of 3 May",
        },
        {
            content: "Record and charge",
            trigger: ".modal-footer button[name=action_confirm]:contains('Charge')",
            run: "click",
        },
        meanwhile("worker"),
        isAtStripe("Paid"),
    ],
});

/** Choose, in Odoo's dialog, to send by Stripe and by nobody else. */
function byStripe() {
    return [
        {
            content: "Let Stripe mail it",
            trigger: ".modal .o_field_account_json_checkboxes label:contains('by Stripe')",
            run: "click",
        },
    ];
}

registry.category("web_tour.tours").add("stripe_sending", {
    steps: () => [
        // One invoice: both at once are refused, Stripe alone is fine.
        ...openInvoice("Anna Example"),
        {
            content: "Send it",
            trigger: ".o_statusbar_buttons button[name=action_invoice_sent]",
            run: "click",
        },
        ...byStripe(),
        {
            content: "Odoo and Stripe are one too many",
            trigger: ".modal .alert:contains('Choose one')",
        },
        {
            content: "Odoo does not",
            trigger: ".modal .o_field_account_json_checkboxes label:contains('by Email')",
            run: "click",
        },
        {
            content: "Nothing speaks against it",
            trigger: ".modal:not(:has(.alert:contains('Choose one')))",
        },
        {
            content: "Send",
            trigger: ".modal-footer button[name=action_send_and_print]",
            run: "click",
        },
        meanwhile("worker"),
        happened("Stripe mailed the invoice"),

        // And again: the dialog says that Stripe has done so.
        {
            content: "Send it again",
            trigger: ".o_statusbar_buttons button[name=action_invoice_sent]",
            run: "click",
        },
        {
            content: "It was mailed already",
            trigger: ".modal .alert:contains('does not again')",
        },
        {
            content: "Leave it",
            trigger: ".modal .btn-close",
            run: "click",
        },
        ...backToTheList(),

        // Several at once: each goes its way. What the list shows first is what it was
        // before, and the choice made then is forgotten.
        {
            content: "The list is up to date",
            trigger: ".o_data_row:contains('Anna Example'):contains('Sent')",
        },
        {
            content: "Choose all",
            trigger: ".o_list_view thead .o_list_record_selector input",
            run: "click",
        },
        {
            content: "Send them",
            trigger: "button[name=action_send_and_print]:contains('Send')",
            run: "click",
        },
        {
            content: "Some go by Stripe",
            trigger: ".modal:contains('by Stripe')",
        },
        {
            content: "Send",
            trigger: ".modal-footer button[name=action_send_and_print]",
            run: "click",
        },
        { content: "The dialog is gone", trigger: "body:not(:has(.modal))" },
        meanwhile("jobs"),
    ],
});
