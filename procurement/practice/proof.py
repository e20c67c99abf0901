"""Proving the story's log: our own audit, and the single-file verifier that knows nothing of this installation."""

from __future__ import annotations

import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from marketplace.audit import sequencer, signing
from marketplace.audit.verify import verify

VERIFIER = Path(settings.BASE_DIR) / "docs" / "verifier" / "verify.py"


def check_log(number: str) -> list[str]:
    """Sequence, verify, prove the order offline; returns sentences. Raises CommandError when anything is wrong."""
    sequencer.integrate()
    report = verify()
    if not report.intact:
        told = "; ".join(f"{each.place}: {each.sentence}" for each in report.findings[:5])
        raise CommandError(f"Log audit tidak utuh: {told}")
    proof = Path(settings.STATE_DIR) / "proofs" / f"{number}.tlog-proof"
    proof.parent.mkdir(parents=True, exist_ok=True)
    call_command("audit", "prove", number, "--out", str(proof), verbosity=0, stdout=StringIO())
    began = time.monotonic()
    told = _offline("verify-proof", str(proof))
    return [
        f"{report.entries} catatan, {report.size} daun, akar {report.root.hex()[:16]}…: utuh",
        f"bukti {number} diperiksa luring oleh docs/verifier/verify.py dalam "
        f"{time.monotonic() - began:.1f} detik: {told.splitlines()[-1]}",
        f"kunci publik {signing.signer().verifier}",
    ]


def _offline(verb: str, file: str) -> str:
    """What the single-file verifier says. Raises CommandError with its words when it refuses."""
    done = subprocess.run(
        [sys.executable, str(VERIFIER), verb, file, "--vkey", str(signing.signer().verifier)],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode != 0:
        raise CommandError(f"Pemeriksa luring menolak bukti: {done.stdout.strip()} {done.stderr.strip()}")
    return done.stdout.strip()
