import { cookie } from "@web/core/browser/cookie";
import { rpcBus } from "@web/core/network/rpc";

// No act of ours is on its way to the server: Odoo disables the buttons until it has arrived.
const IDLE = "body:not(:has(.modal, button[name^=action_stripe]:disabled))";

const pending = new Set();
rpcBus.addEventListener("RPC:REQUEST", ({ detail }) => pending.add(detail.data.id));
rpcBus.addEventListener("RPC:RESPONSE", ({ detail }) => pending.delete(detail.data.id));

/** Wait until the page asks the server nothing more: what a click opens takes several questions. */
async function quiet() {
    let rounds = 0;
    while (rounds < 5) {
        await new Promise((resolve) => setTimeout(resolve, 20));
        rounds = pending.size ? 0 : rounds + 1;
    }
}

/** Let the test do something behind the browser's back, then show what has changed. */
export function meanwhile(cue, reload = true) {
    return {
        content: `Meanwhile: ${cue}`,
        trigger: IDLE,
        timeout: 30000,
        async run() {
            await quiet();
            const answer = await fetch(`${cookie.get("stage")}/${cue}`);
            if (!answer.ok) {
                throw new Error(await answer.text());
            }
            if (!reload) {
                return;
            }
            const { action } = odoo.__WOWL_DEBUG__.root.env.services;
            await action.doAction("soft_reload");
        },
    };
}

/** Open the customer's invoice from the list, at its tab. */
export function openInvoice(customer) {
    return [
        {
            content: `Open the invoice of ${customer}`,
            trigger: `.o_data_row:contains("${customer}") td[name=name]`,
            run: "click",
        },
        { content: "Turn to Stripe", trigger: "a[name=stripe]", run: "click" },
    ];
}
