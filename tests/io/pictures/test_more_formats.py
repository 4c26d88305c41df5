"""HEIF, JPEG XL, SVG and PDF: read like other pictures, and bounded; what they need is named."""

from __future__ import annotations

import base64
import io
import sys

import cv2
import numpy as np
import pytest
from paths import CAT
from PIL import Image

from asciiart.errors import ImageError, install_command
from asciiart.io.pictures.image import load_image
from asciiart.pipeline import draw

NEEDS = {"pillow_heif": "HEIF", "pillow_jxl": "JPEG XL", "resvg_py": "SVG", "pypdfium2": "PDF"}
CIRCLE = '<circle cx="5" cy="5" r="4" fill="#f00"/>'


def svg(attributes: str, content: str = CIRCLE) -> io.BytesIO:
    """Return an SVG."""
    return io.BytesIO(
        f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{content}</svg>'.encode()
    )


def encoded(module: str) -> bytes:
    """Return a picture in the format that a module reads."""
    pytest.importorskip(module)
    file = io.BytesIO()
    if module == "resvg_py":
        return svg('width="30" height="20"').getvalue()
    with Image.open(CAT) as cat:
        if module == "pillow_heif":
            import pillow_heif  # noqa: PLC0415 - an extra

            pillow_heif.from_pillow(cat).save(file, quality=95)
        elif module == "pillow_jxl":
            import pillow_jxl  # noqa: F401, PLC0415 - an extra

            cat.convert("RGB").copy().save(file, "JXL", lossless_jpeg=False)
        else:
            cat.save(file, "PDF", resolution=96)
    return file.getvalue()


@pytest.mark.parametrize("module", ["pillow_heif", "pillow_jxl", "pypdfium2"])
def test_the_same_photograph_is_read_in_every_format(module: str) -> None:
    expected, found = load_image(CAT).rgb, load_image(encoded(module)).rgb
    assert np.abs(np.subtract(found.shape, expected.shape)).max() <= 1
    height, width = expected.shape[:2]
    same_size = cv2.resize(found, (width, height))
    assert np.abs(same_size.astype(int) - expected).mean() < 6


@pytest.mark.parametrize("module", NEEDS)
def test_without_its_package_the_command_to_install_it_is_named(
    module: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = encoded(module)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImageError) as caught:
        load_image(data)
    assert (
        str(caught.value) == f"bytes: {NEEDS[module]} needs an extra: {install_command('formats')}"
    )


@pytest.mark.parametrize("module", ["pillow_heif", "pillow_jxl", "pypdfium2"])
def test_half_a_file_is_damaged(module: str) -> None:
    data = encoded(module)
    with pytest.raises(ImageError, match="bytes: "):
        load_image(data[: len(data) // 2])


@pytest.mark.parametrize("module", NEEDS)
def test_a_limit_holds(module: str) -> None:
    with pytest.raises(ImageError, match="are more than"):
        load_image(encoded(module), max_pixels=500)


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('width="30" height="20"', (20, 30)),
        ('width="1in" height="48"', (48, 96)),
        ("viewBox='0 0 40 10'", (10, 40)),
        ('viewBox="0 0 40 10" width="80"', (20, 80)),
        ('viewBox="0,0,40,10" height="20px"', (20, 80)),
        ('viewBox="0 0 40 10" width="100%" height="100%"', (10, 40)),
        ('preserveAspectRatio="none" width="3mm" height="3mm"', (12, 12)),
        ("", (100, 100)),
    ],
)
def test_an_svg_has_its_own_size(attributes: str, size: tuple[int, int]) -> None:
    assert load_image(svg(attributes)).rgb.shape[:2] == size


def test_an_svg_is_rendered_as_large_as_it_is_needed() -> None:
    icon = svg('viewBox="0 0 10 10"')
    large = load_image(icon, target=(300, 200))
    assert large.rgb.shape == (300, 300, 3)
    assert load_image(svg('viewBox="0 0 2000 2000"'), target=(30, 20)).rgb.shape == (30, 30, 3)
    assert load_image(icon, target=(90_000, 90_000)).rgb.shape == (4000, 4000, 3)
    rows = draw(icon, columns=40).rows
    assert len({*rows[0]}) < len({*rows[2]})


def test_the_ground_of_an_svg_stays_transparent() -> None:
    picture = load_image(svg('viewBox="0 0 10 10"'))
    assert picture.alpha is not None
    assert (picture.alpha[0, 0], picture.alpha[5, 5]) == (0, 255)
    assert picture.rgb[5, 5].tolist() == [255, 0, 0]


@pytest.mark.parametrize(
    "content",
    [
        '<image href="/etc/passwd"/>',
        "<image xlink:href = 'https://example.org/a.png'/>",
        '<image href="data:image/svg+xml;base64,PHN2Zy8+"/>',
        '<use href="other.svg#a"/>',
        "<!ENTITY e '<image href=\"#a\"/>'>",
        "<!ENTITY e '&#60;image'>",
        "<!ENTITY e SYSTEM 'file:///etc/passwd'><text>&e;</text>&#60;",
    ],
)
def test_an_svg_reads_nothing_else(content: str) -> None:
    hidden = content.replace("SYSTEM", "%x;")
    with pytest.raises(ImageError, match="refers to something outside of it"):
        load_image(svg('viewBox="0 0 10 10"', hidden))


def test_an_embedded_picture_is_drawn_unless_it_is_too_large() -> None:
    file = io.BytesIO()
    Image.new("RGB", (30, 30), (0, 255, 0)).save(file, "PNG")
    data = base64.b64encode(file.getvalue()).decode()
    content = f'<image width="10" height="10" href="data:image/png;base64,{data}"/>'
    picture = load_image(svg('viewBox="0 0 10 10"', content))
    assert picture.rgb[5, 5].tolist() == [0, 255, 0]
    with pytest.raises(ImageError, match="30 x 30 pixels are more than"):
        load_image(svg('viewBox="0 0 10 10"', content), max_pixels=800)
    with pytest.raises(ImageError, match="a picture in it is damaged"):
        load_image(svg("", content.replace(data, "A")))


@pytest.mark.parametrize("side", ["99999999", "1e300", "0"])
def test_a_huge_or_empty_svg_is_refused_before_it_is_rendered(side: str) -> None:
    with pytest.raises(ImageError, match="pixels"):
        load_image(svg(f'width="{side}" height="{side}"'))


def test_what_is_no_svg_is_not_taken_for_one() -> None:
    for data in (b"<?xml version='1.0'?><html/>", b"<svgs>", b"<svg"):
        with pytest.raises(ImageError, match=r"not a picture that can be read|damaged"):
            load_image(data)
