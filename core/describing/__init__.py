"""Tags that a person describes in a sentence, and sharpens by marking a few shoppers."""
