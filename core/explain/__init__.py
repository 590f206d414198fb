"""Reasons: SHAP values over the words that the model read. shap itself loads at the first question."""

from core.explain.engine import explain_many, why, why_tag
from core.explain.faithfulness import NotAdditive, cause_rank, check_additive

__all__ = ["NotAdditive", "cause_rank", "check_additive", "explain_many", "why", "why_tag"]
