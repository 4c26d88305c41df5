"""Lab task: propose regions that hold the letters of posters."""
