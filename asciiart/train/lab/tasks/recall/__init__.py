"""The task "recall"."""
