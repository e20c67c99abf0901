"""The verbs of `manage.py audit` that set up, look after and exercise the layers of defence."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError
from django.utils.translation import gettext as _

from marketplace.audit import defences, restore_drill, roles, rotation, schema_guard, signing, stamping
from marketplace.audit.stamping import StampError

Verb = Callable[[BaseCommand, dict[str, Any]], None]


def declare(verbs: Any) -> None:
    """Add the verbs to the command's subparsers."""
    made = verbs.add_parser("roles", help=_("buat peran basis data dan haknya; boleh diulang"))
    made.add_argument("--prefix", default=roles.PREFIX, help=_("awal nama peran (bawaan: eorder)"))
    made.add_argument("--dry-run", action="store_true", help=_("tampilkan SQL saja"))

    schema = verbs.add_parser("schema", help=_("penjaga skema: pasang, lepas, buka, tutup, atau lihat"))
    schema.add_argument("what", choices=["install", "remove", "open", "close", "status"])
    schema.add_argument("--reason", default="", help=_("alasan membuka, contoh: rilis 1.4"))
    schema.add_argument("--minutes", type=int, default=30, help=_("lama terbuka, paling lama 240"))

    stand = verbs.add_parser(
        "defences", help=_("lapis pertahanan mana yang terpasang: kode keluar 0 semua, 1 tidak")
    )
    stand.add_argument("--json", action="store_true", help=_("laporan untuk program"))

    verbs.add_parser("stamp", help=_("mintakan stempel waktu hari ini sekarang"))

    rotate = verbs.add_parser("rotate-key", help=_("ganti kunci penanda tangan log"))
    rotate.add_argument(
        "--prepare", action="store_true", help=_("buat saja kunci berikutnya, agar saksi diberi tahu dahulu")
    )

    drill = verbs.add_parser(
        "restore-drill", help=_("pulihkan cadangan ke basis data kedua dan periksa log di sana")
    )
    drill.add_argument(
        "--dump", metavar="FILE", help=_("cadangan dari pg_dump -Fc (bawaan: dibuat sekarang)")
    )
    drill.add_argument("--json", action="store_true", help=_("laporan untuk program"))


def make_roles(command: BaseCommand, options: dict[str, Any]) -> None:
    """Create the database roles, or print how."""
    try:
        if options["dry_run"]:
            for statement in roles.statements(options["prefix"]):
                command.stdout.write(f"{statement.strip()};")
            return
        roles.apply(options["prefix"])
    except roles.BadPrefix:
        raise CommandError(_("Awal nama peran: huruf kecil, angka, dan garis bawah.")) from None
    except DatabaseError as error:
        told = _(
            "Peran tidak dapat dibuat: %(why)s Jalankan sebagai superuser, atau beri SQL `--dry-run` kepadanya."
        )
        raise CommandError(told % {"why": str(error).partition("\n")[0]}) from None
    names = ", ".join(roles.role_name(options["prefix"], kind) for kind in roles.KINDS)
    command.stdout.write(_("Peran siap: %s. Ulangi sesudah setiap migrasi.") % names)


def guard_schema(command: BaseCommand, options: dict[str, Any]) -> None:
    """Install, remove, open, close or show the schema guard."""
    verb = {
        "install": _install,
        "remove": _remove,
        "open": _open,
        "close": _close,
        "status": _status,
    }[options["what"]]
    try:
        verb(command, options)
    except schema_guard.NotSuperuser:
        raise CommandError(
            _(
                "Hanya superuser PostgreSQL dapat memasang atau melepas penjaga skema: sambungkan sebagai superuser."
            )
        ) from None
    except schema_guard.NotInstalled:
        raise CommandError(_("Penjaga skema belum dipasang: `audit schema install`.")) from None
    except DatabaseError as error:
        raise CommandError(_("Basis data menolak: %s") % str(error).partition("\n")[0]) from None


def _install(command: BaseCommand, options: dict[str, Any]) -> None:
    schema_guard.install()
    command.stdout.write(
        _("Penjaga skema terpasang. Migrasi berikutnya: buka dahulu dengan `audit schema open`.")
    )


def _remove(command: BaseCommand, options: dict[str, Any]) -> None:
    schema_guard.remove()
    command.stdout.write(_("Penjaga skema dilepas; catatannya tetap ada."))


def _open(command: BaseCommand, options: dict[str, Any]) -> None:
    try:
        ends = schema_guard.open_window(options["reason"], timedelta(minutes=options["minutes"]))
    except ValueError:
        raise CommandError(_("Beri --reason, dan --minutes antara 1 dan 240.")) from None
    command.stdout.write(_("Skema terbuka sampai %s. Tutup dengan `audit schema close`.") % ends.isoformat())


def _close(command: BaseCommand, options: dict[str, Any]) -> None:
    changed = schema_guard.close_window()
    for each in changed:
        command.stdout.write(f"  {each}")
    command.stdout.write(_("Skema tertutup kembali; %d bagian berubah dan dicatat.") % len(changed))


