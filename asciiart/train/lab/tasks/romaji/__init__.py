"""Lab task: transcribe katakana to romaji."""
