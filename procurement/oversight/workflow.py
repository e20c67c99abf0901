"""How case files, findings and recommendations move. Pure.

Source: UU 15/2004 Art. 20 and Peraturan BPK 2/2017 (handbook §10.1). A recommendation stands in one of four statuses;
while an answer is being looked at it counts as “belum sesuai”, since follow-up is under way.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from typing import Final

from marketplace.accounts.roles import Role
from marketplace.core.transitions import MoveTable, State, move
from procurement.oversight import guards

ANSWERERS: Final = (Role.PA, Role.KPA, Role.PPK)
"""Who answers for a unit."""


class BpkStatus(IntEnum):
    """The four statuses of Peraturan BPK 2/2017."""

    FITTING = 1
    NOT_FITTING = 2
    NOT_FOLLOWED = 3
    UNACTIONABLE = 4

    @property
    def label(self) -> str:
        """The status as BPK words it."""
        return _STATUS_WORDS[self]

    @property
    def short(self) -> str:
        """The number and the shortest words, for the head of a column."""
        return f"{self.value}. {_SHORT[self]}"


_SHORT: Final[Mapping[int, str]] = {1: "Sesuai", 2: "Belum sesuai", 3: "Belum dijawab", 4: "Tidak dapat"}
_STATUS_WORDS: Final[Mapping[BpkStatus, str]] = {
    BpkStatus.FITTING: "Telah sesuai dengan rekomendasi",
    BpkStatus.NOT_FITTING: "Belum sesuai dengan rekomendasi",
    BpkStatus.NOT_FOLLOWED: "Belum ditindaklanjuti",
    BpkStatus.UNACTIONABLE: "Tidak dapat ditindaklanjuti",
}

CASE_FILE: Final = MoveTable(
    name="case_file",
    initial="OPEN",
    states=(
        State("OPEN", "Pemeriksaan berjalan"),
        State("REPORTED", "LHP terbit, tindak lanjut dipantau"),
        State("FINISHED", "Tindak lanjut selesai"),
    ),
    moves=(
        move(
            "issue_report",
            "Terbitkan LHP",
            sources="OPEN",
            target="REPORTED",
            roles=Role.AUDITOR,
            act="case_file.issue_report",
            guards=(guards.on_the_team,),
        ),
        move(
            "finish",
            "Nyatakan selesai",
            sources="REPORTED",
            target="FINISHED",
            roles=Role.AUDITOR,
            act="case_file.finish",
            guards=(guards.on_the_team,),
            primary=False,
        ),
        move(
            "resume",
            "Buka kembali pemantauan",
            sources="FINISHED",
            target="REPORTED",
            roles=Role.AUDITOR,
            act="case_file.resume",
            guards=(guards.on_the_team,),
            primary=False,
        ),
    ),
)

UNREVIEWED: Final = ("DRAFT", "RETURNED")
"""A finding that its author may still write anew: waiting for its review, or sent back by it."""
REVIEW: Final = ("confirm", "return_draft")
"""What a second auditor makes of a draft; he need not be on the team."""

FINDING: Final = MoveTable(
    name="finding",
    initial="DRAFT",
    states=(
        State("DRAFT", "Konsep, menunggu reviu", timer="oversight.finding_review_days"),
        State("RETURNED", "Dikembalikan, menunggu perbaikan", timer="oversight.finding_review_days"),
        State("CONFIRMED", "Direviu"),
        State("WITHDRAWN", "Ditarik", terminal=True),
    ),
    moves=(
        move(
            "confirm",
            "Setujui temuan",
            sources="DRAFT",
            target="CONFIRMED",
            roles=Role.AUDITOR,
            act="finding.confirm",
            guards=(guards.of_examiner, guards.not_its_author),
        ),
        move(
            "return_draft",
            "Kembalikan kepada penulis",
            sources="DRAFT",
            target="RETURNED",
            roles=Role.AUDITOR,
            act="finding.return_draft",
            guards=(guards.of_examiner, guards.not_its_author),
            primary=False,
        ),
        move(
            "revise",
            "Ubah konsep",
            sources=UNREVIEWED,
            target="DRAFT",
            roles=Role.AUDITOR,
            act="finding.revise",
            guards=(guards.of_examiner,),
            primary=False,
        ),
        move(
            "withdraw",
            "Tarik temuan",
            sources=(*UNREVIEWED, "CONFIRMED"),
            target="WITHDRAWN",
            roles=Role.AUDITOR,
            act="finding.withdraw",
            guards=(guards.of_examiner,),
            primary=False,
            danger=True,
        ),
    ),
)

RECOMMENDATION: Final = MoveTable(
    name="recommendation",
    initial="DRAFT",
    states=(
        State("DRAFT", "Konsep"),
        State("NOT_FOLLOWED", "Belum ditindaklanjuti"),
        State("ANSWERED", "Jawaban menunggu verifikasi APIP"),
        State("VERIFIED", "Menunggu penelaahan"),
        State("PROPOSED", "Usulan status menunggu auditor kedua"),
        State("NOT_FITTING", "Belum sesuai dengan rekomendasi"),
        State("FITTING", "Telah sesuai dengan rekomendasi"),
        State("UNACTIONABLE", "Tidak dapat ditindaklanjuti"),
        State("WITHDRAWN", "Ditarik", terminal=True),
    ),
    moves=(
        move(
            "issue",
            "Terbitkan",
            sources="DRAFT",
            target="NOT_FOLLOWED",
            roles=Role.AUDITOR,
            act="recommendation.issue",
            guards=(guards.of_examiner,),
        ),
        move(
            "withdraw",
            "Tarik rekomendasi",
            sources="DRAFT",
            target="WITHDRAWN",
            roles=Role.AUDITOR,
            act="recommendation.withdraw",
            guards=(guards.of_examiner,),
            primary=False,
            danger=True,
        ),
        move(
            "answer",
            "Jawab rekomendasi",
            sources=("NOT_FOLLOWED", "NOT_FITTING"),
            target="ANSWERED",
            roles=ANSWERERS,
            act="recommendation.answer",
            guards=(guards.of_unit,),
        ),
        move(
            "verify",
            "Nyatakan bukti cukup",
            sources="ANSWERED",
            target="VERIFIED",
            roles=Role.AUDITOR,
            act="recommendation.verify",
            guards=(guards.of_apip,),
        ),
        move(
            "return_answer",
            "Kembalikan jawaban",
            sources="ANSWERED",
            target="NOT_FITTING",
            roles=Role.AUDITOR,
            act="recommendation.return_answer",
            guards=(guards.of_apip,),
            primary=False,
        ),
        move(
            "propose",
            "Usulkan status",
            sources=("NOT_FOLLOWED", "NOT_FITTING", "VERIFIED"),
            target="PROPOSED",
            roles=Role.AUDITOR,
            act="recommendation.propose",
            guards=(guards.of_examiner,),
        ),
        move(
            "confirm",
            "Tetapkan status",
            sources="PROPOSED",
            target=("FITTING", "NOT_FITTING", "UNACTIONABLE"),
            roles=Role.AUDITOR,
            act="recommendation.confirm",
            guards=(guards.of_examiner, guards.second_person),
        ),
        move(
            "decline",
            "Tolak usulan status",
            sources="PROPOSED",
            target=("VERIFIED", "NOT_FOLLOWED", "NOT_FITTING"),
            roles=Role.AUDITOR,
            act="recommendation.decline",
            guards=(guards.of_examiner,),
            primary=False,
        ),
        move(
            "reopen",
            "Buka kembali",
            sources=("FITTING", "UNACTIONABLE"),
            target="NOT_FITTING",
            roles=Role.AUDITOR,
            act="recommendation.reopen",
            guards=(guards.of_examiner,),
            primary=False,
            danger=True,
        ),
    ),
)

HOLD: Final = MoveTable(
    name="payout_hold",
    initial="OPEN",
    states=(
        State("OPEN", "Ditahan, menunggu keputusan", timer="oversight.hold_days"),
        State("ENDED", "Dilepas", terminal=True),
    ),
    moves=(move("end", "Dilepas", sources="OPEN", target="ENDED", roles=Role.SYSTEM, act="payout_hold.end"),),
)

STATUS_OF: Final[Mapping[str, BpkStatus]] = {
    "NOT_FOLLOWED": BpkStatus.NOT_FOLLOWED,
    "ANSWERED": BpkStatus.NOT_FITTING,
    "VERIFIED": BpkStatus.NOT_FITTING,
    "PROPOSED": BpkStatus.NOT_FITTING,
    "NOT_FITTING": BpkStatus.NOT_FITTING,
    "FITTING": BpkStatus.FITTING,
    "UNACTIONABLE": BpkStatus.UNACTIONABLE,
}
"""The status a recommendation is counted under, by its state; drafts and withdrawn ones are not counted."""
PROPOSABLE: Final = ("FITTING", "NOT_FITTING", "UNACTIONABLE")
"""What a second auditor can be asked to confirm."""
SETTLED: Final = ("FITTING", "UNACTIONABLE")
"""Nothing more is awaited."""
OWED: Final = ("NOT_FOLLOWED", "NOT_FITTING")
"""The unit must answer."""
PUBLISHED: Final = tuple(STATUS_OF)
"""States the unit sees: the report is out."""
