"""Lab task: which way each character of a line runs."""
