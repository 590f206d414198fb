"""Lists that people bring: understood, scored part by part in jobs that can be resumed, kept with their results.

Nothing heavy loads with this: pages read ``core.lists.records``; ``core.lists.shelf`` opens data.
"""

from core.lists.records import ListAsk, ListPlan, ScoredList

__all__ = ["ListAsk", "ListPlan", "ScoredList"]
