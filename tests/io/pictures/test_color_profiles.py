"""Embedded profiles: what they say is seen, and what is wrong with them does not matter."""

from __future__ import annotations

import io
import struct
from typing import Any

import numpy as np
import pytest
from paths import CASES
from PIL import Image, ImageCms

from asciiart.io.pictures.arrays import Pixels
from asciiart.io.pictures.color_profiles import to_srgb
from asciiart.io.pictures.image import load_image
from asciiart.motion.decoding.opening import open_frames

SRGB = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
with Image.open(CASES / "icc_swapped.png") as _image:
    SWAPPED: bytes = _image.info["icc_profile"]
"""sRGB with red and green in each other's place."""
COLOR, SEEN = (30, 220, 40), (220, 30, 40)
RED, GREEN = (0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708)


def tag(kind: bytes, data: bytes) -> bytes:
    return kind + bytes(4) + data + bytes(-len(data) % 4)


def curve(gamma: float) -> bytes:
    return tag(b"curv", struct.pack(">IH", 1, round(gamma * 256)))


def xyz(*values: float) -> bytes:
    return tag(b"XYZ ", b"".join(struct.pack(">i", round(value * 65536)) for value in values))


def profile(space: bytes, kind: bytes, tags: dict[bytes, bytes]) -> bytes:
    """Return an ICC profile of version 2, as simple as can be."""
    white = {b"wtpt": xyz(0.9642, 1, 0.8249), b"desc": tag(b"desc", struct.pack(">I", 2) + b"x\0")}
    start, table, data = 132 + 12 * (len(tags) + 2), b"", b""
    for name, content in {**white, **tags}.items():
        table += struct.pack(">4sII", name, start + len(data), len(content))
        data += content
    head = struct.pack(
        ">I4sI4s4s4s12s4s28s3i48x",
        start + len(data),
        b"none",
        0x02100000,
        kind,
        space,
        b"XYZ " if kind == b"mntr" else b"Lab ",
        bytes(12),
        b"acsp",
        bytes(28),
        *(round(value * 65536) for value in (0.9642, 1, 0.8249)),
    )
    return head + struct.pack(">I", len(tags) + 2) + table + data


def gray_profile(gamma: float) -> bytes:
    return profile(b"GRAY", b"mntr", {b"kTRC": curve(gamma)})


def cmyk_profile() -> bytes:
    """Return one in which cyan alone counts: it makes paper black, without any hue."""
    identity = b"".join(struct.pack(">i", 65536 * (i % 4 == 0)) for i in range(9))
    head = struct.pack(">BBBx", 4, 3, 2) + identity
    grid = b"".join(bytes([0 if corner >> 3 & 1 else 255, 128, 128]) for corner in range(16))
    straight = bytes(range(256))
    return profile(
        b"CMYK", b"prtr", {b"A2B0": tag(b"mft1", head + 4 * straight + grid + 3 * straight)}
    )


