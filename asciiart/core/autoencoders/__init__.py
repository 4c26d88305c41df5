"""Autoencoders: convolutional, dense and variational."""
