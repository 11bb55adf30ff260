import { registry } from "@web/core/registry";
import saleTour from "@sale/js/tours/tour_utils";

const KEY = "#stripe_invoice .o_field_widget[name=stripe_secret_key] input";
const CONNECT = "#stripe_invoice button[name=action_stripe_connect]:contains('Connect')";
const STATUS = ".o_field_widget[name=stripe_status].o_field_badge";

/** Paste a key that cannot work, and read why. */
function refusedKey(key, sentence) {
    return [
        { content: `Paste ${key}`, trigger: KEY, run: `edit ${key}` },
        { content: "Press Connect", trigger: CONNECT, run: "click" },
        { content: "Read why not", trigger: `.modal-body:contains("${sentence}")` },
        { content: "Close the message", trigger: ".modal-footer .btn", run: "click" },
        { content: "It is closed", trigger: "body:not(:has(.modal))" },
    ];
}

/** Pick an entry of the search bar's menu. */
function searchMenu(entry, facet) {
    return [
        {
            content: "Open the search menu",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            content: `Choose ${entry}`,
            trigger: `.o_search_bar_menu .o_menu_item:contains("${entry}")`,
            run: "click",
        },
        {
            content: "Close the search menu",
            trigger: ".o_searchview_dropdown_toggler",
            run: "click",
        },
        {
            content: `${facet} is searched for`,
            trigger: `.o_searchview_facet:contains("${facet}")`,
        },
    ];
}

registry.category("web_tour.tours").add("stripe_invoice_connect", {
    steps: () => [
        {
            content: "Switch Stripe invoices on",
            trigger: "#stripe_invoice .o_field_widget[name=stripe_invoice] input:not(:checked)",
            run: "click",
        },
        ...refusedKey("pk_test_simulator", "This is a publishable key."),
        ...refusedKey("sk_test_nobody", "Stripe does not know this key."),
        {
            content: "Nothing is connected",
            trigger: "#stripe_invoice:not(:has([name=stripe_account_name]))",
        },
        { content: "Paste the key", trigger: KEY, run: "edit sk_test_simulator" },
        {
            content: "Press Connect",
            trigger: CONNECT,
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "See which account it is",
            trigger: "#stripe_invoice [name=stripe_account_name]:contains('Simulated Company')",
        },
        {
            content: "See that it is in test mode",
            trigger: "#stripe_invoice .badge:contains('TEST')",
        },
        {
            content: "The key is not shown again",
            trigger: KEY,
            run() {
                if (this.anchor.value) {
                    throw new Error("The browser was told the key");
                }
            },
        },
        {
            content: "Orders start with it on",
            trigger: "#stripe_invoice_orders [name=stripe_invoice_order_default] input:checked",
        },
        {
            content: "Look at the account",
            trigger: "#stripe_invoice button[name=action_stripe_account]",
            run: "click",
        },
        {
            content: "See the webhook that was made",
            trigger: ".o_form_view .o_field_widget[name=webhook_endpoint]:contains('we_')",
        },
    ],
});

registry.category("web_tour.tours").add("stripe_invoice_order", {
    steps: () => [
        ...saleTour.createNewSalesOrder(),
        ...saleTour.selectCustomer("Anna Example"),
        ...saleTour.addProduct("Consulting"),
        {
            content: "The price is there",
            trigger: ".o_data_row td[name=price_subtotal]:contains('120.00')",
        },
        {
            content: "Open Other Info",
            trigger: "a[name=other_information]",
            run: "click",
        },
        {
            content: "The Stripe switch is on",
            trigger: ".o_field_widget[name=stripe_invoice] input:checked",
        },
        {
            content: "Confirm the order",
            trigger: ".o_statusbar_buttons button[name=action_confirm]:enabled",
            run: "click",
        },
        {
            content: "Create the invoice",
            trigger: ".o_statusbar_buttons button#create_invoice:enabled",
            run: "click",
        },
        {
            content: "A regular one",
            trigger: ".modal button#create_invoice_open:enabled",
            run: "click",
        },
        {
            content: "The invoice has the switch from its order",
            trigger: ".o_form_view .o_field_widget[name=stripe_invoice] input:checked",
        },
        {
            content: "Confirm the invoice",
            trigger: ".o_statusbar_buttons button[name=action_post]:enabled",
            run: "click",
        },
        {
            content: "Read that it is on its way, and look again",
            trigger: ".alert-info [name=stripe_pending]:contains('is being sent') a",
            run: "click",
        },
        {
            content: "It is, as long as the worker has not run",
            trigger: ".alert-info [name=stripe_pending]:contains('is being sent')",
        },
    ],
});

registry.category("web_tour.tours").add("stripe_invoice_open", {
    steps: () => [
        ...searchMenu("Stripe: Open", "Stripe: Open"),
        ...searchMenu("Stripe Status", "Stripe Status"),
        {
            content: "Open the group",
            trigger: ".o_group_header .o_group_name:contains('Open (1)')",
            run: "click",
        },
        {
            content: "The list says it, too",
            trigger: ".o_data_row:contains('Anna Example') td[name=stripe_status]:contains('Open')",
        },
        {
            content: "Open the invoice",
            trigger: ".o_data_row:contains('Anna Example') td[name=name]",
            run: "click",
        },
        {
            content: "It is open at Stripe",
            trigger: `.o_form_view ${STATUS}:contains("Open")`,
        },
        {
            content: "Here the customer pays",
            trigger: ".o_field_widget[name=stripe_hosted_invoice_url] a[href*='/i/']",
        },
        {
            content: "The button leads to Stripe",
            trigger: ".o-form-buttonbox button[name=action_stripe_open]:contains('TEST')",
        },
        {
            content: "What is finalized is not reset, but its cancellation is requested",
            trigger: ".o_statusbar_buttons:not(:has(button[name=button_draft]))",
        },
        {
            content: "The chatter has told it",
            trigger: ".o-mail-Message:contains('is open')",
        },
        {
            content: "Nothing is left to be said, and nothing to switch",
            trigger: ".o_form_view:not(:has(.alert [name^=stripe])):not(:has([name=stripe_invoice]))",
        },
    ],
});

registry.category("web_tour.tours").add("stripe_invoice_paid", {
    steps: () => [
        {
            content: "It is paid at Stripe",
            trigger: `.o_form_view ${STATUS}:contains("Paid")`,
        },
        { content: "It is paid in Odoo", trigger: ".ribbon:contains('Paid')" },
        {
            content: "Nobody is asked to pay it again",
            trigger: ".o_form_view:not(:has([name=stripe_hosted_invoice_url]))",
        },
        {
            content: "The chatter has told it",
            trigger: ".o-mail-Message:contains('is paid')",
        },
    ],
});

registry.category("web_tour.tours").add("stripe_invoice_refused", {
    steps: () => [
        ...searchMenu("Stripe: To Fix", "Stripe: To Fix"),
        {
            content: "Open the invoice that needs somebody",
            trigger: ".o_data_row:contains('Anna Example') td[name=name]",
            run: "click",
        },
        {
            content: "Read what to do",
            trigger: ".alert-danger [name=stripe_refused]:contains('e-mail address')",
        },
    ],
});

registry.category("web_tour.tours").add("stripe_invoice_retry", {
    steps: () => [
        {
            content: "Try again",
            trigger: ".alert-danger [name=stripe_refused] a:contains('Try again')",
            run: "click",
        },
        {
            content: "It is on its way again",
            trigger: ".alert-info [name=stripe_pending]:contains('is being sent')",
        },
    ],
});
