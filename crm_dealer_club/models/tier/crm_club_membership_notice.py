"""Telling members before a tier ends, exactly once a period (M1)."""

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL, format_date

NOTICE = "crm_dealer_club.mail_activity_type_tier_notice"
_MANAGER = "crm_dealer_grading.group_dealer_manager"

_DUE = """
    WITH %(held)s
    SELECT id FROM held
     WHERE state = 'active' AND notice_for IS DISTINCT FROM valid_until
       AND valid_until - notice_days <= %(today)s
       AND valid_until + CASE WHEN by_invitation THEN 0 ELSE grace_days END >= %(today)s
       AND (by_invitation
            OR NOT is_above AND (earned_id <> tier_id OR idle AND expires_unused))
     ORDER BY id LIMIT %(limit)s"""


class CrmClubMembership(models.Model):
    _inherit = "crm.club.membership"

    @api.model
    def _send_notices(self, date=None, limit=200):
        """Tell members, and who looks after them, what is missing to keep the tier (M1).

        Who earns the tier is not told, nor with whom no contact is planned. The mark on the
        member, the mail and the to-do are one transaction: exactly once a period.

        :param datetime.date date: as of this day, default today at the company
        :return: the memberships that were told
        """
        today = date or self._today()
        members = self._take_due_notices(today, limit)
        members._plan_notices(today)
        members._mail_notices()
        return members

    @api.model
    def _take_due_notices(self, today, limit):
        """Mark some of those who are to be told, each once a period, and return them."""
        self.env.flush_all()
        partners = self.env["res.partner"].sudo()
        quiet = partners._no_planned_contacts_domain() | Domain("contact_opt_out", "=", True)
        quiet = partners._search(quiet)
        which = SQL("m.partner_id NOT IN %s", quiet.subselect())
        query = SQL(_DUE, held=self._held_sql(which), today=today, limit=limit)
        members = self.browse(row[0] for row in self.env.execute_query(query))
        # Another worker may have some in hand.
        members = members.try_lock_for_update()
        for valid_until, ours in members.grouped("valid_until").items():
            ours._store({"notice_for": valid_until})
        return members

    def _mail_notices(self):
        """An e-mail to each who has an address, in the member's language."""
        template = self.env.ref("crm_dealer_club.mail_template_tier_notice", False)
        # sudo: the job tells the member, whoever may read templates.
        told = self.sudo().filtered(lambda member: member.partner_id.email)
        if template and told:
            template.sudo().send_mail_batch(told.ids)

    def _plan_notices(self, today):
        """A to-do for who looks after each member, in the language of that person."""
        carers = self._carers()
        kind = self.env.ref(NOTICE)
        model = self.env["ir.model"]._get_id(self._name)
        to_dos = []
        for member in self.sudo():
            if not (carer := carers.get(member.id)):
                continue
            worded = member.with_context(lang=carer.lang)
            to_dos.append(
                {
                    "activity_type_id": kind.id,
                    "res_model_id": model,
                    "res_id": member.id,
                    "user_id": carer.id,
                    "automated": True,
                    "date_deadline": max(member.valid_until, today),
                    "summary": worded._notice_summary(),
                    "note": worded.progress_text,
                }
            )
        # sudo: a to-do of the job.
        self.env["mail.activity"].sudo().with_context(mail_activity_quick_update=True).create(
            to_dos
        )

    def _notice_summary(self):
        return self.env._(
            "%(tier)s of %(member)s ends on %(date)s",
            tier=self.tier_id.name,
            member=self.partner_id.name or "",
            date=format_date(self.env, self.valid_until),
        )

    def _carers(self):
        """``{membership id: user}``: the customer's advisor, else the first of the dealer's
        managers; none where there is neither."""
        # sudo: who works for a dealer is told to the job, not to the user.
        members = self.sudo()
        managers = {}
        group = self.env.ref(_MANAGER).id
        users = (
            self.env["res.users"]
            .sudo()
            .search(
                [
                    ("all_group_ids", "in", group),
                    ("dealer_ids", "in", members.dealer_id.ids),
                    ("share", "=", False),
                ],
                order="id",
            )
        )
        for user in reversed(users):
            managers.update(dict.fromkeys(user.dealer_ids.ids, user))
        found = {}
        for member in members:
            advisor = member.partner_id.user_id.filtered("active")
            if (
                member.dealer_id
                and advisor.dealer_scoped
                and member.dealer_id not in advisor.dealer_ids
            ):
                advisor = advisor.browse()  # works elsewhere by now
            found[member.id] = advisor or managers.get(member.dealer_id.id)
        return found
