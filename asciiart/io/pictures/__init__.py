"""Pictures in: what a user or a program names, decoded into pixels."""
