"""Lab task: find letters in clutter."""
