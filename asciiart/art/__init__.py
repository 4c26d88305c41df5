"""Finished art: the value, its formats, and what is read back."""
