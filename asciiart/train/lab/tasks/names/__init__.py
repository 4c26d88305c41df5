"""Lab task: read the names of characters from pictures."""
