"""Training of the encoder of glyphs and pages."""
