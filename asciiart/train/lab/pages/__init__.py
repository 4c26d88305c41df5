"""Lab task: pages."""
