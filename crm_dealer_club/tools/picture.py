"""Pictures that members send: known by what they hold, and without what they tell beside it.

A telephone writes into a picture where it was taken. That is nobody's but the member's, so
pictures are made anew from their pixels; HEIC, which is not decoded here, is stripped of it.
"""

import io
import struct

# The ERP loads no plugin but the few it needs; this one registers itself.
from PIL import Image, ImageOps, UnidentifiedImageError, WebPImagePlugin  # noqa: F401

from .heic import is_heic, strip_heic

MOST_BYTES = 10 * 1024 * 1024
_MOST_PIXELS = 60_000_000
_LONGEST_SIDE = 2400
# {format of the library: (media type, ending)}
_KINDS = {
    "JPEG": ("image/jpeg", "jpg"),
    "PNG": ("image/png", "png"),
    "WEBP": ("image/webp", "webp"),
}


# What the library raises on broken files; what stands beside the picture may be broken as well.
_BROKEN = (
    UnidentifiedImageError, OSError, ValueError, SyntaxError, MemoryError, struct.error,
    TypeError, LookupError, ArithmeticError,
)  # fmt: skip


class NotAPicture(Exception):
    """The bytes are no picture of a kind that is taken."""


def clean(content):
    """Return ``(bytes, media type, ending)`` of a picture without anything but the picture.

    :param bytes content: what was sent
    :raise NotAPicture: no JPEG, PNG, WebP or HEIC, or broken, or too many pixels
    """
    if is_heic(content):
        try:
            return strip_heic(content), "image/heic", "heic"
        except (ValueError, IndexError) as error:
            raise NotAPicture from error
    try:
        with Image.open(io.BytesIO(content), formats=list(_KINDS)) as picture:
            if picture.width * picture.height > _MOST_PIXELS:
                raise NotAPicture
            return _made_anew(picture, picture.format)
    except (*_BROKEN, Image.DecompressionBombError) as error:
        raise NotAPicture from error


def _made_anew(picture, kind):
    """The pixels alone, upright, no side longer than anybody looks at."""
    # Small before it is turned: turning copies it.
    picture.thumbnail((_LONGEST_SIDE, _LONGEST_SIDE))
    upright = ImageOps.exif_transpose(picture)
    if kind == "JPEG":
        upright = upright.convert("RGB")
    elif upright.mode not in ("RGB", "RGBA"):
        upright = upright.convert("RGBA")
    bare = Image.new(upright.mode, upright.size)
    bare.paste(upright)
    out = io.BytesIO()
    bare.save(out, kind, quality=85)
    return out.getvalue(), *_KINDS[kind]
