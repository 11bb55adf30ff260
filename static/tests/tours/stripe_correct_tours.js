import { registry } from "@web/core/registry";
import { meanwhile, openInvoice } from "@sale_stripe_invoice/../tests/tours/helpers/stage";

/** See what has changed since, in one line, and open the wizard from there. */
function correctFromTheLine() {
    return [
        {
            content: "One line says which field has changed, then and now",
            trigger: `.alert-info [name=stripe_drift]:contains("Address: 1 wrong street"):contains("→ 2 right street")`,
        },
        {
            content: "Correct it from there",
            trigger: ".alert-info [name=stripe_drift] a:contains(Correct)",
            run: "click",
        },
    ];
}

function correctFromTheTab() {
    return [
        {
            content: "Correct it on the tab",
            trigger: ".tab-pane button[name=action_stripe_correct]",
            run: "click",
        },
    ];
}

/** See both customers side by side, choose a way, give the reason, and go. */
function confirm(way) {
    return [
        {
            content: "See the customer as finalized, and as he will be",
            trigger: `.modal [name=changes] tr.fw-bold:contains("1 wrong street"):contains("2 right street")`,
        },
        {
            content: `Choose: ${way}`,
            trigger: `.modal [name=way] .o_radio_item:contains("${way}") input`,
            run: "click",
        },
        {
            content: "Forget the reason",
            trigger: ".modal-footer button[name=action_confirm]",
            run: "click",
        },
        {
            content: "It is asked for",
            trigger: ".modal .o_field_invalid[name=reason] input",
            run: "edit Wrong street",
        },
        {
            content: "Correct it",
            trigger: ".modal-footer button[name=action_confirm]",
            run: "click",
        },
    ];
}

/** Follow the correction from the old invoice until the new one is open. */
function follow(first) {
    return [
        {
            content: "One line says what is going on",
            trigger: `body:not(:has(.modal)) .alert-info [name=stripe_correction]:contains("${first}")`,
        },
        meanwhile("worker"),
    ];
}

/** Turn from the old invoice to the new one, which is open and names the old one. */
function turnToTheNewOne(state) {
    return [
        {
            content: "The old one says what replaces it",
            trigger: "[name=stripe_replaced]:contains('replaces this invoice')",
        },
        ...state,
        {
            content: "It says who corrected it and why",
            trigger: ".o-mail-Message:contains('Corrected by Billing Person'):contains('Wrong street')",
        },
        {
            content: "Open the new one",
            trigger: "[name=stripe_replaced] a:contains(Open it)",
            run: "click",
        },
        ...theNewOne(),
    ];
}

function theNewOne() {
    return [
        {
            content: "The new one says whose place it has taken and why",
            trigger: ".o-mail-Message:contains('Correction by Billing Person'):contains('Wrong street')",
        },
        { content: "Turn to Stripe", trigger: "a[name=stripe]", run: "click" },
        {
            content: "It is open at Stripe, and names the old one",
            trigger: ".tab-pane:has([name=stripe_status] .o_arrow_button_current:contains(Open)) [name=stripe_replaces_id]:contains('INV/')",
        },
        {
            content: "It has the right address",
            trigger: ".tab-pane [name=stripe_customer_address]:contains('2 right street')",
        },
        {
            content: "Nothing is left to be done",
            trigger: ".o_form_view:not(:has(.alert [name^=stripe])):not(:has(.o-mail-Activity))",
        },
    ];
}

function backToTheList() {
    return [
        {
            content: "Go back to the list",
            trigger: ".o_breadcrumb .o_back_button, .o_breadcrumb a:contains(Invoices)",
            run: "click",
        },
        { content: "Here it is", trigger: ".o_list_view .o_data_row" },
    ];
}

const CANCELLED = [
    {
        content: "The old one is cancelled",
        trigger: ".o_form_statusbar .o_arrow_button_current:contains(Cancelled)",
    },
];
const REVERSED = [
    { content: "The old one is reversed", trigger: ".ribbon:contains(Reversed)" },
];

registry.category("web_tour.tours").add("stripe_invoice_correct_duplicate", {
    steps: () => [
        ...openInvoice("Anna Example"),
        ...correctFromTheLine(),
        ...confirm("Void, duplicate, update"),
        ...follow("is being voided at Stripe"),
        ...turnToTheNewOne(CANCELLED),
    ],
});

registry.category("web_tour.tours").add("stripe_invoice_correct_revision", {
    steps: () => [
        ...openInvoice("Anna Example"),
        ...correctFromTheTab(),
        ...confirm("Revision by Stripe"),
        // The new one is there already, and is what one looks at.
        ...follow("is being sent to Stripe"),
        ...theNewOne(),
        {
            content: "Open the old one",
            trigger: ".tab-pane [name=stripe_replaces_id] a",
            run: "click",
        },
        ...turnToTheNewOne(CANCELLED),
    ],
});

registry.category("web_tour.tours").add("stripe_invoice_correct_credit_note", {
    steps: () => [
        ...openInvoice("Anna Example"),
        ...correctFromTheTab(),
        ...confirm("Credit note and new invoice"),
        ...follow("is being voided at Stripe"),
        ...turnToTheNewOne(REVERSED),
        ...backToTheList(),
    ],
});

registry.category("web_tour.tours").add("stripe_invoice_correct_paid", {
    steps: () => [
        ...openInvoice("Anna Example"),
        ...correctFromTheTab(),
        {
            content: "Why there is no choice",
            trigger: ".modal .alert-info [name=forced]:contains('only a credit note can correct it')",
        },
        {
            content: "The one way that is left is chosen",
            trigger: ".modal [name=way] .o_radio_item:contains(Credit note) input:checked:disabled",
        },
        {
            content: "Say why",
            trigger: ".modal [name=reason] input",
            run: "edit Wrong street",
        },
        {
            content: "Correct it",
            trigger: ".modal-footer button[name=action_confirm]",
            run: "click",
        },
        // The new one is there already, and is what one looks at.
        ...follow("is being sent to Stripe"),
        {
            content: "The new one took the payment over",
            trigger: ".o_form_view:has([name=stripe_status]:contains(Paid)) .ribbon:contains(Paid)",
        },
    ],
});

registry.category("web_tour.tours").add("stripe_invoice_correct_stopped", {
    steps: () => [
        ...openInvoice("Anna Example"),
        ...correctFromTheTab(),
        ...confirm("Void, duplicate, update"),
        {
            content: "It has begun",
            trigger: "body:not(:has(.modal)) [name=stripe_correction]",
        },
        meanwhile("pay"),
        meanwhile("worker"),
        {
            content: "Somebody is asked to go on",
            trigger: ".o-mail-Activity:contains('a correction was stopped')",
        },
        { content: "It is paid", trigger: ".ribbon:contains(Paid)" },
        {
            content: "It can be corrected in another way",
            trigger: ".tab-pane button[name=action_stripe_correct]",
        },
    ],
});
