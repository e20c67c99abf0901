"""What planning writes into the log."""

from __future__ import annotations

from marketplace.audit.acts import Act, register

_MOVEMENT = ("amount_rupiah", "reference", "before", "after")

ACTS = (
    Act(
        "plan.import",
        "{actor} mengimpor rencana pengadaan tahun {year} dari berkas {file}: {created} paket baru, "
        "{changed} berubah, {rejected} baris ditolak",
        ("file", "sha256", "year", "created", "changed", "unchanged", "rejected", "pagu_rupiah"),
    ),
    Act(
        "plan.import_units",
        "{actor} mengimpor {created} satuan kerja baru dan memperbarui {changed} dari berkas {file}",
        ("file", "sha256", "created", "changed"),
    ),
    Act(
        "package.announce",
        "{actor} mencatat paket RUP {kd_rup} dengan pagu {pagu_rupiah}",
        ("kd_rup", "pagu_rupiah", "lines", "sha256"),
    ),
    Act(
        "package.amend",
        "{actor} mencatat perubahan paket RUP {kd_rup} menurut rencana terbaru: {changes}",
        ("kd_rup", "changes", "lines", "sha256"),
    ),
    Act(
        "package.dispose",
        "{actor} mendisposisikan paket {kd_rup} kepada PPK (penunjukan {ppk_appointment})",
        ("kd_rup", "ppk_appointment", "decree"),
    ),
    Act(
        "package.reassign",
        "{actor} mengalihkan paket {kd_rup} kepada PPK lain (penunjukan {ppk_appointment})",
        ("kd_rup", "ppk_appointment", "decree", "reason"),
    ),
    Act(
        "package.prepare",
        "{actor} menetapkan KAK dan HPS {hps_rupiah} untuk paket {kd_rup} dan meneruskannya kepada "
        "Pejabat Pengadaan (penunjukan {pp_appointment})",
        ("kd_rup", "hps_rupiah", "pp_appointment", "kak_sha256", "hps_lines", "hps_sha256", "brand_reason"),
    ),
    Act("package.draft", "{actor} menyimpan persiapan paket {kd_rup}: {what}", ("kd_rup", "what")),
    Act(
        "package.revise",
        "{actor} membuka kembali persiapan paket {kd_rup}: {reason}",
        ("kd_rup", "reason"),
    ),
    Act(
        "package.stand_in",
        "{actor} mengambil tempat pejabat pada paket {kd_rup} (penunjukan {appointment})",
        ("kd_rup", "appointment", "former_appointment"),
    ),
    Act("package.close", "{actor} menutup paket {kd_rup}: {reason}", ("kd_rup", "reason")),
    Act("budget.reserve", "{actor} mencadangkan {amount_rupiah} untuk {reference}", _MOVEMENT),
    Act("budget.release", "{actor} melepas cadangan {amount_rupiah} dari {reference}", _MOVEMENT),
    Act("budget.commit", "{actor} mengikat {amount_rupiah} untuk {reference}", _MOVEMENT),
    Act("budget.uncommit", "{actor} mengembalikan ikatan {amount_rupiah} dari {reference}", _MOVEMENT),
    Act("budget.make_payable", "{actor} mengakui {amount_rupiah} terutang atas {reference}", _MOVEMENT),
    Act("budget.spend", "{actor} membukukan {amount_rupiah} terbayar atas {reference}", _MOVEMENT),
)

register(*ACTS)
