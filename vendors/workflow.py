"""States and moves of a vendor and of what is its own. Pure tables: the door, the buttons and the tests read them."""

from __future__ import annotations

from marketplace.accounts.roles import Role
from marketplace.core.transitions import MoveTable, State, move
from vendors.guards import decided_by_another

OPERATION = (Role.OPERATOR,)
CURATION = (Role.CURATOR, Role.OPERATOR)

VENDOR = MoveTable(
    name="vendor",
    states=(
        State("DRAFT", "Rancangan pendaftaran"),
        State("REGISTERED", "Menunggu verifikasi", timer="timer.vendor_verification"),
        State("VERIFIED", "Terverifikasi"),
        State("REJECTED", "Perlu diperbaiki"),
        State("SUSPENDED", "Ditangguhkan"),
    ),
    moves=(
        move(
            "submit",
            "Kirim pendaftaran",
            sources="DRAFT",
            target="REGISTERED",
            roles=Role.VENDOR,
            act="vendor.submit",
        ),
        move(
            "verify",
            "Verifikasi penyedia",
            sources="REGISTERED",
            target="VERIFIED",
            roles=OPERATION,
            act="vendor.verify",
        ),
        move(
            "reject",
            "Kembalikan pendaftaran",
            sources="REGISTERED",
            target="REJECTED",
            roles=OPERATION,
            act="vendor.reject",
            primary=False,
        ),
        move(
            "resubmit",
            "Ajukan ulang",
            sources="REJECTED",
            target="REGISTERED",
            roles=(Role.VENDOR, Role.SYSTEM),  # the system: after an objection was upheld
            act="vendor.resubmit",
        ),
        move(
            "suspend",
            "Tangguhkan",
            sources="VERIFIED",
            target="SUSPENDED",
            roles=(*OPERATION, Role.SYSTEM),
            act="vendor.suspend",
            primary=False,
            danger=True,
        ),
        move(
            "reinstate",
            "Pulihkan",
            sources="SUSPENDED",
            target="VERIFIED",
            roles=(*OPERATION, Role.SYSTEM),
            act="vendor.reinstate",
        ),
    ),
    initial="DRAFT",
)

LISTING = MoveTable(
    name="listing",
    states=(
        State("DRAFT", "Rancangan"),
        State("IN_CURATION", "Menunggu kurasi", timer="timer.curation"),
        State("LIVE", "Tayang"),
        State("DELISTED", "Diturunkan"),
    ),
    moves=(
        move(
            "submit",
            "Ajukan untuk kurasi",
            sources=("DRAFT", "DELISTED"),
            target="IN_CURATION",
            roles=(Role.VENDOR, Role.SYSTEM),  # the system: after an objection was upheld
            act="listing.submit",
        ),
        move(
            "approve",
            "Tayangkan",
            sources="IN_CURATION",
            target="LIVE",
            roles=CURATION,
            act="listing.approve",
        ),
        move(
            "send_back",
            "Kembalikan",
            sources="IN_CURATION",
            target="DRAFT",
            roles=CURATION,
            act="listing.send_back",
            primary=False,
        ),
        move(
            "revise",
            "Tarik untuk diperbaiki",
            sources=("LIVE", "IN_CURATION"),
            target="DRAFT",
            roles=Role.VENDOR,
            act="listing.revise",
            primary=False,
        ),
        move(
            "delist",
            "Turunkan",
            sources=("LIVE", "IN_CURATION"),
            target="DELISTED",
            roles=(*CURATION, Role.VENDOR, Role.SYSTEM),
            act="listing.delist",
            primary=False,
            danger=True,
        ),
    ),
    initial="DRAFT",
)

PERMIT = MoveTable(
    name="permit",
    states=(
        State("SUBMITTED", "Menunggu pemeriksaan", timer="timer.permit_verification"),
        State("VERIFIED", "Berlaku"),
        State("REJECTED", "Perlu diperbaiki"),
        State("EXPIRED", "Kedaluwarsa"),
        State("REVOKED", "Dicabut"),
    ),
    moves=(
        move(
            "verify",
            "Nyatakan sah",
            sources="SUBMITTED",
            target="VERIFIED",
            roles=CURATION,
            act="permit.verify",
        ),
        move(
            "reject",
            "Kembalikan",
            sources="SUBMITTED",
            target="REJECTED",
            roles=CURATION,
            act="permit.reject",
            primary=False,
        ),
        move(
            "resubmit",
            "Ajukan ulang",
            sources=("REJECTED", "EXPIRED"),
            target="SUBMITTED",
            roles=(Role.VENDOR, Role.SYSTEM),  # the system: after an objection was upheld
            act="permit.resubmit",
        ),
        move(
            "expire",
            "Habis masa berlaku",
            sources="VERIFIED",
            target="EXPIRED",
            roles=Role.SYSTEM,
            act="permit.expire",
        ),
        move(
            "revoke",
            "Cabut",
            sources=("VERIFIED", "EXPIRED"),
            target="REVOKED",
            roles=CURATION,
            act="permit.revoke",
            primary=False,
            danger=True,
        ),
        move(
            "restore",
            "Periksa lagi",
            sources="REVOKED",
            target="SUBMITTED",
            roles=Role.SYSTEM,  # after an objection was upheld
            act="permit.restore",
        ),
    ),
    initial="SUBMITTED",
)

