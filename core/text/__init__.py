"""History and item to words to token ids, with a span for each event and field."""
