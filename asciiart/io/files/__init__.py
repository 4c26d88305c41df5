"""Files: written whole or not at all, read up to a limit, found where the system keeps them."""
