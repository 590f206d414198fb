"""The one-pass BERT: network, base models, checkpoint, device."""
