import { registry } from "@web/core/registry";
import { meanwhile, openInvoice } from "@sale_stripe_invoice/../tests/tours/helpers/stage";

const BUTTONS = {
    charge: "Charge Now",
    send: "Mail by Stripe",
    write_off: "Write Off at Stripe",
};

/** Go back to the list, and wait until it says what has become of the invoice. */
function backToTheList(customer, state) {
    return [
        {
            content: "Go back to the list",
            trigger: ".o_form_view .o_back_button",
            run: "click",
        },
        {
            content: `The invoice of ${customer} is ${state} there, too`,
            trigger: `.o_data_row:contains("${customer}") [name=stripe_status]:contains("${state}")`,
        },
    ];
}

/** See the state, and those buttons alone that are legal in it. */
function stateAndButtons(state, legal) {
    const seen = Object.keys(BUTTONS).map((act) => {
        const button = `button[name=action_stripe_${act}]`;
        return legal.includes(act)
            ? { content: `${BUTTONS[act]} is offered`, trigger: `.tab-pane ${button}` }
            : {
                  content: `${BUTTONS[act]} is not offered`,
                  trigger: `.tab-pane.active:not(:has(${button}))`,
              };
    });
    return [
        {
            content: `It is ${state} at Stripe`,
            trigger: `.tab-pane [name=stripe_status] .o_arrow_button_current:contains("${state}")`,
        },
        ...seen,
    ];
}

/** Hover over Stripe's word, and read what it means. */
function explained(state, meaning) {
    return {
        content: `${state} is explained`,
        trigger: `.tab-pane [name=stripe_status] button[title*="${meaning}"]:contains("${state}")`,
    };
}

function press(act) {
    return {
        content: `Press ${BUTTONS[act]}`,
        trigger: `.tab-pane button[name=action_stripe_${act}]`,
        run: "click",
    };
}

/** Charge the stored card, and let the worker run. */
function charge() {
    return [
        press("charge"),
        {
            content: "Yes, charge it",
            trigger: ".modal-footer .btn-primary",
            run: "click",
        },
        meanwhile("worker"),
    ];
}

function happened(who, what) {
    return {
        content: `The history says: ${what}`,
        trigger: `.tab-pane .o_data_row:contains("${who}") [name=text]:contains("${what}")`,
    };
}

registry.category("web_tour.tours").add("stripe_invoice_lifecycle", {
    steps: () => [
        // Charged.
        ...openInvoice("Anna Example"),
        ...stateAndButtons("Open", ["charge", "send", "write_off"]),
        explained("Open", "the customer can pay it"),
        explained("Paid", "nothing is left to pay"),
        ...charge(),
        {
            content: "Read why it was not charged",
            trigger: ".alert-warning [name=stripe_failed]:contains('declined')",
        },
        {
            content: "See that somebody has to act",
            trigger: ".o-mail-Activity:contains('payment page')",
        },
        ...stateAndButtons("Open", ["charge", "send", "write_off"]),
        meanwhile("another_card"),
        ...charge(),
        ...stateAndButtons("Paid", []),
        { content: "It is paid in Odoo", trigger: ".ribbon:contains('Paid')" },
        {
            content: "Nothing is left to be done",
            trigger: ".o_form_view:not(:has(.alert [name^=stripe])):not(:has(.o-mail-Activity))",
        },
        happened("Billing Person", "Charged"),
        happened("Stripe", "is paid"),
        ...backToTheList("Anna Example", "Paid"),

        // Mailed, written off, and cancelled.
        ...openInvoice("Ben Example"),
        press("send"),
        meanwhile("worker"),
        happened("Billing Person", "a mail"),
        happened("Stripe", "mailed the invoice"),
        press("write_off"),
        {
            content: "The entry is proposed",
            trigger: ".modal [name=propose_entry] input:checked",
        },
        {
            content: "Its account is known",
            trigger: ".modal [name=account_id] input:value(Bad Debts)",
        },
        {
            content: "Give it up",
            trigger: ".modal-footer button[name=action_confirm]",
            run: "click",
        },
        meanwhile("worker"),
        ...stateAndButtons("Uncollectible", ["charge"]),
        {
            content: "The proposed entry can be opened",
            trigger: ".o-mail-Message:contains('Bad-debt entry proposed') a",
        },
        {
            content: "Request the cancellation after all",
            trigger: ".o_statusbar_buttons button[name=button_request_cancel]",
            run: "click",
        },
        meanwhile("worker"),
        ...stateAndButtons("Void", []),
        {
            content: "It is cancelled in Odoo",
            trigger: ".o_form_statusbar .o_arrow_button_current:contains('Cancelled')",
        },
        ...backToTheList("Ben Example", "Void"),

        // Voided by somebody else.
        ...openInvoice("Cara Example"),
        meanwhile("void_in_the_dashboard"),
        ...stateAndButtons("Open", ["charge", "send", "write_off"]),
        {
            content: "Look at Stripe again",
            trigger: ".tab-pane button[name=action_stripe_refresh]",
            run: "click",
        },
        meanwhile("worker"),
        ...stateAndButtons("Void", []),
        {
            content: "Read what is wrong",
            trigger: ".alert-warning [name=stripe_void]:contains('void at Stripe')",
        },
        {
            content: "Read what can be done",
            trigger: ".o-mail-Activity:contains('issue a credit note')",
        },
        happened("Stripe Dashboard", "is void"),
        ...backToTheList("Cara Example", "Void"),

        // Several at once.
        ...["Anna Example", "Cara Example"].map((customer) => ({
            content: `Select the invoice of ${customer}`,
            trigger: `.o_data_row:contains("${customer}") .o_list_record_selector input`,
            run: "click",
        })),
        {
            content: "Both are selected",
            trigger: ".o_selection_box:contains('2')",
        },
        {
            content: "Open the actions",
            trigger: ".o_cp_action_menus .dropdown-toggle:contains('Actions')",
            run: "click",
        },
        {
            content: "Look at Stripe again for both",
            trigger: ".o-dropdown--menu .o_menu_item:contains('Stripe: Refresh')",
            run: "click",
        },
        {
            content: "See their documents",
            trigger: ".o_breadcrumb:contains('Stripe Documents')",
        },
        meanwhile("worker"),
        ...["Paid", "Void"].map((state) => ({
            content: `One is ${state}`,
            trigger: `.o_data_row [name=status]:contains("${state}")`,
        })),
        {
            content: "There is no other",
            trigger: ".o_list_view:not(:has(.o_data_row:nth-child(3)))",
        },
    ],
});
