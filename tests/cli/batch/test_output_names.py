"""Where many pictures' texts go."""

from __future__ import annotations

import shutil
import subprocess
import sys
from contextlib import suppress
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from paths import DEJAVU, ROOT
from PIL import Image

from asciiart.cli.batch.output_names import (
    expand_pattern,
    is_pattern,
    plan_outputs,
    refuse_overwriting,
)
from asciiart.cli.main import main
from asciiart.errors import OptionError
from asciiart.io.pictures.picture_search import PictureSource

MODEL = ROOT / "models" / "standard"
CAT, DOG = PictureSource("photos/cat.jpg"), PictureSource("photos/dog.tar.png")


def test_fields() -> None:
    pattern = "out/{parent}/{stem}-{name}{suffix}{{x}}.txt"
    assert is_pattern(pattern)
    assert expand_pattern(pattern, DOG) == "out/photos/dog.tar-dog.tar.png.png{x}.txt"
    assert expand_pattern("{parent}/{stem}", PictureSource("cat.jpg")) == "./cat"


def test_a_plain_name_is_for_one_picture() -> None:
    assert not is_pattern("out.txt")
    assert plan_outputs("out.txt", [CAT]) == ("out.txt",)
    with pytest.raises(OptionError, match=r"-o takes one picture; for 2, .*\{stem\}"):
        plan_outputs("out.txt", [CAT, DOG])


@pytest.mark.parametrize(
    "pattern",
    ["{}", "{0}", "{tail}", "{stem.__class__}", "{stem!r}", "{stem:>9}", "{stem[0]}", "{stem", "}"],
)
def test_other_braces_are_refused(pattern: str) -> None:
    with pytest.raises(OptionError, match=r"^-o "):
        plan_outputs(pattern, [CAT])


def test_two_pictures_never_share_a_file() -> None:
    with pytest.raises(OptionError, match=r"photos/cat.jpg and other/cat.png both to o/cat.txt"):
        plan_outputs("o/{stem}.txt", [CAT, DOG, PictureSource("other/cat.png")])
    with pytest.raises(OptionError, match="both"):
        plan_outputs("o/{parent}/x", [PictureSource("a/1.png"), PictureSource("a/../a/2.png")])


def test_no_picture_is_written_over(tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"")
    (tmp_path / "link.png").symlink_to(picture)
    for output in ("{parent}/{name}", f"{tmp_path}/link.png", f"{tmp_path}/./a.png"):
        with pytest.raises(OptionError, match=r"would overwrite an input, .*a\.png"):
            plan_outputs(output, [PictureSource(str(picture))])
    assert plan_outputs("{parent}/b.png", [PictureSource(str(picture))]) == (f"{tmp_path}/b.png",)


@given(st.lists(st.text(st.characters(codec="utf-8"), min_size=1), min_size=1, unique=True))
def test_a_plan_has_a_file_for_each_picture_or_is_refused(stems: list[str]) -> None:
    pictures = [PictureSource(f"in/{stem}") for stem in stems]
    with suppress(OptionError):
        files = plan_outputs("out/{parent}/{name}.txt", pictures)
        assert len(set(files)) == len(pictures)


def test_no_input_is_overwritten_through_any_link(tmp_path: Path) -> None:
    read = tmp_path / "a.png"
    read.write_bytes(b"picture")
    (tmp_path / "soft.png").symlink_to("a.png")
    (tmp_path / "hard.png").hardlink_to(read)
    (tmp_path / "folder").symlink_to(tmp_path)
    names = [tmp_path / name for name in ("a.png", "soft.png", "hard.png", "folder/a.png")]
    for output, name in product(names, names):
        with pytest.raises(OptionError, match="would overwrite an input") as caught:
            refuse_overwriting([tmp_path / "new.txt", output], [tmp_path / "none.png", name])
        assert caught.value.parameters == ("output",)
    (tmp_path / "copy.png").write_bytes(b"picture")
    refuse_overwriting([tmp_path / "copy.png", "/dev/null", "a\0b"], [*names, "/dev/null", "a\0b"])


