"""Reads of oversight for this room and those above."""

from procurement.oversight.queries.access import (
    cases_for,
    findings_for,
    get_answer_file_for,
    get_case_for,
    get_finding_for,
    get_recommendation_for,
    recommendations_for,
)

__all__ = [
    "cases_for",
    "findings_for",
    "get_answer_file_for",
    "get_case_for",
    "get_finding_for",
    "get_recommendation_for",
    "recommendations_for",
]
