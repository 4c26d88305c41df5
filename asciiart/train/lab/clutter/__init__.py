"""Lab task: letters in clutter."""
