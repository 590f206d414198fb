"""Search: understand what is typed, find by words and by meaning, fuse, rank for a shopper; and what suits an item."""
