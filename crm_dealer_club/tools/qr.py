"""QR codes as a path of SVG: pure Python, without the picture libraries a server may lack."""

from reportlab.graphics.barcode.qrencoder import QR8bitByte, QRCode, QRErrorCorrectLevel

_QUIET = 2  # modules of empty space around, on the card's white ground


def svg_path(text):
    """Return ``(side, d)``: the side of the square view box, and the path of its dark modules."""
    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(QR8bitByte(text))
    code.make()
    count = code.getModuleCount()
    runs = []
    for row in range(count):
        column = 0
        while column < count:
            start = column
            while column < count and code.isDark(row, column):
                column += 1
            if column > start:
                width = column - start
                runs.append(f"M{start + _QUIET} {row + _QUIET}h{width}v1h-{width}z")
            column += 1
    return count + 2 * _QUIET, "".join(runs)
