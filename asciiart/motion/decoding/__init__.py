"""Moving pictures in: GIF, APNG, WebP, video, webcams and arrays."""
