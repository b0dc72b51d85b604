"""Photos that members send (M10)."""

import contextlib
import io
import itertools

from PIL import Image

from odoo import http
from odoo.tests import tagged

from ..tools.picture import MOST_BYTES, NotAPicture, clean
from .common_portal import PortalCase


def picture(kind="JPEG", size=(40, 30), **more):
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **more)
    return out.getvalue()


def located():
    """A JPEG that tells where it was taken, and by which telephone."""
    exif = Image.Exif()
    exif[0x010F] = "SecretPhone"
    exif[0x0112] = 6  # turned
    exif.get_ifd(0x8825)[2] = (31.0, 13.0, 49.0)
    return picture(exif=exif, comment=b"SecretComment")


class TicketPages(PortalCase):
    """Member A, with a rescue and a complaint."""

    def setUp(self):
        super().setUp()
        self._sign_in("member_a")
        self.rescue, self.complaint = self.rescues["member_a"], self.complaints["member_a"]

    def _send(self, path, files=(), status=303, **data):
        """A form with photos."""

        data["csrf_token"] = http.Request.csrf_token(self)
        files = [("photos", file) for file in files] or [("photos", ("", b""))]
        response = self.url_open(path, data=data, files=files, allow_redirects=False)
        self.assertEqual(response.status_code, status, response.text[-6000:])
        return response


@tagged("post_install", "-at_install")
class TestPortalPhotos(TicketPages):
    def test_where_it_was_taken_is_removed(self):
        path = f"/my/club/rescues/{self.rescue.id}/reply"
        self._send(path, [("DSC_at_home.jpg", located(), "text/html")], text="Look")
        file = self.rescue._member_messages()[-1].attachment_ids
        self.assertEqual((file.mimetype, file.name), ("image/jpeg", "photo-1.jpg"))
        self.assertNotIn(b"Secret", file.raw)
        with Image.open(io.BytesIO(file.raw)) as made:
            self.assertEqual(made.size, (30, 40), "It was turned upright")
            self.assertFalse(made.getexif())
        answer = self._get(f"/my/club/photos/{file.id}/file")
        self.assertEqual(answer.headers["Content-Type"], "image/jpeg")
        self.assertEqual(answer.headers["X-Content-Type-Options"], "nosniff")
        self.assertIn("no-store", answer.headers["Cache-Control"])

    def test_what_is_no_photo(self):
        path = f"/my/club/rescues/{self.rescue.id}/reply"
        before = self.env["ir.attachment"].search_count([("res_id", "=", self.rescue.id)])
        for content in (
            b"", b"\xff\xd8\xff\xe0broken", b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            b"GIF89a" + b"\0" * 50, b"<html><script>alert(1)</script>", b"%PDF-1.4", b"\0" * 99,
            picture()[:200], b"\0\0\0\x18ftypheic" + b"\xff" * 60, picture("BMP"),
        ):  # fmt: skip
            with self.subTest(content[:20]):
                page = self._send(path, [("x.jpg", content, "image/jpeg")], 422, text="Look")
                self.assertIn("photos only", page.text)
        page = self._send(path, [("x.jpg", b"\0" * (MOST_BYTES + 1))], 422, text="Look")
        self.assertIn("10 MB", page.text)
        page = self._send(path, [("x.jpg", picture())] * 7, 422, text="Look")
        self.assertIn("6 photos", page.text)
        after = self.env["ir.attachment"].search_count([("res_id", "=", self.rescue.id)])
        self.assertEqual(after, before)

    def test_any_byte_may_be_wrong(self):
        """What stands beside the picture may be broken: it is a photo, or refused in words."""
        whole = located()
        for place, value in itertools.product(range(2, 160), (0, 2, 255)):
            with contextlib.suppress(NotAPicture):
                clean(whole[:place] + bytes([value]) + whole[place + 1 :])

    def test_files_of_others_and_of_notes(self):
        note = self.env["ir.attachment"].create(
            {"name": "note.png", "raw": picture("PNG"), "res_model": "helpdesk.ticket",
             "res_id": self.rescue.id}
        )  # fmt: skip
        self.rescue.message_post(body="Internal", attachment_ids=note.ids)
        own = self.env["ir.attachment"].create({"name": "x", "raw": b"y"})
        with self._quiet():
            for file in (note, own, self.photos["member_b"]):
                self._get(f"/my/club/photos/{file.id}/file", status=404)
            self._get(f"/web/content/{self.photos['member_b'].id}", status=404)
            self._get(f"/web/image/{note.id}", status=200)  # the placeholder
        self.assertNotEqual(self.url_open(f"/web/image/{note.id}").content, note.raw)
