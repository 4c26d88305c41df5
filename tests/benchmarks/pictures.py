"""The pictures that every figure is measured on."""

from __future__ import annotations

from pathlib import Path

PICTURES = Path(__file__).parents[1] / "pictures"
DRAWINGS = sorted((PICTURES / "drawings").glob("*.png"))
PHOTOGRAPHS = sorted((PICTURES / "photographs").glob("*.jpg"))
MORE_PHOTOGRAPHS = sorted((PICTURES / "lines").glob("*.jpg"))
"""Looked at for their lines only."""
