"""Carrying out a plan: to-dos, e-mails and text messages in bulk (M5)."""

from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

# What mass creation goes without: mails to the responsible, followers, logs.
_QUIET = {
    "tracking_disable": True,
    "mail_activity_quick_update": True,
    "contact_no_followers": True,
}
_READ = (
    "name", "complete_name", "lang", "email", "phone_sanitized", "commercial_partner_id",
    "parent_id", "is_company", "type", "company_name", "commercial_company_name", "dealer_id",
)  # fmt: skip
_COLUMNS = {
    "id": "int",
    "state": "varchar",
    "reason": "varchar",
    "channel": "varchar",
    "date": "date",
    "date_sent": "timestamp",
    "user_id": "int",
    "merged_into_id": "int",
    "dealer_id": "int",
    "activity_id": "int",
    "mail_id": "int",
    "sms_id": "int",
    "log_id": "int",
}


class CrmCareReminder(models.Model):
    _inherit = "crm.care.reminder"

    @api.model
    def _carry_out(self, lines, day):
        """Do what the plan says, and write it to the ledger: a few statements for a batch."""
        self._warm(lines)
        leaders = [line for line in lines if line.outcome == "send"]
        texts = self._messages(leaders)
        made = self._make(leaders, texts)
        rows = [self._ledger_row(line, day, texts, made) for line in lines]
        columns = [[row.get(name) or None for row in rows] for name in _COLUMNS]
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """UPDATE crm_care_reminder r
                      SET %s, write_date = %s
                     FROM unnest(%s) AS v(%s) WHERE v.id = r.id""",
                SQL(", ").join(
                    SQL("%s = v.%s", SQL.identifier(name), SQL.identifier(name))
                    for name in _COLUMNS
                    if name != "id"
                ),
                fields.Datetime.now(),
                SQL(", ").join(
                    SQL("%s::%s[]", values, SQL(kind))
                    for values, kind in zip(columns, _COLUMNS.values(), strict=True)
                ),
                SQL(", ").join(SQL.identifier(name) for name in _COLUMNS),
            )
        )
        self.invalidate_model()

    @api.model
    def _warm(self, lines):
        """Read what texts need for the whole batch, and no more: customers have many fields."""
        told = [line for line in lines if line.outcome in ("send", "merged")]
        people = self.env["res.partner"].browse({line.person for line in told})
        people.fetch(_READ)
        vehicles = self.env["crm.vehicle"].browse({line.vehicle for line in told if line.vehicle})
        vehicles.fetch(["plate", "model_id"])

    @api.model
    def _ledger_row(self, line, day, texts, made):
        """What the ledger keeps of a line."""
        row = {
            "id": line.id, "channel": line.channel, "date": day, "reason": line.reason,
            "dealer_id": line.dealer,
        }  # fmt: skip
        if line.outcome == "wait":
            return row | {"state": "planned", "date": day + timedelta(days=1)}
        if line.outcome == "skip":
            return row | {"state": "skipped"}
        leader = line.leader or line
        if line.leader and leader.id not in texts:
            # Another rule's text is no reason to lose this: the next run sends it by itself.
            return row | {"state": "planned"}
        if leader.id not in texts:
            return row | {"state": "failed", "reason": "no_text"}
        return row | {
            "state": "sent",
            "date_sent": fields.Datetime.now(),
            "user_id": leader.user if line.channel == "activity" else None,
            "merged_into_id": line.leader and leader.id,
            **made[leader.id],
        }

    @api.model
    def _make(self, leaders, texts):
        """Make the messages and to-dos; ``{reminder id: ids of what was made}``."""
        leaders = [line for line in leaders if line.id in texts]
        made = {}
        for channel, name, make in (
            ("activity", "activity_id", self._make_todos),
            ("email", "mail_id", self._make_mails),
            ("sms", "sms_id", self._make_sms),
        ):
            group = [line for line in leaders if line.channel == channel]
            if group:
                records = make(group, texts)
                made |= {
                    line.id: {name: record.id}
                    for line, record in zip(group, records, strict=True)
                }
        messages = [line for line in leaders if line.channel != "activity"]
        for line, log in zip(messages, self._log(messages), strict=True):
            made[line.id]["log_id"] = log
        return made

    @api.model
    def _make_todos(self, lines, texts):
        kind = self.env.ref("crm_dealer_club.mail_activity_type_care")
        model = self.env["ir.model"]._get_id("res.partner")
        names = self._names(lines)
        today = self.env.company._today_here()
        return (
            self.env["mail.activity"]
            .with_context(**_QUIET)
            .create(
                [
                    {
                        "activity_type_id": kind.id,
                        "res_model_id": model,
                        "res_id": line.person,
                        # Told here, or the ERP asks for each customer's name by itself.
                        "res_name": names[line.person],
                        "user_id": line.user,
                        "date_deadline": today,
                        "automated": True,
                        "summary": texts[line.id]["body"],
                        "note": texts[line.id]["note"],
                    }
                    for line in lines
                ]
            )
        )

    @api.model
    def _names(self, lines):
        people = self.env["res.partner"].browse({line.person for line in lines})
        return {person.id: person.complete_name for person in people}

    @api.model
    def _make_mails(self, lines, texts):
        """E-mails in the ERP's queue, which delivers them; the customer's chatter keeps them."""
        rules = self.env["crm.care.rule"]
        values = []
        names = self._names(lines)
        for line, reminder in zip(lines, self.browse([line.id for line in lines]), strict=True):
            partner = reminder.partner_id
            template = rules.browse(line.rule).mail_template_id
            company = reminder.company_id or self.env.company
            sender = template.email_from or company.email_formatted
            body = texts[line.id]["body"]
            values.append(
                {
                    "subject": texts[line.id]["subject"],
                    "body": body,
                    "body_html": body,
                    "email_from": sender,
                    "reply_to": reminder.dealer_id.partner_id.email or sender,
                    "email_to": partner.email_formatted,
                    "model": "res.partner",
                    "res_id": partner.id,
                    "record_name": names[partner.id],
                    "message_type": "auto_comment",
                    "is_notification": True,
                    "auto_delete": True,
                    "headers": str(self._unsubscribe_headers(line)),
                    "mail_server_id": template.mail_server_id.id,
                }
            )
        mails = self.env["mail.mail"].with_context(**_QUIET).create(values)
        self.env.ref("mail.ir_cron_mail_scheduler_action")._trigger()
        return mails

    @api.model
    def _unsubscribe_headers(self, line):
        """What lets mail programs offer to unsubscribe (RFC 8058)."""
        purpose = self.env["crm.care.rule"].browse(line.rule).purpose_id
        url = self.env["crm.club.consent"]._stop_url(
            self.env["res.partner"].browse(line.person), purpose, "email"
        )
        return {
            "List-Unsubscribe": f"<{url}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        }

    @api.model
    def _make_sms(self, lines, texts):
        people = self.env["res.partner"].browse({line.person for line in lines})
        numbers = {person.id: person.phone_sanitized for person in people}
        return self.env["sms.sms"].create(
            [
                {
                    "number": numbers[line.person],
                    "partner_id": line.person,
                    "body": texts[line.id]["body"],
                }
                for line in lines
            ]
        )

    @api.model
    def _log(self, lines):
        """Log what customers got: it counts for limits, and is part of their story."""
        staff = self.with_context(lang=self.env.company.partner_id.lang or self.env.lang)
        contacts = []
        every = staff.browse([one.id for line in lines for one in (line, *line.told)])
        words = {reminder.id: reminder._in_a_line() for reminder in every}
        for line in lines:
            told = [words[one.id] for one in (line, *line.told)]
            contacts.append(
                {
                    "partner_id": line.person,
                    "way": line.channel,
                    "summary": staff.env._("Reminder: %s", "; ".join(told)),
                    "vehicle_id": line.vehicle,
                    "dealer_id": line.dealer,
                }
            )
        return self.env["crm.care.gate"]._note(contacts)