def test_what_standard_input_reads_is_not_overwritten(tmp_path: Path) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(b"picture")
    code = (
        "from asciiart.cli.batch.output_names import refuse_overwriting as r; "
        "import sys; r(sys.argv[1:], '-')"
    )
    command = [sys.executable, "-c", code, str(picture)]
    with picture.open("rb") as file:
        done = subprocess.run(command, stdin=file, stderr=subprocess.PIPE, check=False)
    assert b"would overwrite an input, standard input" in done.stderr
    subprocess.run(command, stdin=subprocess.DEVNULL, check=True)


@pytest.mark.parametrize(
    "name", ["../x.png", "a/../../x.png", "../../etc/x.png", "a/b/../../../x.png", "link/x.png"]
)
@pytest.mark.parametrize("pattern", ["o/{parent}/{stem}.txt", "o/a-{parent}/x", "o/{parent}.txt"])
def test_a_pattern_stays_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, pattern: str
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "o").mkdir()
    (tmp_path / "o" / "link").symlink_to(tmp_path)
    (tmp_path / "o" / "a-link").symlink_to(tmp_path)
    with suppress(OptionError):
        (file,) = plan_outputs(pattern, [PictureSource(name)])
        assert Path(file).resolve().is_relative_to(tmp_path / "o")
    if pattern == "o/{parent}/{stem}.txt":
        with pytest.raises(OptionError, match=r"output would write .* outside o; "):
            plan_outputs(pattern, [PictureSource(name)])


def test_an_absolute_picture_keeps_its_folders_below_the_pattern(tmp_path: Path) -> None:
    picture = str(tmp_path / "x.png")
    (file,) = plan_outputs("o/{parent}/{stem}.txt", [PictureSource(picture)])
    assert Path(file) == Path("o", *tmp_path.parts[1:], "x.txt")
    assert plan_outputs("{parent}/{stem}.txt", [PictureSource("../x.png")]) == ("../x.txt",)


@pytest.mark.parametrize("link", ["", "soft-", "hard-"])
@pytest.mark.parametrize(
    "arguments",
    [
        "draw a.png -o {}a.png",
        "draw b.png a.png -o {}{{stem}}.png",
        "draw b.png --font a.ttf --format text -o {}a.ttf",
        "play a.gif -o {}a.gif",
        "play a.gif --font a.ttf -o {}a.ttf",
        "compare a.png -o {}a.png",
        "compare b.png a.png -o {}a.png",
        "render art -o {}art",
        "render art.json -o {}art.json",
        "train --mode tone --from model --pages 1 --steps 1 --out {}model",
        "train --mode tone --config model/card.toml --out {}model",
        "train --mode tone --font model/tone.onnx --pages 1 --out {}model",
    ],
)
def test_no_command_overwrites_what_it_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, link: str
) -> None:
    if arguments.startswith("train"):
        pytest.importorskip("torch", reason="the lowest versions are tried without training")
    monkeypatch.chdir(tmp_path)
    shutil.copytree(MODEL, "model")
    Path("model/card.toml").write_text("steps = 1\n") if "--config" in arguments else None
    Image.new("L", (9, 9)).save("a.png")
    Image.new("L", (9, 9)).save("b.png")
    Image.new("L", (9, 9)).save("a.gif")
    shutil.copy(DEJAVU, "a.ttf")
    Path("art").write_text("ab")
    Path("art.json").write_text("ab")
    for name in ("a.png", "b.png", "a.gif", "a.ttf", "art", "art.json"):
        Path(f"hard-{name}").hardlink_to(name)
        Path(f"soft-{name}").symlink_to(name)
    Path("soft-model").symlink_to("model")
    Path("hard-model").symlink_to("soft-model")
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    result = CliRunner().invoke(main, arguments.format(link).split())
    assert result.exit_code == 2, result.output
    (line,) = result.stderr.splitlines()
    assert "would overwrite" in line or "PNG files only" in line
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


@pytest.mark.parametrize("name", ["output.png", "my output.png", "a-output", "output/a.png"])
def test_a_file_called_like_an_option_keeps_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("output").mkdir()
    Image.new("L", (9, 9)).save(name, "PNG")
    result = CliRunner().invoke(main, [name, "-o", name])
    assert result.stderr == f"asciiart: --output would overwrite an input, {name}\n"
