"""QR codes as SVG.

segno is the package of the extra `flyer`; without it a flyer has no QR code.
"""

from importlib.util import find_spec

from markupsafe import Markup

# Modules around a code (ISO/IEC 18004).
QUIET = 4


def qr(url: str, side_mm: int) -> Markup | None:
    """Return the QR code of an address as SVG, of error correction M or better.

    `side_mm` is its side in millimetres without the quiet zone, which is beside it. None if segno
    is not installed.
    """
    if find_spec("segno") is None:
        return None
    import segno

    code = segno.make(url, error="m", micro=False)
    modules = code.symbol_size(border=0)[0]
    with_quiet = modules + 2 * QUIET
    width = f"{side_mm * with_quiet / modules:.2f}mm"
    path = " ".join(
        f"M{column + QUIET} {row + QUIET}h1v1h-1z"
        for row, line in enumerate(code.matrix)
        for column, dark in enumerate(line)
        if dark
    )
    return Markup(
        '<svg class="qr" width="{0}" height="{0}" viewBox="0 0 {1} {1}" aria-hidden="true">'
        '<path d="{2}"/></svg>'
    ).format(width, with_quiet, path)
