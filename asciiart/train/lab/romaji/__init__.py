"""Lab task: romaji."""
