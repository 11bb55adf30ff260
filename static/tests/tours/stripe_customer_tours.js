import { registry } from "@web/core/registry";
import saleTour from "@sale/js/tours/tour_utils";

registry.category("web_tour.tours").add("stripe_checkout_link", {
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
            content: "The order is paid up front",
            trigger: ".o_field_widget[name=stripe_checkout] input:checked",
        },
        {
            content: "Send the payment link",
            trigger: ".o_statusbar_buttons button[name=action_stripe_payment_link]:enabled",
            run: "click",
        },
        {
            content: "The mail leads to the order's own address",
            trigger: ".modal .o_field_widget[name=body] a[href*='/stripe_invoice/order/']",
        },
        {
            content: "Send it",
            trigger: ".modal button.o_mail_send:enabled",
            run: "click",
        },
        {
            content: "The customer has it",
            trigger: ".o-mail-Message:contains('Pay with Stripe')",
        },
        {
            content: "The page is being made",
            trigger: ".o_field_widget[name=stripe_checkout_state]:contains('Being made')",
        },
    ],
});

registry.category("web_tour.tours").add("stripe_checkout_paid", {
    steps: () => [
        {
            content: "The order is confirmed",
            trigger: ".o_statusbar_status button.o_arrow_button_current:contains('Sales Order')",
        },
        {
            content: "Nothing is left to be sent",
            trigger: ".o_statusbar_buttons:not(:has([name=action_stripe_payment_link]))",
        },
        {
            content: "Open its invoice",
            trigger: "button[name=action_view_invoice]",
            run: "click",
        },
        { content: "It is paid in Odoo", trigger: ".ribbon:contains('Paid')" },
        {
            content: "And at Stripe",
            trigger: ".o_field_widget[name=stripe_status].o_field_badge:contains('Paid')",
        },
        {
            content: "Stripe's own document is beside it",
            trigger: ".o-mail-Message:contains('own document of the payment')",
        },
    ],
});

registry.category("web_tour.tours").add("stripe_portal_order", {
    steps: () => [
        {
            content: "One door to pay",
            trigger: "a[name=stripe_pay_order]:contains('Pay with Stripe')",
        },
        {
            content: "No other",
            trigger: "body:not(:has(#o_sale_portal_paynow))",
        },
    ],
});

registry.category("web_tour.tours").add("stripe_portal_order_paid", {
    steps: () => [
        {
            content: "It is paid",
            trigger: "[name=stripe_order_state]:contains('Paid')",
        },
        {
            content: "So is its invoice",
            trigger: "#sale_invoices:contains('Paid')",
        },
        {
            content: "Nothing is to be paid",
            trigger: "body:not(:has([name=stripe_pay_order]))",
        },
    ],
});

registry.category("web_tour.tours").add("stripe_portal_invoice", {
    steps: () => [
        {
            content: "It is waiting for the payment",
            trigger: "[name=stripe_state]:contains('Waiting for your payment')",
        },
        {
            content: "Here it is paid",
            trigger: "a[name=stripe_pay]:contains('Pay with Stripe')",
        },
    ],
});

registry.category("web_tour.tours").add("stripe_portal_invoice_paid", {
    steps: () => [
        {
            content: "It is paid",
            trigger: "[name=stripe_state]:contains('Paid')",
        },
        {
            content: "Nobody asks for it again",
            trigger: "body:not(:has(a[name=stripe_pay]))",
        },
    ],
});
