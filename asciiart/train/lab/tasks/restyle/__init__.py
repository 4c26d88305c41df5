"""Lab task: draw a letter in the style of a sample."""
