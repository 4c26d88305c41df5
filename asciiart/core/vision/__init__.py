"""Vision beyond classification: localization, detection, segmentation, style, captions."""
