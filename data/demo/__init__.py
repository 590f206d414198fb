"""The demo shop: a deterministic generator of a believable department store."""
