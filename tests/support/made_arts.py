"""The type of the fixture ``make_art``."""

from __future__ import annotations

from collections.abc import Callable

from asciiart.art.art import Art

MakeArt = Callable[..., Art]
"""Rows of text, and the colors and settings that are not the usual ones -> an art."""
