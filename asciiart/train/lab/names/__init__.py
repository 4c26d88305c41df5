"""Lab task: names of glyphs."""