def _status(command: BaseCommand, options: dict[str, Any]) -> None:
    state = schema_guard.state()
    if not state.installed:
        raise schema_guard.NotInstalled
    if state.open_until:
        command.stdout.write(_("Skema terbuka sampai %s.") % state.open_until.isoformat())
    for each in state.differing:
        command.stdout.write(command.style.WARNING(_("Berbeda dari yang dicatat: %s") % each))
    if not state.awake:
        raise CommandError(_("Pemicu penjaga skema dimatikan: pasang lagi dengan `audit schema install`."))
    command.stdout.write(_("Penjaga skema terjaga."))


def show_defences(command: BaseCommand, options: dict[str, Any]) -> None:
    """Tell of every layer of defence; fail when one is missing."""
    found = defences.layers()
    if options["json"]:
        command.stdout.write(json.dumps(defences.as_json(found), ensure_ascii=False, indent=2))
    else:
        for layer in found:
            style, mark = (command.style.SUCCESS, "✓") if layer.stands else (command.style.WARNING, "✗")
            command.stdout.write(style(f"{mark} {layer.title}: {layer.told}"))
    absent = sum(not layer.stands for layer in found)
    if absent:
        words = {"n": absent, "all": len(found)}
        raise CommandError(_("%(n)d dari %(all)d lapis pertahanan tidak terpasang.") % words, returncode=1)


def stamp(command: BaseCommand, options: dict[str, Any]) -> None:
    """Have today's checkpoint stamped now."""
    try:
        made = stamping.stamp_today()
    except (StampError, ImproperlyConfigured) as error:
        raise CommandError(_("Stempel waktu tidak didapat: %s") % error) from None
    if made is None:
        command.stdout.write(_("Tidak ada yang perlu distempel: sudah hari ini, atau AUDIT_TSA_URL kosong."))
    else:
        words = {"size": made.checkpoint.size, "at": made.at.isoformat()}
        command.stdout.write(_("Titik periksa %(size)d distempel %(at)s.") % words)


def rotate_key(command: BaseCommand, options: dict[str, Any]) -> None:
    """Change the log's signing key, or make the next one so that witnesses can be told."""
    try:
        if options["prepare"]:
            command.stdout.write(str(signing.next_signer().verifier))
            command.stdout.write(
                _("Beri kunci publik ini kepada semua saksi (--log-vkey), lalu jalankan tanpa --prepare.")
            )
            return
        done = rotation.rotate()
    except (ImproperlyConfigured, OSError) as error:
        raise CommandError(_("Kunci tidak diganti: %s") % error) from None
    command.stdout.write(_("Kunci lama (dipensiunkan): %s") % done.old)
    command.stdout.write(_("Kunci baru: %s") % done.new)
    if done.checkpoint:
        command.stdout.write(_("Titik periksa %d daun ditandatangani keduanya.") % done.checkpoint.size)


def drill_restore(command: BaseCommand, options: dict[str, Any]) -> None:
    """Restore a backup into a second database and have the log there audited."""
    dump = Path(options["dump"]) if options["dump"] else None
    try:
        found = restore_drill.drill(dump)
    except (restore_drill.DrillFailed, DatabaseError, OSError) as error:
        raise CommandError(_("Latihan pemulihan gagal: %s") % str(error).partition("\n")[0]) from None
    if options["json"]:
        command.stdout.write(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
    else:
        _tell_of_drill(command, found)
    if not found.intact:
        raise CommandError(_("Log yang dipulihkan TIDAK utuh."), returncode=1)


def _tell_of_drill(command: BaseCommand, found: restore_drill.Drill) -> None:
    for step, seconds in found.seconds.items():
        command.stdout.write(f"{step}: {seconds:.1f} {_('detik')}")
    for each in found.findings:
        command.stdout.write(command.style.ERROR(f"✗ {each['place']}: {each['sentence']} [{each['code']}]"))
    words = {"size": found.size, "megabytes": f"{found.bytes / 2**20:.1f}", "root": found.root}
    command.stdout.write(
        _("Dipulihkan: %(size)d daun dari cadangan %(megabytes)s MB; akar %(root)s.") % words
    )
    if found.witnessed is None:
        command.stdout.write(
            command.style.WARNING(_("Tidak ada saksi yang menjawab: hanya diperiksa terhadap diri sendiri."))
        )
    elif found.lost:
        told = _("Saksi mengenal %(seen)d daun: %(lost)d catatan terakhir tidak ada dalam cadangan ini.")
        command.stdout.write(command.style.WARNING(told % {"seen": found.witnessed, "lost": found.lost}))
    else:
        command.stdout.write(_("Cocok dengan titik periksa terakhir para saksi (%d daun).") % found.witnessed)


VERBS: Final[Mapping[str, Verb]] = {
    "roles": make_roles,
    "schema": guard_schema,
    "defences": show_defences,
    "stamp": stamp,
    "rotate-key": rotate_key,
    "restore-drill": drill_restore,
}
