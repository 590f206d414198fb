"""The shopping assistant: a need in words is answered with items, reasons and choices that all lead somewhere."""
