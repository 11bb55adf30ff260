import { registry } from "@web/core/registry";
import { meanwhile } from "@sale_stripe_invoice/../tests/tours/helpers/stage";
import {
    confirmDialog,
    openMenu,
    refused,
    shows,
} from "@sale_stripe_invoice/../tests/tours/helpers/menu";

/** Open the dispute of a customer from the list of all. */
function openDispute(customer) {
    return [
        ...openMenu("account.menu_finance_receivables", "stripe_dispute_menu"),
        {
            content: `Open the dispute of ${customer}`,
            trigger: `.o_data_row:contains("${customer}") td[name=reason_label]`,
            run: "click",
        },
        shows("partner_id", customer),
    ];
}

function decide() {
    return {
        content: "Decide",
        trigger: ".o_statusbar_buttons button[name=action_decide]",
        run: "click",
    };
}

function choose(answer) {
    return {
        content: `Choose ${answer}`,
        trigger: `.modal .o_field_widget[name=choice] .o_radio_item:contains("${answer}") input`,
        run: "click",
    };
}

function book() {
    return {
        content: "Book it",
        trigger: ".modal-footer button[name=action_confirm]",
        run: "click",
    };
}

registry.category("web_tour.tours").add("stripe_disputes", {
    steps: () => [
        // Lost, and owed again: from the alert of the invoice.
        {
            content: "Open Anna's invoice",
            trigger: ".o_data_row:contains('Anna Example') td[name=name]",
            run: "click",
        },
        {
            content: "It cannot be overlooked",
            trigger: ".ribbon:contains('Disputed')",
        },
        {
            content: "Decide from the alert",
            trigger: ".alert-danger:contains('Decide what becomes') a:contains('Decide')",
            run: "click",
        },
        {
            content: "It is proposed that the customer owes it again",
            trigger: ".modal .o_radio_item:contains('Reopen the receivable') input:checked",
        },
        book(),
        { content: "The dialog is gone", trigger: "body:not(:has(.modal))" },
        {
            content: "The invoice is open again",
            trigger: ".o_form_view:not(:has(.alert-danger)):not(:has(.ribbon:contains('Disputed')))",
        },

        // Lost, and written off: not without an account.
        ...openDispute("Ben Example"),
        decide(),
        choose("Write it off"),
        book(),
        {
            content: "An account is wanted",
            trigger: ".modal .o_field_widget[name=account_id].o_field_invalid",
        },
        {
            content: "Look for it",
            trigger: ".modal .o_field_widget[name=account_id] input",
            run: "edit Bad Debts",
        },
        {
            content: "Choose it",
            trigger: ".o-autocomplete--dropdown-item:contains('Bad Debts')",
            run: "click",
        },
        book(),
        shows("decision", "Written Off"),
        {
            content: "It is not decided again",
            trigger: ".o_form_view:not(:has(button[name=action_decide]))",
        },
        shows("entry_id", "/"),

        // Two people decide at once.
        ...openDispute("Cara Example"),
        decide(),
        meanwhileInDialog("decided_by_somebody_else"),
        book(),
        ...refused("There is nothing to decide of this dispute"),
        {
            content: "Leave it",
            trigger: ".modal .btn-close",
            run: "click",
        },

        // Won after all: the decision is taken back.
        meanwhile("won"),
        shows("status", "Won"),
        {
            content: "Take the decision back",
            trigger: ".o_statusbar_buttons button[name=action_take_back]",
            run: "click",
        },
        ...confirmDialog("Reverse the entry of the decision?"),
        shows("taken_back_id", "/"),

        // Still argued about: nothing is written off yet.
        ...openDispute("Dan Example"),
        shows("status", "Needs Evidence"),
        decide(),
        {
            content: "It may still be won",
            trigger: ".modal:contains('while it is argued about') .o_radio_item:contains('Write it off') input:disabled",
        },
    ],
});

function meanwhileInDialog(cue) {
    return { ...meanwhile(cue, false), trigger: ".modal [name=action_confirm]" };
}

registry.category("web_tour.tours").add("stripe_refunds", {
    steps: () => [
        {
            content: "Open the paid invoice",
            trigger: ".o_data_row:contains('Anna Example') td[name=name]",
            run: "click",
        },
        {
            content: "Nothing was refunded",
            trigger: ".o_form_view:not(:has(button[name=action_stripe_refunds]))",
        },
        {
            content: "Make a credit note",
            trigger: ".o_statusbar_buttons button[name=action_reverse]",
            run: "click",
        },
        {
            content: "No money moves by itself",
            trigger: ".modal .o_radio_item:contains('no money moves') input:checked",
        },
        {
            content: "Refund the payment",
            trigger: ".modal .o_radio_item:contains('Refund the payment at Stripe') input",
            run: "click",
        },
        {
            content: "Make it",
            trigger: ".modal-footer button[name=refund_moves]",
            run: "click",
        },
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
        {
            content: "It is issued at Stripe, too",
            trigger: ".o_field_widget[name=stripe_credit_note_status]:contains('Issued')",
        },
        ...openMenu("account.menu_finance_receivables", "stripe_refund_menu"),
        {
            content: "The refund is there",
            trigger: ".o_data_row:contains('Anna Example'):contains('120.00'):contains('Succeeded') td[name=move_id]",
            run: "click",
        },
        shows("status", "Succeeded"),
        shows("credit_move_ids", "RINV"),
        {
            content: "Nobody makes or changes one",
            trigger: ".o_form_view:not(:has(.o_form_button_create, .o_form_editable))",
        },
        {
            content: "Open its payment",
            trigger: ".o_form_view .o_field_widget[name=payment_id] a",
            run: "click",
        },
        {
            content: "It went out",
            trigger: ".o_form_view .o_field_widget[name=payment_type] .o_radio_item:contains('Send') input:checked, .o_form_view .o_field_widget[name=payment_type]:contains('Send')",
        },
    ],
});
