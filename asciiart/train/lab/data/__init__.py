"""Data that tasks share: letters, emblems, fonts, words, and pictures of users."""
