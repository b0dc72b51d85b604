"""HEIC without where it was taken: its boxes are read, what is beside the picture is blanked.

ISO/IEC 14496-12: a file is boxes of size and type; ``meta`` lists the items (``iinf``) and where
their bytes are (``iloc``). Items ``Exif`` and ``mime`` (XMP) are no part of the picture.
"""

_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_BESIDE = {b"Exif", b"mime", b"uri "}
# Boxes that hold words of their own about the picture.
_WORDS = {b"uuid", b"udta"}


def is_heic(content):
    return content[4:8] == b"ftyp" and content[8:12] in _BRANDS


def strip_heic(content):
    """Return the same bytes, zero where items beside the picture are.

    :raise ValueError: the boxes make no sense
    """
    data = bytearray(content)
    meta = None
    for kind, begin, end in _boxes(data, 0, len(data)):
        if kind == b"meta":
            meta = (begin + 4, end)
        elif kind in _WORDS:
            data[begin:end] = bytes(end - begin)
    if not meta:
        raise ValueError("no list of items")
    inner = {kind: (begin, end) for kind, begin, end in _boxes(data, *meta)}
    if b"iinf" not in inner or b"iloc" not in inner:
        raise ValueError("no items")
    beside = {number for number, kind in _items(data, *inner[b"iinf"]) if kind in _BESIDE}
    base = inner.get(b"idat", (0, 0))[0]
    for number, method, offset, length in _places(data, *inner[b"iloc"]):
        if number in beside:
            begin = offset + (base if method == 1 else 0)
            if method > 1 or not length or begin + length > len(data):
                raise ValueError("an item outside of the file")
            data[begin : begin + length] = bytes(length)
    return bytes(data)


def _number(data, begin, size):
    if begin + size > len(data):
        raise ValueError("the file ends early")
    return int.from_bytes(data[begin : begin + size], "big")


def _boxes(data, begin, end):
    """``(type, begin of the content, end)`` of the boxes in ``[begin, end)``."""
    while begin + 8 <= end:
        size, head = _number(data, begin, 4), 8
        kind = bytes(data[begin + 4 : begin + 8])
        if size == 1:
            size, head = _number(data, begin + 8, 8), 16
        elif size == 0:
            size = end - begin
        if size < head or begin + size > end:
            raise ValueError("a box that does not fit")
        yield kind, begin + head, begin + size
        begin += size


def _items(data, begin, end):
    """``(number, type)`` of each item of ``iinf``."""
    version = data[begin]
    first = begin + 4 + (2 if version == 0 else 4)
    for kind, inside, _end in _boxes(data, first, end):
        if kind != b"infe" or data[inside] < 2:
            continue
        size = 2 if data[inside] == 2 else 4
        number = _number(data, inside + 4, size)
        after = inside + 4 + size + 2
        yield number, bytes(data[after : after + 4])


def _places(data, begin, end):
    """``(number, method, offset, length)`` of each extent of ``iloc``."""
    version = data[begin]
    sizes = _number(data, begin + 4, 2)
    of_offset, of_length, of_base = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    of_index = sizes & 15 if version else 0
    of_number = 2 if version < 2 else 4
    count, at = _number(data, begin + 6, of_number), begin + 6 + of_number
    for _item in range(count):
        number, at = _number(data, at, of_number), at + of_number
        method = 0
        if version:
            method, at = _number(data, at, 2) & 15, at + 2
        base = _number(data, at + 2, of_base)
        at += 2 + of_base
        extents, at = _number(data, at, 2), at + 2
        for _extent in range(extents):
            at += of_index
            offset, at = _number(data, at, of_offset), at + of_offset
            length, at = _number(data, at, of_length), at + of_length
            if at > end:
                raise ValueError("the list of places ends early")
            yield number, method, base + offset, length
