"""The terminal: what it can show, what it is asked, and how it is given back."""
