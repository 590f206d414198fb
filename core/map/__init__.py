"""The map: every shopper laid out by the model's view of her history, so that near means alike."""
