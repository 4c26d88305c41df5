"""Fonts and characters compared, and texts scored."""
