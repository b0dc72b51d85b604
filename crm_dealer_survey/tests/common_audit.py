"""Factories of the tests of audits and verifications."""

import base64
import io
from datetime import date

from PIL import Image

from odoo import Command

from .common_rectification import RectificationFactories

OEM_ONLY = (
    "crm.audit", "crm.audit.answer", "crm.audit.score", "crm.audit.photo", "crm.audit.checklist",
    "crm.audit.section", "crm.audit.item", "crm.audit.sample", "crm.audit.dialog",
    "crm.audit.plan",
)  # fmt: skip
# Section: (weight, [(weight, scale, most, must, photo)])
SECTIONS = {
    "Reception": (3, [(1, "points", 5, False, "optional"), (2, "yes_no", 1, False, "optional")]),
    "Work": (1, [(1, "points", 4, True, "optional"), (1, "points", 5, False, "finding")]),
}


def picture(**exif):
    """A small JPEG in Base64; ``exif`` by tag numbers as ``tag_315="Name"``."""
    stream, image = io.BytesIO(), Image.new("RGB", (40, 30), "red")
    marks = Image.Exif()
    for name, value in exif.items():
        marks[int(name.removeprefix("tag_"))] = value
    image.save(stream, "JPEG", exif=marks)
    return base64.b64encode(stream.getvalue())


class AuditFactories(RectificationFactories):
    """Checklists of four items, for audits of dealer A and B."""

    @classmethod
    def _set_up_audit(cls):
        cls._set_up_rectification()
        cls.Audit = cls.env["crm.audit"]
        cls.checklist = cls._checklist()
        cls.mystery_list = cls._checklist(name="Test Mystery", code="T-M", kind="mystery")

    @classmethod
    def _checklist(cls, **vals):
        sections = [
            Command.create(
                {
                    "name": name,
                    "weight": weight,
                    "sequence": place,
                    "item_ids": [
                        Command.create(
                            {
                                "name": f"{name} {number}",
                                "guidance": f"Look at {name}",
                                "weight": share,
                                "scale": scale,
                                "max_points": most,
                                "is_must": must,
                                "photo": photo,
                                "sequence": number,
                            }
                        )
                        for number, (share, scale, most, must, photo) in enumerate(items)
                    ],
                }
            )
            for place, (name, (weight, items)) in enumerate(SECTIONS.items())
        ]
        values = {"name": "Test Audit", "code": "T-A", "section_ids": sections, **vals}
        return cls.env["crm.audit.checklist"].create(values)

    @classmethod
    def _audit(cls, login="auditor", **vals):
        """A planned audit of dealer A by the auditor."""
        audits = cls.Audit.with_user(cls.users[login])
        values = {"dealer_id": cls.dealer_a.id, "checklist_id": cls.checklist.id,
                  "auditor_id": cls.users["auditor"].id, **vals}  # fmt: skip
        return audits.create(values).with_env(cls.env)

    @classmethod
    def _mystery(cls, **vals):
        return cls._audit(checklist_id=cls.mystery_list.id, **vals)

    @classmethod
    def _scored(cls, audit, *points, login="auditor"):
        """Begin and score the items in their order; None does not apply, default all points."""
        mine = audit.with_user(cls.users[login])
        if audit.state == "planned":
            mine.action_start()
        for number, answer in enumerate(mine.answer_ids.sorted("place")):
            said = points[number] if number < len(points) else answer.max_points
            answer.write({"state": "na"} if said is None else {"points": said})
        return audit

    @classmethod
    def _done(cls, audit=None, *points):
        audit = audit or cls._audit()
        cls._scored(audit, *points)
        audit.with_user(cls.users["auditor"]).action_finish()
        return audit

    @classmethod
    def _released(cls, audit=None, *points):
        audit = cls._done(audit, *points)
        audit.with_user(cls.users["oem"]).action_release()
        audit.invalidate_recordset()
        return audit

    @classmethod
    def _photo(cls, answer, login="auditor", image=None, **vals):
        photos = cls.env["crm.audit.photo"].with_user(cls.users[login])
        return photos.create({"answer_id": answer.id, "image": image or picture(), **vals})

    # -- Verification of sold vehicles -----------------------------------------------------------

    @classmethod
    def _sold(cls, count, dealer=None, day=date(2026, 2, 10), **vals):
        """Vehicles that a dealer handed over, each to a buyer of its own."""
        dealer = dealer or cls.dealer_a
        buyers = cls.env["res.partner"].create(
            [
                {"name": f"Buyer {number}", "phone": f"1380000{number:04}", "dealer_id": dealer.id}
                for number in range(count)
            ]
        )
        return cls.env["crm.vehicle"].create(
            [
                {
                    "partner_id": buyer.id,
                    "dealer_id": dealer.id,
                    "selling_dealer_id": dealer.id,
                    "delivery_date": day,
                    "plate": f"沪T{number:05}",
                    **vals,
                }
                for number, buyer in enumerate(buyers)
            ]
        )

    @classmethod
    def _sample(cls, **vals):
        samples = cls.env["crm.audit.sample"].with_user(cls.users["auditor"])
        values = {"dealer_id": cls.dealer_a.id, "date_from": "2026-01-01",
                  "date_to": "2026-04-01", "seed": "test", **vals}  # fmt: skip
        return samples.create(values).with_env(cls.env)

    @classmethod
    def _checked(cls, sample, *results):
        """Draw, note results in the order of the draw (rest: right), and end it."""
        mine = sample.with_user(cls.users["auditor"])
        if sample.state == "draft":
            mine.action_draw()
        for number, line in enumerate(mine.line_ids.sorted("place")):
            said = results[number] if number < len(results) else "right"
            line.way = "phone"
            if said == "right":
                line.action_right()
            elif said == "unchecked":
                line.action_unchecked()
            else:
                line[said] = True
                line.action_wrong()
        mine.action_done()
        sample.invalidate_recordset()
        return sample
