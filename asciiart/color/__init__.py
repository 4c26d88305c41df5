"""Color: palettes, dithering, and cells with two colors."""
