"""Tasks with letters that are hidden in pictures."""
