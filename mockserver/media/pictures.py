"""Pictures for seeds: a disc on a plain ground, valid and the same for the same wishes."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

Colour = tuple[int, int, int]


def jpeg(width: int, height: int, colour: Colour, *, dpi: int | None = 300, mode: str = "RGB") -> bytes:
    """A JPEG of that many pixels; mode RGB, L or CMYK; without a dpi mark when dpi is None."""
    return _encoded(_drawn(width, height, colour).convert(mode), "JPEG", dpi)


def png(width: int, height: int, colour: Colour, *, dpi: int | None = 300, mode: str = "RGB") -> bytes:
    """A PNG of that many pixels; mode RGB, RGBA, L or P; without a dpi mark when dpi is None."""
    return _encoded(_drawn(width, height, colour).convert(mode), "PNG", dpi)


def _drawn(width: int, height: int, colour: Colour) -> Image:
    from PIL import Image, ImageDraw  # only whoever wants a picture pays for Pillow

    picture = Image.new("RGB", (width, height), colour)
    pen = ImageDraw.Draw(picture)
    red, green, blue = ((channel + 128) % 256 for channel in colour)
    for share, ink in ((3, (red, green, blue)), (12, colour)):
        radius, across, down = min(width, height) // share, width // 2, height // 2
        if radius:
            pen.ellipse((across - radius, down - radius, across + radius, down + radius), fill=ink)
    return picture


def _encoded(picture: Image, form: str, dpi: int | None) -> bytes:
    file = BytesIO()
    if dpi is None:
        picture.save(file, form)
    else:
        picture.save(file, form, dpi=(dpi, dpi))
    return file.getvalue()
