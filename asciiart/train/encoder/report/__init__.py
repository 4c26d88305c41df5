"""The report on a training."""
