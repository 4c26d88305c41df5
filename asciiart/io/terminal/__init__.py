"""The terminal: its abilities, its keys, and how it is taken over and restored."""
