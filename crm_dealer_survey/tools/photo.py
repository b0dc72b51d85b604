"""Photos as files, without ORM (S9)."""

import io

from PIL import Image, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")  # pixels that every browser shows; an SVG may hold a script
MOST_PIXELS = 50_000_000


def opened(data):
    """The picture in ``data`` (bytes).

    :raise ValueError: it is none of ``FORMATS``, damaged, or too large
    """
    try:
        image = Image.open(io.BytesIO(data), formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise ValueError("too large")
        image.load()
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise ValueError("no photo") from error
    return image


def bare(data, most=1600, quality=85):
    """A JPEG of the pixels alone, ``most`` wide and high at most, upright.

    Nothing that a camera writes beside them: time, place, owner, thumbnail, profile.

    :raise ValueError: as ``opened``
    """
    image = ImageOps.exif_transpose(opened(data)).convert("RGB")
    image.thumbnail((most, most))
    pixels = Image.new("RGB", image.size)
    pixels.paste(image)
    stream = io.BytesIO()
    pixels.save(stream, "JPEG", quality=quality)
    return stream.getvalue()
