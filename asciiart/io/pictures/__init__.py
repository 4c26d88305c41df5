"""Pictures in: files, addresses, images and arrays, decoded into pixels."""
