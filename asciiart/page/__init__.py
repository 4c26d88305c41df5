"""The page: what a picture's text has to show, as brightness or as lines."""
