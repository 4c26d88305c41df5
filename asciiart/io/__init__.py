"""What crosses the program's border: files, pictures, the terminal, the web, processes."""
