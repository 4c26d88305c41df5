"""Sequences: recurrent networks, attention, transformers, text classification, Markov chains."""
