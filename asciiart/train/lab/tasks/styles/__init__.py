"""Task: the style of the font in which a word is set."""
