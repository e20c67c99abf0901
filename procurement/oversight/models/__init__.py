"""What oversight keeps."""

from procurement.oversight.models.answers import Answer, AnswerFile, Recovery
from procurement.oversight.models.cases import CaseFile, CaseMember
from procurement.oversight.models.findings import Finding, FindingEntry, FindingOrder
from procurement.oversight.models.recommendations import Recommendation
from procurement.oversight.models.samples import Sample, SampleItem
from procurement.oversight.models.watching import Acknowledgement, HoldWatch

__all__ = [
    "Acknowledgement",
    "Answer",
    "AnswerFile",
    "CaseFile",
    "CaseMember",
    "Finding",
    "FindingEntry",
    "FindingOrder",
    "HoldWatch",
    "Recommendation",
    "Recovery",
    "Sample",
    "SampleItem",
]
