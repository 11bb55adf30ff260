/** Open an entry of the app's menu, in the section that holds it. */
export function openMenu(section, entry) {
    return [
        {
            content: `Open the section ${section}`,
            trigger: `.o_menu_sections button[data-menu-xmlid="${section}"]`,
            run: "click",
        },
        {
            content: `Choose ${entry}`,
            trigger: `.o-dropdown--menu [data-menu-xmlid="sale_stripe_invoice.${entry}"]`,
            run: "click",
        },
    ];
}

/** Confirm what a dialog asks. */
export function confirmDialog(sentence) {
    return [
        {
            content: "Read what is asked",
            trigger: `.modal-body:contains("${sentence}")`,
        },
        {
            content: "Yes",
            trigger: ".modal-footer .btn-primary:contains('Ok')",
            run: "click",
        },
    ];
}

/** Read why something was refused, and close the message. */
export function refused(sentence) {
    return [
        {
            content: "Read why not",
            trigger: `.o_error_dialog .modal-body:contains("${sentence}"), .modal .o_dialog_warning:contains("${sentence}"), .modal-body:contains("${sentence}")`,
        },
        {
            content: "Close the message",
            trigger: `.modal:has(.modal-body:contains("${sentence}")) .modal-footer .btn-primary`,
            run: "click",
        },
        {
            content: "It is closed",
            trigger: `body:not(:has(.modal-body:contains("${sentence}")))`,
        },
    ];
}

/** The form shows this text in a field. */
export function shows(field, text) {
    return {
        content: `${field} says ${text}`,
        trigger: `.o_form_view .o_field_widget[name=${field}]:contains("${text}")`,
    };
}
