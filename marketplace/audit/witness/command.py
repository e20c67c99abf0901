"""`serve`, `key` and `status` of a witness, for `manage.py audit witness` and `python -m marketplace.audit.witness`."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from marketplace.audit import keyfiles
from marketplace.audit.keyfiles import BadKeyFile
from marketplace.audit.notes import ED25519, CosigningKey, NoteError, VerifierKey, cosigner
from marketplace.audit.witness.server import WitnessServer
from marketplace.audit.witness.store import Store
from marketplace.audit.witness.witness import Witness

KEY_FILES: Final[Mapping[str, Callable[[], CosigningKey]]] = {
    "witness-ed25519.pem": Ed25519PrivateKey.generate,
    "witness-ml-dsa-44.pem": MLDSA44PrivateKey.generate,
}
STORE_FILE: Final = "witness.sqlite3"
NAME_FILE: Final = "name"


class WitnessError(RuntimeError):
    """The witness cannot start; one Indonesian sentence says why and how to mend it."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verbs of a witness."""
    verbs = parser.add_subparsers(dest="witness_verb", required=True, metavar="kerja")
    for name, told in (
        ("serve", "jalankan saksi"),
        ("key", "tampilkan kunci publik saksi"),
        ("status", "tampilkan titik periksa terakhir yang disaksikan dan yang ditolak"),
    ):
        verb = verbs.add_parser(name, help=told)
        verb.add_argument("--state", required=True, metavar="DIR", help="folder kunci dan ingatan saksi")
        verb.add_argument(
            "--name", default="", help="nama saksi, contoh saksi.bpk.example/e-order; tetap selamanya"
        )
        if name != "key":
            verb.add_argument(
                "--log-vkey",
                action="append",
                default=[],
                metavar="VKEY",
                help="kunci publik log (boleh berulang)"
                if name == "serve"
                else "tampilkan hanya log dengan kunci publik ini (boleh berulang; bawaan: semua yang diingat)",
            )
        if name == "serve":
            verb.add_argument(
                "--host", default="127.0.0.1", help="alamat tempat mendengar (bawaan: hanya mesin ini)"
            )
            verb.add_argument("--port", type=int, default=8399)


def run(options: argparse.Namespace) -> int:
    """Carry out one verb and return its exit code."""
    try:
        return {"serve": _serve, "key": _key, "status": _status}[options.witness_verb](options)
    except (WitnessError, BadKeyFile) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"Folder atau alamat saksi tidak dapat dipakai: {error}.\n")
        return 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as a program of its own."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s", level=logging.WARNING)
    parser = argparse.ArgumentParser(prog="python -m marketplace.audit.witness")
    add_arguments(parser)
    return run(parser.parse_args(arguments))


def open_witness(state: Path, name: str, log_vkeys: Iterable[str]) -> Witness:
    """Return the witness of a folder, made on first use. Raises `WitnessError`, `BadKeyFile`, `OSError`."""
    store = Store(state / STORE_FILE)
    store.prepare()
    return Witness(_name(state, name), _keys(state, store), _logs(log_vkeys), store)


def _serve(options: argparse.Namespace) -> int:
    witness = open_witness(Path(options.state), options.name, options.log_vkey)
    if not witness.logs:
        raise WitnessError("Saksi belum mengenal log mana pun: beri --log-vkey (`manage.py audit key`).")
    server = WitnessServer(witness, options.host, options.port)

    def stop(_signum: int, _frame: object) -> None:
        # shutdown() waits for the loop that this handler interrupts
        threading.Thread(target=server.shutdown, daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    for key in witness.keys:
        sys.stdout.write(f"{cosigner(witness.name, key)}\n")
    sys.stdout.write(f"Saksi mendengar di http://{options.host}:{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever(poll_interval=0.1)
    server.server_close()
    return 0


def _key(options: argparse.Namespace) -> int:
    witness = open_witness(Path(options.state), options.name, ())
    for key in witness.keys:
        sys.stdout.write(f"{cosigner(witness.name, key)}\n")
    return 0


def _status(options: argparse.Namespace) -> int:
    witness = open_witness(Path(options.state), options.name, options.log_vkey)
    origins = list(witness.logs) or witness.store.origins()
    if not origins:
        raise WitnessError(
            "Saksi ini belum menyaksikan log mana pun. Isi AUDIT_WITNESSES pada log itu; "
            "--log-vkey menampilkan log yang belum disaksikan."
        )
    for origin in origins:
        seen = witness.store.seen(origin)
        told = f"{seen.size} daun, disaksikan {_moment(seen.at)}" if seen else "belum pernah disaksikan"
        sys.stdout.write(f"{origin}: {told}\n")
        for at, status, reason in witness.store.refusals(origin):
            sys.stdout.write(f"  ditolak {_moment(at)}: {status} {reason}\n")
    return 0


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


def _name(state: Path, given: str) -> str:
    """Return the witness's name, kept at first use: signatures under another name are another witness's."""
    path = state / NAME_FILE
    kept = path.read_text().strip() if path.exists() else ""
    if kept and given and given != kept:
        raise WitnessError(
            f"Saksi di folder ini bernama {kept}; nama tidak dapat diganti. Pakai folder lain."
        )
    if not kept and not given:
        raise WitnessError("Saksi belum bernama: beri --name pada pemakaian pertama.")
    if not kept:
        try:
            VerifierKey(given, ED25519, bytes(32))
        except NoteError as error:
            raise WitnessError(f"Nama saksi tidak dapat dipakai: {error}.") from None
        path.write_text(f"{given}\n")
    return kept or given


def _keys(state: Path, store: Store) -> list[CosigningKey]:
    keys: list[CosigningKey] = []
    for name, generate in KEY_FILES.items():
        path = state / name
        if not path.exists():
            if not store.is_empty():
                raise WitnessError(
                    f"Kunci saksi {path} hilang, padahal saksi sudah bekerja. Pulihkan dari cadangan."
                )
            keyfiles.keep(path, generate())
        if keyfiles.others_may_read(path):
            raise WitnessError(f"Kunci saksi {path} dapat dibaca orang lain: jalankan chmod 600.")
        private = keyfiles.read(path)
        if not isinstance(private, (Ed25519PrivateKey, MLDSA44PrivateKey)):
            raise WitnessError(f"{path} bukan kunci saksi.")
        keys.append(private)
    return keys


def _logs(vkeys: Iterable[str]) -> dict[str, list[VerifierKey]]:
    """Return the keys by origin: the key's name. Several keys of one name serve a change of keys."""
    logs: dict[str, list[VerifierKey]] = {}
    for text in vkeys:
        try:
            key = VerifierKey.parse(text)
        except NoteError as error:
            raise WitnessError(f"--log-vkey {text}: {error}.") from None
        logs.setdefault(key.name, []).append(key)
    return logs
