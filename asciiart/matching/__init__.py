"""Matching: pages and glyphs as codes, and the nearest glyph for each place."""
