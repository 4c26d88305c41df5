"""Cells with an ink and a paper of their own: both colors are fitted together with the glyph."""
