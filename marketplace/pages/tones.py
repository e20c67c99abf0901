"""Which tone a state is shown in. Tones support the label, they never replace it."""

from enum import StrEnum


class Tone(StrEnum):
    """The six tones of the design system; each is a pair of colours with at least 4.5:1 contrast."""

    NEUTRAL = "neutral"
    INFO = "info"
    WAITING = "waiting"
    SUCCESS = "success"
    WARNING = "warning"
    DANGER = "danger"


_STATES: dict[Tone, str] = {
    Tone.INFO: """
        ORDERED SHIPPED DELIVERED INSPECTED INVOICED VERIFIED PAYMENT_APPROVED
        ASSIGNED PREPARED COMMITTED RUNNING SENT SUBMITTED RECEIVED READING COMMITTING REPORTED ANSWERED NEW""",
    Tone.SUCCESS: """
        ACCEPTED PAID TAX_SETTLED CLOSED
        ACTIVE PUBLISHED APPROVED DONE VALID ISSUED SETTLED MATCHED SUCCEEDED LIVE UPHELD FITTING CONFIRMED FINISHED
        CLEARED""",
    Tone.WAITING: "NEGOTIATING COMPETING PROPOSED IN_REVIEW PENDING QUEUED IN_CURATION REGISTERED PREVIEWED",
    Tone.WARNING: "DISCREPANCY STOPPED SUSPENDED UNKNOWN HELD UNMATCHED IN_FORCE NOT_FITTING",
    Tone.DANGER: "TERMINATED REJECTED FAILED BLACKLISTED RETURNED REVOKED NOT_FOLLOWED ESCALATED",
}
_TONE_OF_STATE = {code: tone for tone, codes in _STATES.items() for code in codes.split()}


def tone_of(state: str) -> Tone:
    """The tone for a state code such as ``AWAITING_PPK``; unknown codes are neutral."""
    code = state.upper()
    if code.startswith("AWAITING_"):
        return Tone.WAITING
    return _TONE_OF_STATE.get(code, Tone.NEUTRAL)
