"""Lab task: predict the next character."""
