import { registry } from "@web/core/registry";
import { confirmDialog, refused } from "@sale_stripe_invoice/../tests/tours/helpers/menu";

/** One row of the list says how a thing stands at Stripe. */
function stands(thing, ...words) {
    const all = [thing, ...words].map((word) => `:contains("${word}")`).join("");
    return {
        content: `${thing}: ${words.join(", ")}`,
        trigger: `.o_list_view .o_data_row${all}`,
    };
}

registry.category("web_tour.tours").add("stripe_setup_list", {
    steps: () => [
        {
            content: "Look up what is open at Stripe",
            trigger: "#stripe_invoice button[name=action_stripe_setup]",
            run: "click",
        },
        stands("Logo and colours", "To Do"),
        stands("Customer portal", "Done"),
        stands("Own tax IDs", "Done", "FR40303265045"),
        stands("Webhook", "Done"),
        stands("E-mails to customers", "To Check There", "Odoo or nobody mails"),
        {
            content: "The link leads to Stripe's dashboard, in test mode",
            trigger: ".o_data_row:contains('Customer portal') a[href*='/test/settings/billing/portal']:contains('Open in Stripe')",
        },
        {
            content: "Go back to the settings",
            trigger: ".o_back_button, .breadcrumb-item a",
            run: "click",
        },
        {
            content: "They say how many are open",
            trigger: "#stripe_invoice .badge:contains('2')",
        },
        {
            content: "Look at the payment methods",
            trigger: "#stripe_invoice button:contains('What Payment Methods Mean')",
            run: "click",
        },
        {
            content: "A debit can be sent back",
            trigger: ".o_data_row:contains('SEPA Direct Debit'):contains('send it back')",
        },
    ],
});

/** Ask the contact whose form is open for a payment method. */
function askForMethod() {
    return [
        {
            content: "Turn to Invoicing",
            trigger: ".o_notebook a[name=accounting]",
            run: "click",
        },
        {
            content: "Ask for a payment method",
            trigger: "button[name=action_stripe_ask_method]",
            run: "click",
        },
        ...confirmDialog("Mail this contact a link"),
    ];
}

registry.category("web_tour.tours").add("stripe_ask_method_refused", {
    steps: () => [
        ...askForMethod(),
        ...refused("Ben Example has no e-mail address"),
    ],
});

registry.category("web_tour.tours").add("stripe_ask_method", {
    steps: () => [
        ...askForMethod(),
        {
            content: "It is said who is asked",
            trigger: ".o_notification:contains('anna@example.com is being asked')",
        },
        {
            content: "The mail leads to the customer's own address",
            trigger: ".o-mail-Message a[href*='/stripe_invoice/method/']:contains('Store a payment method')",
        },
    ],
});

registry.category("web_tour.tours").add("stripe_portal_methods", {
    steps: () => [
        {
            content: "The portal leads to Stripe's",
            trigger: "a[href='/my/stripe']:contains('Payment methods and invoices at Stripe')",
        },
    ],
});
