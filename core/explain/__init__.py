"""Reasons: SHAP values over the words that the model read. shap itself loads at the first question."""

from core.explain.contrast import contrast, why_above
from core.explain.engine import explain_many, why, why_tag
from core.explain.faithfulness import NotAdditive, cause_rank, check_additive
from core.explain.judged import judged, suspects
from core.explain.preview import preview
from core.explain.trust import checks
from core.explain.what_if import what_if

__all__ = [
    "NotAdditive", "cause_rank", "check_additive", "checks", "contrast", "explain_many", "judged", "preview",
    "suspects", "what_if", "why", "why_above", "why_tag",
]
