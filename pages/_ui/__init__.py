"""What the pages share: frame, cached resources, charts, words, states."""
