"""Learning: losses, optimizers, initialization, regularization, data and the training loop."""