def file_of(mode: str, color: Any, format: str, icc: bytes, **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new(mode, (40, 30), color).save(file, format, icc_profile=icc, **options)
    return file.getvalue()


def middle(content: bytes, **options: Any) -> list[int]:
    rgb: Pixels = load_image(content, **options).rgb
    return [int(value) for value in rgb[len(rgb) // 2, rgb.shape[1] // 2]]


def test_swapped_case_is_red() -> None:
    colors = load_image(CASES / "icc_swapped.png").rgb.reshape(-1, 3)
    assert np.abs(colors.astype(int) - (220, 30, 30)).max(axis=1).min() <= 3
    assert not (np.abs(colors.astype(int) - (30, 220, 30)).max(axis=1) <= 30).any()


@pytest.mark.parametrize(
    ("format", "options"),
    [
        ("PNG", {}),
        ("JPEG", {"quality": 100, "subsampling": 0}),
        ("WEBP", {"lossless": True}),
        ("TIFF", {}),
        ("TIFF", {"compression": "tiff_lzw"}),
    ],
)
@pytest.mark.parametrize("target", [None, (8, 8)])
def test_formats(format: str, options: dict[str, object], target: tuple[int, int] | None) -> None:
    content = file_of("RGB", COLOR, format, SWAPPED, **options)
    np.testing.assert_allclose(middle(content, target=target), SEEN, atol=4)


def test_alpha_is_kept() -> None:
    picture = load_image(file_of("RGBA", (*COLOR, 90), "PNG", SWAPPED))
    assert picture.alpha is not None
    assert (picture.alpha == 90).all()
    np.testing.assert_allclose(picture.rgb[0, 0], SEEN, atol=4)


def test_palettes() -> None:
    file = io.BytesIO()
    image = Image.new("P", (8, 8), 1)
    image.putpalette([0, 0, 0, *COLOR])
    image.save(file, "PNG", icc_profile=SWAPPED)
    np.testing.assert_allclose(middle(file.getvalue()), SEEN, atol=4)


@pytest.mark.parametrize("mode", ["L", "LA", "I;16"])
def test_gray(mode: str) -> None:
    """Half the level is a quarter of the light under gamma 2, and level 137 in sRGB."""
    color = {"L": 128, "LA": (128, 200), "I;16": 128 * 257}[mode]
    content = file_of(mode, color, "PNG", gray_profile(2.0))
    np.testing.assert_allclose(middle(content), [137] * 3, atol=2)
    assert (load_image(content).alpha is None) == (mode != "LA")


def test_cmyk() -> None:
    for format in ("TIFF", "JPEG"):
        content = file_of("CMYK", (255, 0, 0, 0), format, cmyk_profile())
        np.testing.assert_allclose(middle(content), [0] * 3, atol=6)
        content = file_of("CMYK", (0, 255, 255, 200), format, cmyk_profile())
        np.testing.assert_allclose(middle(content), [255] * 3, atol=6)


@pytest.mark.parametrize(
    ("mode", "color", "icc"),
    [
        ("RGB", COLOR, b""),
        ("RGB", COLOR, b"no profile"),
        ("RGB", COLOR, SWAPPED[:200]),
        ("RGB", COLOR, SWAPPED[:128] + b"\xff" * 400),
        ("RGB", COLOR, bytes(16) + b"RGB " + bytes(500)),
        ("RGB", COLOR, gray_profile(1.0)),
        ("RGB", COLOR, cmyk_profile()),
        ("L", 128, SWAPPED),
        ("CMYK", (0, 255, 255, 0), SWAPPED),
    ],
)
def test_damaged_and_foreign_profiles_are_ignored(mode: str, color: object, icc: bytes) -> None:
    content = file_of(mode, color, "TIFF", icc)
    plain = file_of(mode, color, "TIFF", b"")
    assert middle(content) == middle(plain)


def test_nothing_is_done_where_the_profile_is_srgb(monkeypatch: pytest.MonkeyPatch) -> None:
    image = Image.new("RGB", (4, 4), COLOR)
    assert to_srgb(image, SRGB) is image

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(ImageCms, "applyTransform", refuse)
    monkeypatch.setattr(ImageCms, "buildTransform", refuse)
    assert middle(file_of("RGB", COLOR, "PNG", SRGB)) == list(COLOR)


def test_what_only_calls_itself_srgb_is_not() -> None:
    assert b"sRGB" in SWAPPED.replace(b"\0", b"")
    assert to_srgb(Image.new("RGB", (1, 1), COLOR), SWAPPED).getpixel((0, 0)) != COLOR


def test_a_profile_of_equal_colors_changes_no_pixel() -> None:
    """Not called sRGB, but nearly so: gamma 2.2 would be told from it."""
    primaries = {b"rXYZ": xyz(*RED), b"gXYZ": xyz(*GREEN), b"bXYZ": xyz(0.14307, 0.06061, 0.7141)}
    levels = np.arange(1024) / 1023
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    table = np.rint(linear * 65535).astype(">u2").tobytes()
    curves = dict.fromkeys(
        (b"rTRC", b"gTRC", b"bTRC"), tag(b"curv", struct.pack(">I", 1024) + table)
    )
    icc = profile(b"RGB ", b"mntr", primaries | curves)
    colors = np.random.default_rng(1).integers(0, 256, (20, 20, 3)).astype(np.uint8)
    converted = np.asarray(to_srgb(Image.fromarray(colors), icc))
    np.testing.assert_array_equal(converted, colors)


def test_pil_images_have_profiles_too() -> None:
    with Image.open(io.BytesIO(file_of("RGB", COLOR, "PNG", SWAPPED))) as image:
        np.testing.assert_allclose(load_image(image).rgb[0, 0], SEEN, atol=4)


def test_frames_of_an_animation() -> None:
    file = io.BytesIO()
    images = [Image.new("RGBA", (8, 8), (*COLOR, alpha)) for alpha in (255, 100)]
    images[0].save(
        file, "PNG", save_all=True, append_images=images[1:], icc_profile=SWAPPED, blend=0
    )
    frames = [frame.pixels[0, 0] for frame in open_frames(file.getvalue())]
    np.testing.assert_allclose(frames[0][:3], SEEN, atol=4)
    np.testing.assert_allclose(frames[1], (*SEEN, 100), atol=4)
