"""HEIC photos lose what is beside the picture (M10)."""

import struct

from odoo.tests import BaseCase, tagged

from ..tools.heic import is_heic, strip_heic
from ..tools.picture import NotAPicture, clean

_SECRET = b"Exif\0\0MM\0*GPS 31.2304 121.4737"
_XMP = b"<x:xmpmeta>31.2304</x:xmpmeta>"
_PIXELS = b"\1\2\3pixels\4\5\6"


def box(kind, content):
    return struct.pack(">I", 8 + len(content)) + kind + content


def full(kind, content, version=0):
    return box(kind, struct.pack(">I", version << 24) + content)


def heic(version=1):
    """A file with a picture, an Exif item and an XMP item."""
    parts = [(1, b"hvc1", _PIXELS), (2, b"Exif", _SECRET), (3, b"mime", _XMP)]
    entries = b"".join(
        full(b"infe", struct.pack(">HH", number, 0) + kind + b"\0", 2)
        for number, kind, _content in parts
    )
    head = box(b"ftyp", b"heic" + b"\0\0\0\0mif1heic")

    def places(begin):
        out = struct.pack(">BBH", 0x44, 0x00, len(parts))
        for number, _kind, content in parts:
            out += struct.pack(">H", number)
            out += struct.pack(">H", 0) if version else b""
            out += struct.pack(">HHII", 0, 1, begin, len(content))
            begin += len(content)
        return full(b"iloc", out, version)

    def meta(begin):
        inner = full(b"iinf", struct.pack(">H", len(parts)) + entries) + places(begin)
        return full(b"meta", inner)

    begin = len(head) + len(meta(0)) + 8
    return head + meta(begin) + box(b"mdat", b"".join(part[2] for part in parts))


@tagged("post_install", "-at_install")
class TestPortalHeic(BaseCase):
    def test_only_the_picture_stays(self):
        for version in (0, 1):
            content = heic(version)
            self.assertTrue(is_heic(content))
            made = strip_heic(content)
            self.assertEqual(len(made), len(content))
            self.assertIn(_PIXELS, made)
            self.assertNotIn(b"31.2304", made)
            self.assertNotIn(b"GPS", made)
        self.assertEqual(clean(heic())[1:], ("image/heic", "heic"))

    def test_what_makes_no_sense_is_refused(self):
        content = heic()
        for end in range(12, len(content) - len(_XMP) - len(_SECRET)):
            with self.subTest(end), self.assertRaises(NotAPicture):
                clean(content[:end])

    def test_any_byte_may_be_wrong(self):
        """Never an error but the refusal, whatever is in the file."""
        content = heic()
        for place in range(8, len(content)):
            for value in (0, 1, 0xFF):
                changed = content[:place] + bytes([value]) + content[place + 1 :]
                try:
                    clean(changed)
                except NotAPicture:
                    continue