AMENDMENT = MoveTable(
    name="amendment",
    states=(
        State("PROPOSED", "Diusulkan", timer="timer.vendor_verification"),
        State("ACCEPTED", "Diterima", terminal=True),
        State("RETURNED", "Dikembalikan", terminal=True),
        State("WITHDRAWN", "Ditarik", terminal=True),
    ),
    moves=(
        move(
            "accept",
            "Terima perubahan",
            sources="PROPOSED",
            target="ACCEPTED",
            roles=OPERATION,
            act="vendor.amendment_accept",
        ),
        move(
            "return",
            "Kembalikan usulan",
            sources="PROPOSED",
            target="RETURNED",
            roles=OPERATION,
            act="vendor.amendment_return",
            primary=False,
        ),
        move(
            "withdraw",
            "Tarik usulan",
            sources="PROPOSED",
            target="WITHDRAWN",
            roles=Role.VENDOR,
            act="vendor.amendment_withdraw",
            primary=False,
        ),
    ),
    initial="PROPOSED",
)

UPLOAD = MoveTable(
    name="listing_upload",
    states=(
        State("RECEIVED", "Diterima"),
        State("READING", "Sedang diperiksa"),
        State("PREVIEWED", "Menunggu disimpan"),
        State("COMMITTING", "Sedang disimpan"),
        State("DONE", "Selesai", terminal=True),
        State("STOPPED", "Dihentikan", terminal=True),
        State("FAILED", "Gagal", terminal=True),
    ),
    moves=(
        move(
            "read",
            "Mulai memeriksa",
            sources="RECEIVED",
            target="READING",
            roles=Role.SYSTEM,
            act="listing_upload.read",
        ),
        move(
            "preview",
            "Tunjukkan hasil pemeriksaan",
            sources="READING",
            target="PREVIEWED",
            roles=Role.SYSTEM,
            act="listing_upload.preview",
        ),
        move(
            "commit",
            "Simpan",
            sources="PREVIEWED",
            target="COMMITTING",
            roles=Role.VENDOR,
            act="listing_upload.commit",
        ),
        move(
            "finish",
            "Selesaikan",
            sources="COMMITTING",
            target="DONE",
            roles=Role.SYSTEM,
            act="listing_upload.finish",
        ),
        move(
            "stop",
            "Hentikan",
            sources=("RECEIVED", "READING", "PREVIEWED", "COMMITTING"),
            target="STOPPED",
            roles=Role.VENDOR,
            act="listing_upload.stop",
            primary=False,
            danger=True,
        ),
        move(
            "fail",
            "Nyatakan gagal",
            sources=("RECEIVED", "READING", "COMMITTING"),
            target="FAILED",
            roles=Role.SYSTEM,
            act="listing_upload.fail",
            primary=False,
        ),
    ),
    initial="RECEIVED",
)

SANCTION = MoveTable(
    name="sanction",
    states=(
        State("IN_FORCE", "Berlaku"),
        State("ENDED", "Berakhir", terminal=True),
        State("LIFTED", "Dicabut", terminal=True),
    ),
    moves=(
        move(
            "lift",
            "Cabut sanksi",
            sources="IN_FORCE",
            target="LIFTED",
            roles=(*OPERATION, Role.SYSTEM),
            act="sanction.lift",
            primary=False,
        ),
        move(
            "end",
            "Sanksi berakhir",
            sources="IN_FORCE",
            target="ENDED",
            roles=Role.SYSTEM,
            act="sanction.end",
        ),
    ),
    initial="IN_FORCE",
)

OBJECTION = MoveTable(
    name="objection",
    states=(
        State("SUBMITTED", "Menunggu keputusan", timer="timer.objection"),
        State("UPHELD", "Dikabulkan", terminal=True),
        State("DISMISSED", "Ditolak", terminal=True),
        State("WITHDRAWN", "Ditarik", terminal=True),
    ),
    moves=(
        move(
            "uphold",
            "Kabulkan keberatan",
            sources="SUBMITTED",
            target="UPHELD",
            roles=OPERATION,
            act="objection.uphold",
            guards=[decided_by_another],
        ),
        move(
            "dismiss",
            "Tolak keberatan",
            sources="SUBMITTED",
            target="DISMISSED",
            roles=OPERATION,
            act="objection.dismiss",
            guards=[decided_by_another],
            primary=False,
        ),
        move(
            "withdraw",
            "Tarik keberatan",
            sources="SUBMITTED",
            target="WITHDRAWN",
            roles=Role.VENDOR,
            act="objection.withdraw",
            primary=False,
        ),
    ),
    initial="SUBMITTED",
)
