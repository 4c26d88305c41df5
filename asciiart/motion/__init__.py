"""Moving pictures: frames in, arts out, played or recorded."""
