import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("stripe_invoice_preview", {
    steps: () => [
        {
            content: "Look at what Stripe would get",
            trigger: "button[name=action_stripe_preview]",
            run: "click",
        },
        {
            content: "It says what is wrong, with a link to the contact",
            trigger: ".modal .alert-danger a[href*='/odoo/res.partner/']",
        },
        {
            content: "It shows the lines",
            trigger: ".modal table[name=lines]:contains(Consulting)",
        },
        {
            content: "Close it",
            trigger: ".modal footer button:contains(Close)",
            run: "click",
        },
        {
            content: "The draft is as before",
            trigger: "body:not(:has(.modal)) .o_form_view button[name=action_post]",
        },
    ],
});
