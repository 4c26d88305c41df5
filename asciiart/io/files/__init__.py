"""Files: written completely or not at all, read up to a limit, found where systems keep them."""
