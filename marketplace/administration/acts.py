"""What administration writes into the log. People appear by number and decree, never by name."""

from __future__ import annotations

from marketplace.audit.acts import Act, register

ACTS = (
    Act("user.open", "{actor} membuatkan akun bagi pengguna {user}", ("user",)),
    Act(
        "appointment.give",
        "{actor} mencatat penunjukan pengguna {user} sebagai {given_role} di {unit} menurut SK {decree}, "
        "berlaku {valid_from} sampai {valid_to}",
        ("user", "given_role", "unit", "decree", "decree_date", "valid_from", "valid_to", "acting"),
    ),
    Act(
        "appointment.end",
        "{actor} mengakhiri penunjukan {given_role} pengguna {user} pada {valid_to}: {reason}",
        ("user", "given_role", "valid_to", "reason"),
    ),
    Act("unit.npwp", "{actor} mencatat NPWP satuan kerja {unit}", ("unit", "npwp_hash")),
    Act(
        "parameter.propose",
        "{actor} mengusulkan {code} = {value} {unit} sejak {valid_from} (dasar: {legal_basis})",
        ("code", "value", "unit", "valid_from", "valid_to", "legal_basis"),
    ),
    Act(
        "parameter.approve",
        "{actor} menyetujui {code} = {value} {unit} sejak {valid_from}, diusulkan pengguna {proposed_by}",
        ("code", "value", "unit", "valid_from", "valid_to", "proposed_by", "legal_basis"),
    ),
    Act(
        "parameter.supersede",
        "Nilai lama {code} = {value} berlaku sampai {valid_to}",
        ("code", "value", "valid_to", "superseded_by"),
    ),
    Act("parameter.reject", "{actor} menolak usulan {code} = {value}: {reason}", ("code", "value", "reason")),
    Act(
        "parameter.load",
        "{code} = {value} {unit} dimuat dari berkas peraturan, berlaku {valid_from} sampai {valid_to} "
        "(dasar: {legal_basis})",
        ("code", "value", "unit", "valid_from", "valid_to", "legal_basis"),
    ),
    Act(
        "holiday.load",
        "{day}, {holiday}, dimuat sebagai hari libur dari kalender {source} ({legal_basis})",
        ("day", "holiday", "kind", "legal_basis", "source"),
    ),
    Act(
        "holiday.add",
        "{actor} mencatat {day} sebagai hari libur: {holiday} ({legal_basis})",
        ("day", "holiday", "kind", "legal_basis"),
    ),
    Act(
        "holiday.propose",
        "{actor} mengusulkan {day} sebagai hari libur: {holiday} ({legal_basis})",
        ("day", "holiday", "kind", "legal_basis"),
    ),
    Act(
        "holiday.approve",
        "{actor} menyetujui usulan hari libur {day}, {holiday} ({legal_basis})",
        ("day", "holiday", "kind", "legal_basis"),
    ),
    Act(
        "holiday.reject",
        "{actor} menolak usulan hari libur {day}, {holiday}: {reason}",
        ("day", "holiday", "reason"),
    ),
)

register(*ACTS)
