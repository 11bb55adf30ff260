import { registry } from "@web/core/registry";
import { StatusBarField, statusBarField } from "@web/views/fields/statusbar/statusbar_field";

/** A status bar whose words explain themselves on hover, by the lines of the field's help. */
export class ExplainedStatusBar extends StatusBarField {
    static template = "sale_stripe_invoice.ExplainedStatusBar";

    /** Return the line of the help that begins with the word. */
    explain({ label }) {
        const lines = (this.field.help || "").split("\n");
        return lines.find((line) => line.startsWith(label)) || "";
    }
}

registry.category("fields").add("explained_status_bar", {
    ...statusBarField,
    component: ExplainedStatusBar,
});
