import { registry } from "@web/core/registry";
import { openMenu, shows } from "@sale_stripe_invoice/../tests/tours/helpers/menu";

const CUSTOMERS = "account.menu_finance_receivables";
const REPORTS = "account.menu_finance_reports";
const DATE = ".modal .o_field_widget[name=date]";

/** A line of the list has these words and this amount. */
function line(words, amount) {
    return {
        content: `${words}: ${amount}`,
        trigger: `.o_list_view .o_data_row:contains("${words}"):contains("${amount}")`,
    };
}

function press(button) {
    return {
        content: `Press ${button}`,
        trigger: `.modal-footer button[name=${button}]`,
        run: "click",
    };
}

registry.category("web_tour.tours").add("stripe_payouts", {
    steps: () => [
        ...openMenu(CUSTOMERS, "stripe_payout_menu"),
        {
            content: "The payout has arrived, and adds up",
            trigger: ".o_data_row:contains('117.95'):contains('Paid Out'):contains('Adds Up') td[name=stripe_id]",
            run: "click",
        },
        shows("amount", "117.95"),
        shows("proof", "Adds Up"),
        shows("items_amount", "117.95"),
        {
            content: "Nobody makes or changes one",
            trigger: ".o_form_view:not(:has(.o_form_button_create, .o_form_editable))",
        },
        {
            content: "It holds the payment",
            trigger: ".tab-pane.active .o_data_row:contains('120.00'):contains('2.05') td[name=label]",
            run: "click",
        },
        {
            content: "The movement says what it is",
            trigger: ".modal .o_field_widget[name=counterpart]:contains('Payment')",
        },
        {
            content: "And where it is booked",
            trigger: ".modal .o_field_widget[name=move_id]:contains('/')",
        },
        {
            content: "Close it",
            trigger: ".modal .btn-close",
            run: "click",
        },
        {
            content: "Turn to its own movements",
            trigger: "body:not(:has(.modal)) .o_notebook a[name=movements]",
            run: "click",
        },
        {
            content: "It took the sum from the balance",
            trigger: ".tab-pane.active .o_data_row:contains('-117.95')",
        },
        ...openMenu(CUSTOMERS, "stripe_balance_transaction_menu"),
        line("Payment", "120.00"),
        {
            content: "Ask Stripe again",
            trigger: "button[name=action_import]",
            run: "click",
        },
        {
            content: "It is asked",
            trigger: ".o_notification:contains('Stripe is asked')",
        },
    ],
});

registry.category("web_tour.tours").add("stripe_balance_report", {
    steps: () => [
        ...openMenu(REPORTS, "stripe_balance_report_menu"),
        // Without a day there is no report.
        {
            content: "Empty the date",
            trigger: `${DATE} input, ${DATE} button`,
            run: "click",
        },
        { content: "Leave no day", trigger: `${DATE} input`, run: "clear" },
        press("action_show"),
        { content: "The date is wanted", trigger: `${DATE}.o_field_invalid` },
        {
            content: "Choose a day",
            trigger: `${DATE} input`,
            run: "edit 12/31/2027 && press Enter",
        },
        press("action_show"),
        {
            content: "The day is told",
            trigger: ".o_breadcrumb:contains('Stripe Balance on 12/31/2027')",
        },
        line("Balance at Stripe", "117.95"),
        line("Not booked yet", "-117.95"),
        line("Balance in Odoo", "0.00"),
        // The pivot's total says that everything is explained.
        {
            content: "Turn to the pivot",
            trigger: ".o_switch_view.o_pivot",
            run: "click",
        },
        {
            content: "All of it adds up to nothing",
            trigger: ".o_pivot tbody tr:first:contains('0.00')",
        },
        {
            content: "Turn to the list",
            trigger: ".o_switch_view.o_list",
            run: "click",
        },
        {
            content: "Open the entry that was changed",
            trigger: ".o_data_row:contains('Not booked yet') button[name=action_open]",
            run: "click",
        },
        {
            content: "The entry is a draft",
            trigger: ".o_form_statusbar .o_arrow_button_current:contains('Draft')",
        },
    ],
});
