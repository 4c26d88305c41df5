"""The task "scenes"."""
