"""Lab task: find the text on pages."""
