"""What a lecture works by hand on the blackboard, as small functions that show every step."""
