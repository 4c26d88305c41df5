"""Sequences: recurrent networks, attention, transformers and what is told of text."""
