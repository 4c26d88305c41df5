"""What options and files ask for, and the line that says what is wrong with them."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pytest
import tomli_w

from asciiart.core.autoencoders.convolutional import ConvStage
from asciiart.errors import AsciiArtError, ModelError, OptionError
from asciiart.glyphs.font import DEFAULT_FONT
from asciiart.options import Mode
from asciiart.train.encoder.config import FINE_TUNING, RECIPES, TRAINING_FONTS
from asciiart.train.encoder.export import recipe_of
from asciiart.train.encoder.plan import TrainConfig


def plan(path: Path, text: str, **options: object) -> TrainConfig:
    (path / "mine.toml").write_text(text, encoding="utf-8")
    return TrainConfig.plan(options, path / "mine.toml")


def test_nothing_asked_for_is_the_shipped_recipe() -> None:
    assert TrainConfig.plan({}).modes == tuple(RECIPES.values())
    (tone,) = TrainConfig.plan({}, modes=["tone"]).modes
    assert tone == RECIPES["tone"]


def test_a_font_is_fine_tuned_for() -> None:
    for config in TrainConfig.plan({"fonts": ("Hack",)}).modes:
        recipe = FINE_TUNING[config.mode]
        assert (config.fonts, config.charset, config.start) == (("Hack",), "ascii", "standard")
        assert (config.steps, config.stages) == (recipe.steps, RECIPES[config.mode].stages)


def test_characters_alone_are_learned_in_the_font_that_draws() -> None:
    (tone,) = TrainConfig.plan({"charset": "box"}, modes=["tone"]).modes
    assert (tone.fonts, tone.charset, tone.start) == ((DEFAULT_FONT,), "box", "standard")


def test_each_mode_is_planned_for_itself(tmp_path: Path) -> None:
    """Fonts or a start in a mode's table are that mode's alone."""
    structure, tone = plan(tmp_path, "[tone]\nfonts = ['Hack']").modes
    assert structure == RECIPES["structure"]
    assert (tone.fonts, tone.start, tone.steps) == (
        ("Hack",),
        "standard",
        FINE_TUNING["tone"].steps,
    )
    structure, tone = plan(tmp_path, "fonts = ['Hack']\n[tone]\nfrom = 'scratch'").modes
    assert (structure.start, tone.start) == ("standard", "")
    assert (structure.fonts, tone.fonts) == (("Hack",), ("Hack",))


def test_options_beat_the_file_beats_defaults(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text("steps = 2\n[tone]\nseed = 5\n", encoding="utf-8")
    defaults = {"steps": 0, "seed": 7, "pages": 9, "noise": -1.0, "fonts": ("Hack",)}
    asked = ({"noise": 0.5}, tmp_path / "mine.toml", ("structure", "tone"), defaults)
    structure, tone = TrainConfig.plan(*asked).modes  # type: ignore[arg-type]
    for config in (structure, tone):
        assert (config.steps, config.pages, config.noise) == (2, 9, 0.5)
        assert (config.fonts, config.start) == (("Hack",), "standard")
    assert (structure.seed, tone.seed) == (7, 5)
    with pytest.raises(OptionError, match=r"^steps must be"):
        TrainConfig.plan({}, defaults=defaults)


def test_a_font_from_scratch_has_the_shipped_recipe() -> None:
    (tone,) = TrainConfig.plan({"fonts": ("Hack",), "start": "scratch"}, modes=["tone"]).modes
    assert asdict(tone) == {**asdict(RECIPES["tone"]), "fonts": ("Hack",)}


def test_a_start_without_a_font_is_for_all_fonts() -> None:
    (tone,) = TrainConfig.plan({"start": "standard"}, modes=["tone"]).modes
    assert (tone.fonts, tone.charset, tone.start) == (TRAINING_FONTS, "", "standard")


def test_the_network_is_that_of_the_model_to_start_from(tiny_model: Path) -> None:
    config, _ = TrainConfig.plan({"start": str(tiny_model), "fonts": ("Hack",)}).modes
    assert config.code_channels == 4
    assert config.stages == (ConvStage(8, 5, (2, 2)), ConvStage(8, 3, (1, 1)))
    assert config.start == str(tiny_model)


def test_options_win_over_the_table_and_the_table_over_the_top(tmp_path: Path) -> None:
    text = "steps = 7\npages = 3\nfrom = 'scratch'\n[tone]\nsteps = 8\nseed = 2\nnoise = 1\n"
    structure, tone = plan(tmp_path, text, seed=5).modes
    assert (structure.steps, structure.pages, structure.seed) == (7, 3, 5)
    assert (tone.steps, tone.pages, tone.seed, tone.noise) == (8, 3, 5, 1.0)
    assert structure.start == tone.start == ""


@pytest.mark.parametrize("mode", ["structure", "tone"])
def test_every_value_can_stand_in_a_file(mode: Mode, tmp_path: Path) -> None:
    """What a card says of a recipe is what a file may say."""
    recipe = {**recipe_of(RECIPES[mode]), "stages": [[6, 5, 4, 2]], "steps": 9, "start": "scratch"}
    configs = plan(tmp_path, tomli_w.dumps({mode: recipe, "from": "scratch"})).modes
    (config,) = (config for config in configs if config.mode == mode)
    assert recipe_of(config) == {**recipe, "start": ""}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("stepps = 3", ("stepps", "there is no key", "learning_rate")),
        ("[tone]\nstepps = 3", ("[tone]", "stepps")),
        ("mode = 'tone'", ("mode",)),
        ("tone = 3", ("[tone]", "no table")),
        ("steps = 'many'", ("steps must be a whole number, not 'many'",)),
        ("steps = 3.5", ("steps must be a whole number",)),
        ("steps = true", ("steps must be a whole number",)),
        ("[structure]\nlearning_rate = '1'", ("[structure]", "learning_rate must be a number")),
        ("optimizer = 3", ("optimizer must be a string",)),
        ("fonts = 'Hack'", ("fonts must be a list of strings",)),
        ("fonts = [3]", ("fonts must be a list of strings",)),
        ("stages = [[3, 3]]", ("stages must be a list of",)),
        ("stages = []", ("stages must be a list of",)),
        ("stages = [[4, 4, 2, 2]]", ("kernel odd",)),
        ("stages = [[4, 3, 32, 2]]", ("rows of 16 px",)),
        ("steps = 0", ("steps must be positive, not 0",)),
        ("learning_rate = nan", ("learning_rate",)),
        ("noise = -1", ("noise",)),
        ("key_reach = -1", ("key_reach",)),
        ("patience = -1", ("patience",)),
        ("patience = 3\nvalidation_pages = 0", ("validation_pages",)),
        ("optimizer = 'magic'", ("optimizer", "'magic'", "adamw")),
        ("schedule = 'magic'", ("schedule", "'magic'", "cosine")),
        ("initializer = 'magic'", ("initializer", "'magic'", "he_normal")),
        ("charset = 'klingon'", ("klingon",)),
        ("fonts = []", ("font",)),
        ("device = 'toaster'", ("toaster",)),
        ("steps = ", ("not a TOML file",)),
    ],
)
def test_what_cannot_be_is_refused_with_the_files_name(
    text: str, words: tuple[str, ...], tmp_path: Path
) -> None:
    with pytest.raises(OptionError) as error:
        plan(tmp_path, text, start="scratch")
    for word in ("mine.toml", *words):
        assert word in str(error.value)


def test_a_wrong_option_is_not_the_files_fault(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match=r"^steps must be positive, not 0$"):
        plan(tmp_path, "pages = 3", steps=0)


@pytest.mark.parametrize("damage", [None, b"\xff"])
def test_files_that_cannot_be_read(damage: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    if damage is not None:
        path.write_bytes(damage)
    with pytest.raises(OptionError, match=r"mine\.toml: "):
        TrainConfig.plan({}, path)


def test_models_that_cannot_be_started_from(tiny_model: Path, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="no such model"):
        TrainConfig.plan({"start": "nonesuch"})
    for name in ("card.toml", "structure.safetensors"):
        (tmp_path / name).write_bytes((tiny_model / name).read_bytes())
    with pytest.raises(ModelError, match=r"tone\.safetensors: cannot be read"):
        TrainConfig.plan({"start": str(tmp_path)})
    (tmp_path / "tone.safetensors").write_bytes(b"something else")
    with pytest.raises(ModelError, match=r"tone\.safetensors: damaged"):
        TrainConfig.plan({"start": str(tmp_path)})
    card = (tmp_path / "card.toml").read_text().replace("code_channels = 4", "code_channels = '4'")
    (tmp_path / "card.toml").write_text(card)
    with pytest.raises(AsciiArtError, match=r"damaged card \(code_channels"):
        TrainConfig.plan({"start": str(tmp_path)})
