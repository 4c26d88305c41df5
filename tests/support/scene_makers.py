"""Makers of scenes with letters among clutter."""

from __future__ import annotations

from functools import cache

from asciiart.glyphs.font import load_font
from asciiart.train.lab.tasks.clutter.scenes import SceneConfig, SceneMaker

MANY = SceneConfig(size=72, letters=(1, 4), clutter=(2, 5))


@cache
def maker(config: SceneConfig = MANY) -> SceneMaker:
    """Return a maker of scenes in one font; each is made once."""
    return SceneMaker([load_font("DejaVu Sans Mono")], config)
