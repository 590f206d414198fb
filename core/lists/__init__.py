"""Lists that people bring: understood, scored part by part in jobs that can be resumed, kept with their results."""

from core.lists.records import ListAsk, ListPlan, ScoredList
from core.lists.shelf import Lists

__all__ = ["ListAsk", "ListPlan", "Lists", "ScoredList"]
