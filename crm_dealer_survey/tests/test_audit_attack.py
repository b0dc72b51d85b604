"""What a camera, a colleague or a client slips past an audit (S9)."""

import base64
import io

from PIL import Image

from odoo.exceptions import AccessError, UserError
from odoo.tests import TransactionCase, tagged

from .common_audit import AuditFactories, picture

TOLD = "Shopper Li"  # in tag 315, the artist
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def drawn(kind, **options):
    """A picture that Odoo cannot make smaller, with the name of who took it."""
    marks, stream = Image.Exif(), io.BytesIO()
    marks[315] = TOLD
    Image.effect_noise((60, 40), 90).convert("RGB").save(stream, kind, exif=marks, **options)
    return base64.b64encode(stream.getvalue())


@tagged("post_install", "-at_install")
class TestAuditAttack(AuditFactories, TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_up_audit()
        cls.other = cls.users["auditor"].copy(
            {"login": "auditor_2", "name": "Second Auditor", "email": "second@example.com"}
        )

    # -- Photos ----------------------------------------------------------------------------------

    def test_no_camera_tells_who_was_there(self):
        """Whatever the format, and also where writing anew does not make the file smaller."""
        pictures = [drawn("JPEG", quality=20), drawn("WEBP", quality=20), drawn("PNG"),
                    drawn("WEBP", lossless=True), picture(tag_315=TOLD)]  # fmt: skip
        audit = self._scored(self._mystery())
        for image in pictures:
            self._photo(self._as("auditor", audit).answer_ids[0], image=image)
        self._as("auditor", audit).action_finish()
        self._as("oem", audit).action_release()
        lines = self.env["crm.audit.result"].with_user(self.users["manager_a"]).browse(audit.id)
        photos = lines.line_ids.photo_ids
        self.assertEqual(len(photos), len(pictures))
        for photo in photos:
            data = base64.b64decode(photo.image)
            self.assertNotIn(TOLD.encode(), data)
            image = Image.open(io.BytesIO(data))
            self.assertFalse(dict(image.getexif()))
            self.assertFalse(set(image.info) & {"exif", "xmp", "comment", "icc_profile"})

    def test_no_script_for_a_photo(self):
        """An auditor's drawing would run in the browser of the dealer's manager."""
        audit = self._scored(self._audit(), 3)
        answer = self._as("auditor", audit).answer_ids[0]
        for data in (SVG, b" \n" + SVG, b"<html/>", b"%PDF-1.7 no picture", b"GIF89a"):
            with self.subTest(data=data[:12]), self.assertRaises(UserError):
                self._photo(answer, image=base64.b64encode(data))
                self.env.flush_all()

    # -- Colleagues ------------------------------------------------------------------------------

    def test_a_colleague_changes_no_audit_of_another(self):
        """Neither its words nor whether it counts."""
        audit = self._audit()
        mine = audit.with_user(self.other)
        for vals in ({"summary": "All is well"}, {"note": "x"}, {"active": False}):
            with self.subTest(vals=vals), self.assertRaises(AccessError):
                mine.write(vals)
        with self.assertRaises(AccessError):
            mine.unlink()
        self._as("oem", audit).write({"auditor_id": self.other.id})
        mine.write({"summary": "All is well"})

    def test_a_result_is_not_archived_away(self):
        """It would vanish from the dealer's list and from the KPI."""
        audit = self._released()
        for login in ("auditor", "oem"):
            with self.subTest(login=login), self.assertRaises(UserError):
                self._as(login, audit).action_archive()
        kpi = self.env.ref("crm_dealer_survey.kpi_audit_score")
        end = self.env["crm.kpi.value"]._period_end("month", audit.done_on.replace(day=1))
        figure = kpi.figures(audit.done_on, end)["dealer", self.dealer_a.id]
        self.assertEqual(figure.value, audit.score)

    # -- Scores ----------------------------------------------------------------------------------

    def test_passed_at_the_limit_whatever_floats_say(self):
        """Three items at 70, 80 and 90 % of odd weights are 80 % exactly."""
        for weights in ((0.2, 0.2, 0.2), (0.9, 3.7, 0.9), (1.6, 2.6, 1.6)):
            checklist = self._checklist(code=f"T-{weights}", section_ids=[
                (0, 0, {"name": "All", "item_ids": [
                    (0, 0, {"name": f"Item {n}", "weight": weight, "max_points": 10})
                    for n, weight in enumerate(weights)
                ]})
            ])  # fmt: skip
            audit = self._scored(self._audit(checklist_id=checklist.id), 7, 8, 9)
            self.assertAlmostEqual(audit.score, 80)
            self.assertTrue(audit.is_passed, weights)

    def test_interval_of_audits_is_within_the_scale(self):
        for points in ((5, 1, 4, 5), (0, 0, 0, None)):
            self._released(self._audit(), *points)
        kpi = self.env.ref("crm_dealer_survey.kpi_audit_score")
        end = self.env["crm.kpi.value"]._period_end("month", self.today.replace(day=1))
        figure = kpi.figures(self.today, end)["dealer", self.dealer_a.id]
        self.assertEqual(figure.base, 2)
        self.assertEqual((figure.low, figure.high), (0, 100))
