import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";

const LOOK_AGAIN = 30_000;
const LOCATE = { enableHighAccuracy: true, timeout: 20_000, maximumAge: 60_000 };

/** The position is asked of the telephone at a tap, and never before. */
export class ClubPosition extends Interaction {
    static selector = ".o_club_position";
    dynamicContent = {
        ".o_club_locate": { "t-on-click": this.locate },
    };

    start() {
        // Without the script, or on a page that is not encrypted, the place is described in words.
        if (navigator.geolocation && window.isSecureContext) {
            this.el.querySelector(".o_club_locate").classList.remove("d-none");
        }
        if (this.field("latitude").value) {
            this.say("found");
        }
    }

    locate() {
        this.say("wait");
        navigator.geolocation.getCurrentPosition(
            this.protectSyncAfterAsync(({ coords }) => {
                this.field("latitude").value = coords.latitude.toFixed(6);
                this.field("longitude").value = coords.longitude.toFixed(6);
                this.say("found");
            }),
            this.protectSyncAfterAsync(() => {
                this.say("failed");
                this.el.querySelector("#club_place").focus();
            }),
            LOCATE
        );
    }

    field(name) {
        return this.el.querySelector(`input[name=${name}]`);
    }

    say(wanted) {
        for (const words of this.el.querySelectorAll(".o_club_located [data-case]")) {
            words.classList.toggle("d-none", words.dataset.case !== wanted);
        }
    }
}

/** While help is to come, the status is read anew; what is being typed stays. */
export class ClubWatch extends Interaction {
    static selector = ".o_club_watch";

    start() {
        const clock = setInterval(() => this.look(), LOOK_AGAIN);
        this.registerCleanup(() => clearInterval(clock));
    }

    async look() {
        if (document.hidden) {
            return;
        }
        const answer = await this.waitFor(fetch(window.location.pathname)).catch(() => null);
        if (!answer?.ok) {
            return;
        }
        const text = await this.waitFor(answer.text());
        const page = new DOMParser().parseFromString(text, "text/html");
        const news = page.getElementById(this.el.id);
        if (news && news.innerHTML !== this.before) {
            this.before = news.innerHTML;
            this.el.replaceChildren(...news.childNodes);
        }
    }
}

registry.category("public.interactions").add("crm_dealer_club.club_position", ClubPosition);
registry.category("public.interactions").add("crm_dealer_club.club_watch", ClubWatch);
