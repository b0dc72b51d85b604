"""What falls due by itself: follow-ups, and certificates that end (S7)."""

from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain

from odoo.addons.crm_dealer_grading.tools.batches import in_batches

NOTICE_DAYS = 60  # before the end of a certificate


class CrmTrainingParticipant(models.Model):
    _inherit = "crm.training.participant"

    @api.model
    def _cron_remind(self, batch=100):
        """Every night, in batches that are kept; each person and matter once."""
        today = self.env.company._today_here()
        matters = (
            (type(self)._tell_follow_up, self._follow_up_domain(today)),
            (type(self)._tell_expiry, self._expiry_domain(today)),
        )

        def some():
            for tell, domain in matters:
                if due := self._take_due(domain, batch):
                    for one in due:
                        tell(one)
                    return len(due)
            return 0

        in_batches(self.env, some)

    @api.model
    def _take_due(self, domain, batch):
        """Rows that no other worker holds."""
        return self.search(domain, limit=batch, order="id").try_lock_for_update()

    @api.model
    def _follow_up_domain(self, today):
        return [
            ("state", "=", "attended"),
            ("follow_up_on", "<=", today),
            ("follow_up_told", "=", False),
            ("practice", "=", False),
        ]

    def _tell_follow_up(self):
        self._store({"follow_up_told": True})
        self._plan(self.dealer_id._training_manager(), "practice", self.follow_up_on)

    @api.model
    def _expiry_domain(self, today):
        """Certificates that end soon, of people who are still here; renewed ones were told."""
        return list(
            Domain("valid_until", "<=", today + timedelta(NOTICE_DAYS))
            & Domain("valid_until", ">=", today)
            & Domain("expiry_told", "=", False)
            & Domain("person_id.active", "=", True)
        )

    def _tell_expiry(self):
        """Tell the manager of where the person works now, and the person."""
        self._store({"expiry_told": True})
        newer = self.search_count(
            [
                ("person_id", "=", self.person_id.id),
                ("training_id", "=", self.training_id.id),
                ("valid_until", ">", self.valid_until),
            ],
            limit=1,
        )
        if newer:
            return
        # On the person: the dealer where the person works now may not see where it was earned.
        dealer = self.person_id.dealer_id
        for user in self.person_id.user_id | dealer._training_manager():
            worded = self.with_context(lang=user.lang, mail_activity_quick_update=True)
            worded.person_id.activity_schedule(
                "mail.mail_activity_data_todo", self.valid_until, user_id=user.id,
                summary=worded._todo_words("expiry"),
            )  # fmt: skip
