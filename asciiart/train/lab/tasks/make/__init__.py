"""The task "make"."""
