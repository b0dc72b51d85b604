"""Ways to a former owner beside reading and searching, as the screens of the buyer's dealer go."""

import json

from marks import MARK, WORDS, Reader

from odoo.addons.mail.tools.discuss import Store

# What the web client asks of a thread.
THREAD = ["activities", "attachments", "followers", "suggestedRecipients", "scheduledMessages"]

# Whose prints name customers.
PRINTED = ("crm_dealer_", "account.", "sale.")


class Ways(Reader):
    """A user of the buyer's dealer; ``told`` is what ought not to have been told."""

    def own(self):
        return self.env["crm.vehicle"].search([("id", "in", self.vehicles.ids)])

    def export(self):
        """Every column that can be chosen, also those of what hangs on the vehicle."""
        vehicles = self.own()
        for name, field in vehicles._fields.items():
            paths = [name]
            if field.relational:
                onwards = self.env[field.comodel_name]._fields.values()
                ends = [f.name for f in onwards if f.type in ("many2one", *WORDS)]
                paths = [f"{name}/{end}" for end in ends]
            self._export(vehicles, paths)

    def _export(self, vehicles, paths):
        """By halves where one of them is refused."""
        answer = self._try(lambda: vehicles.export_data(paths))
        if answer is not None:
            for number, path in enumerate(paths):
                self._note([row[number] for row in answer["datas"]], "export", path)
        elif len(paths) > 1:
            half = len(paths) // 2
            self._export(vehicles, paths[:half])
            self._export(vehicles, paths[half:])

    def chatter(self):
        """The thread with its messages, tracked changes, followers, files and to-dos."""
        for vehicle in self.own():
            store = Store()
            vehicle._thread_to_store(store, [], request_list=THREAD)
            found = self.env["mail.message"]._message_fetch(domain=None, thread=vehicle, limit=100)
            store.add(found["messages"])
            self._note(json.dumps(store.get_result(), default=str), "chatter", vehicle.id)

    def reports(self):
        """Whatever can be printed of records that name people."""
        printed, concerned = 0, {model._name for model in self.concerned()}
        # sudo: which reports there are.
        for report in self.env["ir.actions.report"].sudo().search([]):
            if report.model not in concerned or not report.report_name.startswith(PRINTED):
                continue
            ids = self.records(self.env[report.model])[:3].ids
            render = report.with_env(self.env)._render_qweb_html
            # Some print barcodes, for which a library may be missing.
            page = ids and self._try(lambda p=render, r=report, i=ids: p(r.id, i), Exception)
            if page:
                printed += 1
                self._note(page[0].decode(), "report", report.report_name)
        return printed

    def cockpit(self):
        """The page, and the records that its figures open."""
        page = self.env["crm.cockpit"].page({})
        self._note(page, "cockpit")
        opened = {json.dumps(found, sort_keys=True, default=str) for found in _opened(page)}
        for found in map(json.loads, opened):
            model = self.env[self.env.ref(found["action"]).sudo().res_model]
            records = self._try(lambda m=model, f=found: m.search(f["domain"], limit=40))
            if records:
                names = [n for n in ("display_name", "partner_id") if n in model._fields]
                self._note(records.read(names), "cockpit", found["name"])
        return len(opened)

    def imports(self, former):
        """A file that names the former owner finds nobody.

        :return: ids of what was imported in spite of it
        """
        done = []
        for model in ("crm.vehicle", "crm.lead", "crm.service.visit", "crm.contact.log"):
            for path, value in (
                *(("partner_id", former.name), ("partner_id", former.phone)),
                ("partner_id/.id", str(former.id)),
            ):
                row = {"name": "File", "summary": "File", path: value}
                names = [n for n in row if n == path or n in self.env[model]._fields]
                if model == "crm.vehicle":
                    names.remove("name")
                answer = self._try(
                    lambda m=model, n=names, r=row: self.env[m].load(n, [[r[k] for k in n]])
                )
                done += (answer or {}).get("ids") or []
        return done


def _opened(page):
    """Every action with a domain in the page."""
    if isinstance(page, dict):
        if page.get("action") and "domain" in page:
            yield {"action": page["action"], "domain": page["domain"], "name": page.get("name")}
        page = list(page.values())
    if isinstance(page, list):
        for part in page:
            yield from _opened(part)


def same_person(env, former, dealer):
    """A customer of ``dealer`` with the former owner's e-mail; candidates are found."""
    twin = env["res.partner"].create({"name": "Twin", "dealer_id": dealer.id})
    env.flush_all()
    env.cr.execute(
        "UPDATE res_partner SET email = %s, email_normalized = lower(%s) WHERE id = ANY(%s)",
        (*[f"{MARK}{former.id}@example.com"] * 2, [former.id, twin.id]),
    )
    env.invalidate_all()
    env["crm.duplicate.candidate"]._refresh()
    return twin
