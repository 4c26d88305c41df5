"""Small functions that show every step of the examples which lectures work by hand."""
