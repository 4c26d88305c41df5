"""Lab task: whether a text, spelled by the names of its characters, has a number such as 3.5."""
