"""Everything that crosses the program's border: files, pictures, terminals, the web, processes."""
