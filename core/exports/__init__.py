"""Lists out: the shoppers of a segment with what is counted and predicted of them, as a file to take along."""

from core.exports.records import Export, ExportAsk

__all__ = ["Export", "ExportAsk"]
