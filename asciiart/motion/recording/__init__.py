"""Recordings: one format a module."""
