"""Text art read back from text, ANSI and JSON files."""
