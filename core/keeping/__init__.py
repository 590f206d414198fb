"""Keeping a model true: whether it still holds for new events, and for whom it is less right."""
