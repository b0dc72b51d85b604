import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

/**
 * A form is sent once, however often the button is pressed. Without the script the server
 * refuses the second one with words.
 */
export class ClubForm extends Interaction {
    static selector = ".o_club_form";
    dynamicContent = {
        _root: { "t-on-submit": this.onSubmit },
        _window: { "t-on-pageshow": this.release },
    };

    onSubmit(ev) {
        if (this.sent) {
            ev.preventDefault();
            return;
        }
        this.sent = true;
        for (const button of this.buttons) {
            button.setAttribute("aria-disabled", "true");
            button.classList.add("disabled");
        }
    }

    /** The page may come back from the browser's memory. */
    release() {
        this.sent = false;
        for (const button of this.buttons) {
            button.removeAttribute("aria-disabled");
            button.classList.remove("disabled");
        }
    }

    get buttons() {
        return this.el.querySelectorAll("button[type=submit]");
    }
}

registry.category("public.interactions").add("crm_dealer_club.club_form", ClubForm);
