"""Refinement: glyphs that serve the page better together than each one alone."""
