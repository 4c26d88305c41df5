"""Fonts and characters: which there are, how they look, and where they stand."""
