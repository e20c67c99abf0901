"""`manage.py audit`: check, publish and prove the log."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from marketplace.audit import cosigning, proofs, publishing, queries, sequencer, signing, stamping
from marketplace.audit.management import guarding
from marketplace.audit.report import Report
from marketplace.audit.verify import verify
from marketplace.audit.witness import command as witness
from marketplace.core import clock
from marketplace.core.transitions import Refused


class Command(BaseCommand):
    """Check, publish and prove the audit log."""

    help = _("Memeriksa, menerbitkan, dan membuktikan log audit.")

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="verb")

        check = verbs.add_parser("verify", help=_("periksa seluruh log: kode keluar 0 utuh, 1 rusak"))
        check.add_argument("--json", action="store_true", help=_("laporan untuk program"))
        check.add_argument(
            "--checkpoint",
            action="append",
            default=[],
            metavar="FILE",
            help=_("titik periksa yang disimpan di luar; log harus masih cocok dengannya (boleh berulang)"),
        )
        check.add_argument(
            "--offline",
            action="store_true",
            help=_("jangan bertanya kepada saksi: periksa yang tersimpan saja"),
        )

        export = verbs.add_parser("export-tiles", help=_("tulis log sebagai folder tlog-tiles yang statis"))
        export.add_argument("folder", metavar="DIR")

        prove = verbs.add_parser("prove", help=_("tulis bukti luring untuk satu pesanan"))
        prove.add_argument("order", metavar="ORDER", help=_("nomor pesanan atau id-nya"))
        prove.add_argument(
            "--out", metavar="FILE", required=True, help=_("berkas .tlog-proof; - untuk layar")
        )
        prove.add_argument("--subject", default="purchase", help=_("jenis berkas (bawaan: purchase)"))

        evidence = verbs.add_parser("evidence", help=_("tulis paket bukti satu pesanan sebagai ZIP"))
        evidence.add_argument("order", metavar="ORDER", help=_("nomor pesanan atau id-nya"))
        evidence.add_argument("--out", metavar="PACK.zip", required=True, help=_("berkas ZIP yang ditulis"))
        evidence.add_argument(
            "--old",
            action="append",
            default=[],
            metavar="FILE",
            help=_("titik periksa yang Anda simpan; paket membuktikan bahwa log masih melanjutkannya"),
        )
        evidence.add_argument("--subject", default="purchase", help=_("jenis berkas (bawaan: purchase)"))

        sequence = verbs.add_parser(
            "sequence", help=_("masukkan semua catatan yang menunggu ke pohon, sekali")
        )
        sequence.add_argument(
            "--forever",
            action="store_true",
            help=_("terus-menerus, sebagai pengurut sendiri atau cadangannya"),
        )
        verbs.add_parser("key", help=_("tampilkan kunci publik log"))
        witness.add_arguments(
            verbs.add_parser("witness", help=_("saksi log: program tersendiri untuk lembaga lain"))
        )

        guarding.declare(verbs)

    def handle(self, *args: Any, **options: Any) -> None:
        if options["verb"] in guarding.VERBS:
            guarding.VERBS[options["verb"]](self, options)
            return
        verb = {
            "verify": self.verify,
            "export-tiles": self.export_tiles,
            "prove": self.prove,
            "evidence": self.evidence,
            "sequence": self.sequence,
            "key": self.key,
            "witness": self.witness,
        }[options["verb"]]
        verb(options)

    def verify(self, options: dict[str, Any]) -> None:
        known = [_read(Path(name)) for name in options["checkpoint"]]
        if not options["offline"]:
            known += cosigning.notes_seen()
        with _progress(_("Memeriksa catatan"), quiet=options["json"]) as progress:
            report = verify(progress=progress, known=known)
        if options["json"]:
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
        else:
            self._tell(report)
        if not report.intact:
            raise CommandError(
                _("Log audit TIDAK utuh: %(n)d temuan.") % {"n": report.findings_in_all},
                returncode=report.exit_code,
            )

    def _tell(self, report: Report) -> None:
        for finding in report.findings:
            self.stdout.write(self.style.ERROR(f"✗ {finding.place}: {finding.sentence} [{finding.code}]"))
        hidden = report.findings_in_all - len(report.findings)
        if hidden:
            self.stdout.write(_("… dan %(n)d temuan lain.") % {"n": hidden})
        words = {
            "entries": report.entries,
            "size": report.size,
            "tiles": report.tiles,
            "checkpoints": report.checkpoints,
            "waiting": report.waiting,
            "seconds": f"{report.seconds:.1f}",
        }
        self.stdout.write(
            _(
                "Diperiksa: %(entries)d catatan, %(size)d daun, %(tiles)d ubin, %(checkpoints)d titik periksa; "
                "%(waiting)d catatan menunggu giliran; %(seconds)s detik."
            )
            % words
        )
        if report.taken_over:
            told = _(
                "%(n)d hal diambil alih sebagaimana didapati: apa yang terjadi sebelumnya tidak tercatat."
            )
            self.stdout.write(self.style.WARNING(told % {"n": report.taken_over}))
        self._tell_attestations(report)
        if report.intact:
            self.stdout.write(self.style.SUCCESS(_("Log audit utuh. Akar: %s") % report.root.hex()))

    def _tell_attestations(self, report: Report) -> None:
        if report.cosigned:
            words = {"size": report.cosigned.size, "by": report.cosigned.by, "age": _age(report.cosigned.at)}
            told = _("Titik periksa terakhir yang disaksikan: %(size)d daun oleh %(by)s, %(age)s yang lalu.")
            self.stdout.write(told % words)
        else:
            self.stdout.write(self.style.WARNING(_("Belum ada titik periksa yang disaksikan pihak luar.")))
        if report.stamped:
            words = {"size": report.stamped.size, "age": _age(report.stamped.at)}
            told = _("Titik periksa terakhir yang distempel waktu: %(size)d daun, %(age)s yang lalu.")
            self.stdout.write(told % words)
        if report.alarms:
            told = _("%(n)d alarm dalam tujuh hari terakhir: lihat `audit defences`.")
            self.stdout.write(self.style.WARNING(told % {"n": report.alarms}))

    def export_tiles(self, options: dict[str, Any]) -> None:
        try:
            with _progress(_("Menulis ubin")) as progress:
                published = publishing.export(Path(options["folder"]), progress=progress)
        except publishing.NothingToPublish:
            raise CommandError(
                _("Log belum punya titik periksa: jalankan `audit sequence` dahulu.")
            ) from None
        except OSError as error:
            raise CommandError(
                _("Folder tidak dapat ditulis: %(why)s.") % {"why": error.strerror or error}
            ) from None
        words = {"files": published.files, "size": published.size, "folder": options["folder"]}
        self.stdout.write(_("%(files)d berkas untuk %(size)d catatan ditulis ke %(folder)s.") % words)
        self.stdout.write(_("Kunci publik: %s") % signing.signer().verifier)

    def evidence(self, options: dict[str, Any]) -> None:
        subject, name = options["subject"], options["order"]
        aggregate_id = _found(subject, name)
        packer, *_pages = settings.AUDIT_EVIDENCE.get(subject, ("",))
        if not packer:
            raise CommandError(_("Jenis berkas %s belum punya paket bukti.") % subject)
        old = [_read(Path(kept)) for kept in options["old"]]
        sequencer.integrate()
        try:
            data: bytes = import_string(packer)(aggregate_id, old)
            Path(options["out"]).write_bytes(data)
        except Refused as refused:
            raise CommandError(str(refused)) from None
        except OSError as error:
            raise CommandError(_("Berkas tidak dapat ditulis: %s.") % (error.strerror or error)) from None
        words = {"name": name, "file": options["out"], "sha256": sha256(data).hexdigest()}
        self.stdout.write(_("Paket bukti %(name)s ditulis ke %(file)s. SHA-256 %(sha256)s") % words)
        self.stdout.write(_("Kunci publik: %s") % signing.signer().verifier)

    def prove(self, options: dict[str, Any]) -> None:
        subject, name = options["subject"], options["order"]
        aggregate_id = _found(subject, name)
        sequencer.integrate()
        found = queries.proofs_of(subject, aggregate_id)
        if not found:
            raise CommandError(_("Belum ada catatan untuk %(name)s di pohon log.") % {"name": name})
        text = proofs.write(found)
        if options["out"] == "-":
            self.stdout.write(text, ending="")
            return
        try:
            Path(options["out"]).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(_("Berkas tidak dapat ditulis: %s.") % (error.strerror or error)) from None
        words = {"n": len(found), "name": name, "file": options["out"]}
        self.stdout.write(_("%(n)d bukti untuk %(name)s ditulis ke %(file)s.") % words)
        self.stdout.write(_("Kunci publik: %s") % signing.signer().verifier)

    def sequence(self, options: dict[str, Any]) -> None:
        if options["forever"]:
            self._sequence_forever()
            return
        checkpoint = sequencer.integrate()
        if checkpoint is None:
            self.stdout.write(_("Tidak ada catatan yang menunggu."))
        else:
            self.stdout.write(_("Titik periksa baru: %d daun.") % checkpoint.size)
        late = sequencer.overdue()
        if late:
            raise CommandError(
                _("%(n)d catatan tertinggal lebih dari satu menit, yang pertama nomor %(first)d.")
                % {"n": len(late), "first": late[0]},
                returncode=1,
            )

    def _sequence_forever(self) -> None:
        """Sequence, ask the witnesses and see to stamps until told to stop; several may run, one works at a time."""
        stop = threading.Event()

        def end(_signum: int, _frame: object) -> None:
            stop.set()
            sequencer.wake()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        beside = [
            threading.Thread(target=loop, args=[stop], daemon=True)
            for loop in (cosigning.run_forever, stamping.run_forever)
        ]
        for thread in beside:
            thread.start()
        self.stdout.write(_("Pengurut berjalan."))
        self.stdout.flush()
        sequencer.run_forever(stop)
        for thread in beside:
            thread.join(10)

    def key(self, options: dict[str, Any]) -> None:
        self.stdout.write(str(signing.signer().verifier))

    def witness(self, options: dict[str, Any]) -> None:
        code = witness.run(argparse.Namespace(**options))
        if code:
            raise CommandError(_("Saksi tidak berjalan."), returncode=code)


def _age(at: datetime) -> str:
    """Return how long ago that was, in the largest unit that fits."""
    seconds = int((clock.now() - at).total_seconds())
    for length, unit in ((86_400, _("hari")), (3_600, _("jam")), (60, _("menit"))):
        if seconds >= 2 * length:
            return f"{seconds // length} {unit}"
    return f"{seconds} {_('detik')}"


def _found(subject: str, name: str) -> str:
    """Return the log's id of a thing that people call by `name`."""
    try:
        aggregate_id = queries.aggregate_id_of(subject, name)
    except LookupError:
        raise CommandError(_("Jenis berkas %s tidak dikenal.") % subject) from None
    except ImportError as error:
        raise CommandError(
            _("Jenis berkas %(kind)s belum dapat dicari: %(why)s.") % {"kind": subject, "why": error}
        ) from None
    if aggregate_id is None:
        raise CommandError(_("Tidak ada %(kind)s bernama %(name)s.") % {"kind": subject, "name": name})
    return aggregate_id


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(
            _("%(file)s tidak dapat dibaca: %(why)s.") % {"file": path, "why": error}
        ) from None


@contextmanager
def _progress(label: str, *, quiet: bool = False) -> Iterator[Callable[[int, int], None]]:
    """Give a progress function; a bar shows when a person is looking."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=quiet or not sys.stderr.isatty()) as bar:
        task = bar.add_task(label, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
