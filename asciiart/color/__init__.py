"""Color: palettes, dithering, and the two colors of a cell."""
