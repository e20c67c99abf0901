"""The single-file verifier on evidence packs: it believes genuine ones and names what is wrong with every other."""

from __future__ import annotations

import io
import json
import stat
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey
from django.db import connection
from django.test import override_settings

from marketplace.audit import publishing, signing
from marketplace.audit.checkpoints import TreeHead
from marketplace.audit.models import Checkpoint
from marketplace.audit.notes import Note, Signer
from marketplace.audit.sequencer import integrate
from marketplace.workflow.agreement import figures_of, kinds
from procurement.oversight.evidence.archive import listing, zipped
from procurement.oversight.evidence.pack import pack_of
from tests import baseline
from tests.audit.single_file import VERIFIER, VERIFY
from tests.oversight.orders import closed, own_places
from tests.purchasing import factories

Files = dict[str, bytes]


@dataclass(frozen=True)
class Proven:
    """One closed order as an auditor takes it home."""

    files: Files
    vkey: str
    log: Path
    kept: Path
    signer: Signer


@pytest.fixture(scope="module")
def proven(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory) -> Proven:
    """A closed order beside another one, packed after a checkpoint was kept; the tables are emptied at once."""
    folder = tmp_path_factory.mktemp("proven")
    with django_db_blocker.unblock(), override_settings(**own_places(folder)):
        try:
            other = factories.story("ORDERED")
            integrate()
            kept = folder / "kept"
            kept.write_text(Checkpoint.objects.latest().note)
            story = closed()
            other.take("ship")
            integrate()
            data = pack_of(str(story.purchase.pk), [kept.read_text()])
            publishing.export(folder / "log")
            signer = signing.signer()
        finally:
            baseline.restore(connection)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return Proven(files, str(signer.verifier), folder / "log", kept, signer)


@pytest.fixture
def check(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], proven: Proven
) -> Callable[..., tuple[int, str]]:
    """Give `check(files or bytes, "--old", …)`: exit code and what was said."""

    def run(pack: Files | bytes, *words: object, vkey: str = proven.vkey) -> tuple[int, str]:
        path = tmp_path / "pack.zip"
        path.write_bytes(pack if isinstance(pack, bytes) else zipped(pack))
        code = VERIFY.main(["verify-pack", str(path), "--vkey", vkey, *map(str, words)])
        return code, capsys.readouterr().out

    return run


Check = Callable[..., tuple[int, str]]


def relisted(files: Files) -> Files:
    """The files with a list of contents that fits them, as a careful forger would make it."""
    manifest = json.loads(files["manifest.json"])
    rest = {name: data for name, data in files.items() if name != "manifest.json"}
    told = [
        {"leaf": int(leaf), **entry["aggregate"], "event": entry["event"], "act": entry["act"]}
        for leaf, entry in entries(rest).items()
    ]
    return {
        **rest,
        "manifest.json": json.dumps({**manifest, "entries": told, "files": listing(rest)}).encode(),
    }


# ── genuine packs ───────────────────────────────────────────────────────────────────────────────────────


def test_a_genuine_pack_is_believed_by_the_program_alone(proven: Proven, tmp_path: Path) -> None:
    path = tmp_path / "pack.zip"
    path.write_bytes(zipped(proven.files))
    command = [sys.executable, "-I", str(VERIFIER), "verify-pack", str(path), "--vkey", proven.vkey]
    command += ["--old", str(proven.kept), "--log", str(proven.log)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60, cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    for told in (
        "berkas sama dengan daftar isinya",
        "yang dikenal log dengan nomor itu",
        "menurut log milik pesanan ini",
        "tanda tangan log sah",
        "semuanya ada dalam log yang ditandatangani",
        "bernomor urut dari 1 tanpa lompatan",
        "yang dibangun ulang dari log sama dengan basis data",
        "nomor, nilai dan sidik di basis data sama dengan yang dicatat log",
        "dokumen mempunyai sidik yang sama dengan yang dicatat log",
        "jurnal pesanan seimbang dan sama dengan log",
        "Titik periksa lama kept",
        "tidak memuat hal lain tentang pesanan ini",
    ):
        assert f"{told}" in ran.stdout
    assert "✗" not in ran.stdout
    assert ran.stdout.endswith("SAH.\n")
    assert "TIDAK SAH" not in ran.stdout


def test_the_verifier_knows_every_figure_that_a_pack_tells() -> None:
    """Its table is its own, so that no pack can say what proves it; a column it does not know goes unchecked."""
    held = {*VERIFY.BELONGING, *VERIFY.LOOSE} - {"budget_line"}  # its amounts are of many orders
    declared = {kind: figures_of(model) for kind, model in kinds() if figures_of(model) and kind in held}
    assert held - {kind for kind, _model in kinds()} == set()
    assert declared == VERIFY.TOLD


def test_the_verifier_in_the_pack_is_ours(proven: Proven) -> None:
    assert proven.files["verify.py"] == VERIFIER.read_bytes()


def test_what_cannot_be_checked_is_said(proven: Proven, check: Check, tmp_path: Path) -> None:
    code, told = check(proven.files)
    assert code == 0
    assert "· Bahwa tidak ada catatan lain" in told
    assert "· Paket tidak memuat cap waktu RFC 3161" in told
    without = relisted({name: data for name, data in proven.files.items() if "consistency" not in name})
    code, told = check(without, "--old", proven.kept)
    assert code == 0
    assert "paket tidak memuat bukti konsistensinya" in told


# ── forged packs ────────────────────────────────────────────────────────────────────────────────────────


def entries(files: Files) -> dict[str, dict[str, Any]]:
    found = {name: data for name, data in files.items() if name.startswith("entries/")}
    return {name[8:-5]: json.loads(data) for name, data in found.items() if name.endswith(".json")}


def leaf_of(files: Files, act: str, *, last: bool = False) -> str:
    found = sorted(leaf for leaf, entry in entries(files).items() if entry["act"] == act)
    return found[-1 if last else 0]


def without_leaf(files: Files, leaf: str) -> Files:
    return {name: data for name, data in files.items() if leaf not in name}


def swapped(files: Files, one: str, other: str) -> Files:
    return {**files, one: files[other], other: files[one]}


def replaced(files: Files, name: str, old: str, new: str) -> Files:
    assert old.encode() in files[name], (name, old)
    return {**files, name: files[name].replace(old.encode(), new.encode(), 1)}


def state(change: Callable[[list[dict[str, Any]]], Any]) -> Callable[[Files], Files]:
    def forge(files: Files) -> Files:
        stated = json.loads(files["state.json"])
        change(stated["things"])
        return {**files, "state.json": json.dumps(stated).encode()}

    return forge


def thing(things: list[dict[str, Any]], kind: str) -> dict[str, Any]:
    return next(each for each in things if each["type"] == kind)


def books(change: Callable[[dict[str, Any]], Any]) -> Callable[[Files], Files]:
    def forge(files: Files) -> Files:
        told = json.loads(files["ledger.json"])
        change(told)
        return {**files, "ledger.json": json.dumps(told).encode()}

    return forge


def more(journal: dict[str, Any], *, balanced: bool) -> None:
    codes = list(journal["legs"])
    journal["legs"][codes[0]] += 100
    journal["legs"][codes[1]] -= 100 if balanced else 0


def shifted(told: dict[str, Any]) -> None:
    """A rupiah goes from one tax to another."""
    one, other = told["taxes"][:2]
    one["amount_rupiah"] += 1
    other["amount_rupiah"] -= 1


def flipped(files: Files, folder: str) -> Files:
    name = next(name for name in sorted(files) if name.startswith(folder))
    data = bytearray(files[name])
    data[len(data) // 2] ^= 1
    return {**files, name: bytes(data)}


def amount_changed(files: Files) -> Files:
    name = f"entries/{leaf_of(files, 'purchase.submit')}.json"
    total = json.loads(files[name])["facts"]["total_rupiah"]
    return replaced(files, name, f'"total_rupiah":{total}', f'"total_rupiah":{total + 1}')


def renamed(files: Files) -> Files:
    """An entry and its proof under another leaf number than the one it has."""
    leaf = leaf_of(files, "purchase.close")
    return {name.replace(leaf, "000000999999"): data for name, data in files.items()}


def proofs_swapped(files: Files) -> Files:
    one, other = leaf_of(files, "purchase.submit"), leaf_of(files, "purchase.close")
    return swapped(files, f"proofs/{one}.tlog-proof", f"proofs/{other}.tlog-proof")


def size_changed(files: Files) -> Files:
    size = files["checkpoint"].decode().split("\n")[1]
    return replaced(files, "checkpoint", f"\n{size}\n", f"\n{int(size) + 1}\n")


def strange_signer(files: Files) -> Files:
    head = TreeHead.parse(Note.parse(files["checkpoint"]).text)
    note = str(Note.signed(head.text(), Signer(head.origin, Ed25519PrivateKey.generate()))).encode()
    return {
        name: data.replace(files["checkpoint"], note) if name.startswith(("proofs/", "checkpoint")) else data
        for name, data in files.items()
    }


def invented(files: Files) -> Files:
    leaf = leaf_of(files, "purchase.close")
    entry = files[f"entries/{leaf}.json"].replace(b'"rating":5', b'"rating":4')
    return {
        **files,
        "entries/000000999999.json": entry,
        "proofs/000000999999.tlog-proof": files[f"proofs/{leaf}.tlog-proof"],
    }


FORGERIES: dict[str, tuple[Callable[[Files], Files], str]] = {
    "an amount in an entry": (amount_changed, "jalur bukti tidak sampai"),
    "an entry invented": (invented, "nomor daunnya tidak seperti nama berkasnya"),
    "the last entry left out": (
        lambda files: without_leaf(files, leaf_of(files, "purchase.close")),
        "basis data menyebut",
    ),
    "an entry in the middle left out": (
        lambda files: without_leaf(files, leaf_of(files, "purchase.confirm")),
        "nomor peristiwa",
    ),
    "an entry without its proof": (
        lambda files: {
            n: d for n, d in files.items() if n != f"proofs/{leaf_of(files, 'purchase.pay')}.tlog-proof"
        },
        "tidak punya bukti",
    ),
    "a proof without its entry": (
        lambda files: {
            n: d for n, d in files.items() if n != f"entries/{leaf_of(files, 'purchase.pay')}.json"
        },
        "tidak punya catatan",
    ),
    "all entries left out": (
        lambda files: {n: d for n, d in files.items() if not n.startswith(("entries/", "proofs/"))},
        "tidak memuat satu pun catatan",
    ),
    "another leaf number": (renamed, "nomor daunnya tidak seperti nama berkasnya"),
    "proofs swapped": (proofs_swapped, "nomor daunnya tidak seperti nama berkasnya"),
    "the size of the tree": (size_changed, "tidak sah"),
    "the signature": (strange_signer, "tidak ditandatangani oleh"),
    "the checkpoint of another tree": (
        lambda files: {**files, "checkpoint": files["checkpoint"] + b"x"},
        "bukan naskah bertanda tangan",
    ),
    "a state": (state(lambda things: thing(things, "purchase").update(state="PAID")), "menurut log CLOSED"),
    "a state left out": (
        state(lambda things: things.remove(thing(things, "evidence"))),
        "keadaan basis data tidak menyebutnya",
    ),
    "a thing that is no longer whole": (
        state(lambda things: thing(things, "purchase").update(whole=False, events=1)),
        "basis data menyebut 1 peristiwa",
    ),
    "the amount in the table": (
        state(lambda things: thing(things, "purchase")["figures"].update(total=1)),
        "total menurut log",
    ),
    "the hash of a paper in the table": (
        state(lambda things: thing(things, "paper")["figures"].update(pdf_sha256="0" * 64)),
        "pdf_sha256 menurut log",
    ),
    "a thing stated twice": (
        state(lambda things: things.append(thing(things, "purchase"))),
        "tidak berbentuk",
    ),
    "a paper": (lambda files: flipped(files, "papers/"), "dokumen ini bukan yang dicatat"),
    "a paper slipped in": (
        lambda files: {**files, "papers/99-surat_pesanan-v1.pdf": b"%PDF-1.7 palsu"},
        "dokumen ini bukan yang dicatat",
    ),
    "a paper taken out": (
        lambda files: {
            n: d for n, d in files.items() if n != min(n for n in files if n.startswith("papers/"))
        },
        "PDF yang dicatat log tidak ada",
    ),
    "a choice slipped in": (
        lambda files: {**files, f"choices/{'a' * 64}.json": b"{}"},
        "dokumen ini bukan yang dicatat",
    ),
    "a journal out of balance": (
        books(lambda told: more(told["journals"][0], balanced=False)),
        "tidak seimbang",
    ),
    "a journal of other amounts": (
        books(lambda told: more(told["journals"][0], balanced=True)),
        "ayatnya berbeda dari yang dicatat log",
    ),
    "a journal torn out": (books(lambda told: told["journals"].pop()), "hanya ada di log"),
    "a journal invented": (
        books(lambda told: told["journals"].append({"id": "99", "legs": {"A": 1, "B": -1}})),
        "hanya ada di buku",
    ),
    "a journal told twice": (
        books(lambda told: told["journals"].insert(0, {**told["journals"][0], "legs": {"A": 1, "B": -1}})),
        "tidak berbentuk",
    ),
    "a tax told twice": (
        books(lambda told: told["taxes"].insert(0, {**told["taxes"][0], "amount_rupiah": 1})),
        "tidak berbentuk",
    ),
    "two taxes of the same sum": (books(shifted), "nilai berbeda dari yang dicatat log"),
    "the day of a deposit": (
        books(lambda told: told["taxes"][0].update(deposited_on="2020-01-01")),
        "hari setor berbeda dari yang dicatat log",
    ),
    "what is owed taken out": (
        books(lambda told: told.update(obligation=None, taxes=[])),
        "Kewajiban bayar yang disetujui menurut log tidak ada",
    ),
    "a tax": (books(lambda told: told["taxes"][0].update(amount_rupiah=1)), "Jumlah pajak tidak sama"),
    "the receipt of a tax": (books(lambda told: told["taxes"][0].update(ntpn="X" * 16)), "NTPN berbeda"),
    "what is owed": (
        books(lambda told: told["obligation"].update(gross_rupiah=told["obligation"]["gross_rupiah"] + 1)),
        "Kewajiban bayar",
    ),
    "an amount that is no number": (
        books(lambda told: told["taxes"][0].update(amount_rupiah="1")),
        "tidak berbentuk",
    ),
    "an amount that is a fraction": (
        lambda files: {**files, "ledger.json": b'{"journals": [], "taxes": 1.5}'},
        "bukan bilangan bulat",
    ),
    "a name twice in JSON": (
        lambda files: {**files, "state.json": b'{"order": {}, "order": {}, "things": []}'},
        "muncul dua kali",
    ),
    "JSON without end": (lambda files: {**files, "state.json": b"[" * 100_000}, "bukan JSON"),
    "state of another form": (lambda files: {**files, "state.json": b"[]"}, "tidak berbentuk"),
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_pack_is_found_out(proven: Proven, check: Check, name: str) -> None:
    forge, sentence = FORGERIES[name]
    code, told = check(relisted(forge(dict(proven.files))))
    assert code == 1, told
    assert any(line.startswith("✗") and sentence in line for line in told.splitlines()), told
    assert told.endswith("TIDAK SAH.\n")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda files: {**files, "README.txt": b"lain"}, "README.txt: isinya tidak cocok"),
        (lambda files: {**files, "lain.txt": b""}, "lain.txt ada dalam paket"),
        (
            lambda files: {n: d for n, d in files.items() if n != "README.txt"},
            "README.txt ada dalam daftar isi",
        ),
        (lambda files: {**files, "manifest.json": b"{}"}, "bukan paket bukti"),
        (
            lambda files: {n: d for n, d in files.items() if n != "manifest.json"},
            "tidak memuat manifest.json",
        ),
        (lambda files: {**files, "manifest.json": b'{"format":"e-order.evidence/v1"}'}, "daftar berkas"),
    ],
)
def test_the_list_of_contents_must_fit(
    proven: Proven, check: Check, change: Callable[[Files], Files], sentence: str
) -> None:
    code, told = check(change(dict(proven.files)))
    assert code == 1
    assert sentence in told


def test_a_story_cut_short_with_its_state_is_found_with_the_whole_log(proven: Proven, check: Check) -> None:
    """Nobody can see in a pack alone that it ends too early; the log shows it."""
    files = dict(proven.files)
    leaf = leaf_of(files, "purchase.close")
    before = entries(files)[leaf]["facts"]["before"]

    def shorter(things: list[dict[str, Any]]) -> None:
        purchase = thing(things, "purchase")
        purchase.update(state=before, events=purchase["events"] - 1)

    cut = relisted(state(shorter)(without_leaf(files, leaf)))
    assert check(cut)[0] == 0
    code, told = check(cut, "--log", proven.log)
    assert code == 1
    assert f"Daun {int(leaf)} tentang purchase" in told


def test_a_history_signed_anew_is_found_by_a_kept_checkpoint(
    proven: Proven, check: Check, tmp_path: Path
) -> None:
    """Whoever holds the signing key can sign another past; the checkpoint kept outside does not fit it."""
    head = TreeHead.parse(Note.parse(proven.kept.read_text()).text)
    other = TreeHead(head.origin, head.size, sha256(b"lain").digest())
    kept = tmp_path / "another"
    kept.write_text(str(Note.signed(other.text(), proven.signer)))
    code, told = check(proven.files, "--old", kept)
    assert code == 1
    assert "riwayat telah diubah" in told
    code, told = check(relisted(flipped(dict(proven.files), "consistency/")), "--old", proven.kept)
    assert code == 1


# ── witnesses ───────────────────────────────────────────────────────────────────────────────────────────


def vkey(name: str, kind: int, public: bytes) -> str:
    data = bytes([kind]) + public
    fingerprint = sha256(name.encode() + b"\n" + data).digest()[:4].hex()
    return f"{name}+{fingerprint}+{_base64(data)}"


def _base64(data: bytes) -> str:
    return VERIFY.base64.b64encode(data).decode()


def witnessed(
    files: Files, name: str, key: Ed25519PrivateKey | MLDSA44PrivateKey, time: int
) -> tuple[Files, str]:
    """The files with a cosignature made after the words of C2SP tlog-cosignature, and the witness's key."""
    note = files["checkpoint"].decode()
    text = note.rpartition("\n\n")[0] + "\n"
    origin, size, root = text.split("\n")[:3]
    if isinstance(key, MLDSA44PrivateKey):
        kind = 6
        message = b"subtree/v1\n\0" + bytes([len(name)]) + name.encode() + struct.pack(">Q", time)
        message += bytes([len(origin)]) + origin.encode() + struct.pack(">QQ", 0, int(size))
        message += VERIFY.base64.b64decode(root)
    else:
        kind = 4
        message = f"cosignature/v1\ntime {time}\n{text}".encode()
    public = key.public_key().public_bytes_raw()
    key_id = sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]
    line = f"\N{EM DASH} {name} {_base64(key_id + struct.pack('>Q', time) + key.sign(message))}\n"
    signed = {
        each: data.replace(note.encode(), (note + line).encode())
        if each.startswith(("proofs/", "checkpoint"))
        else data
        for each, data in files.items()
    }
    return signed, vkey(name, kind, public)


@pytest.mark.parametrize("make", [Ed25519PrivateKey.generate, MLDSA44PrivateKey.generate])
def test_witnesses_are_asked_for_and_believed(
    proven: Proven, check: Check, make: Callable[[], Ed25519PrivateKey | MLDSA44PrivateKey]
) -> None:
    files, key = witnessed(dict(proven.files), "inspektorat.example/saksi", make(), 1_790_000_000)
    code, told = check(relisted(files), "--witness", key)
    assert code == 0, told
    assert "✓ Saksi inspektorat.example/saksi ikut menandatangani pada 2026-09-21" in told
    code, told = check(relisted(files))
    assert code == 0
    assert "· Tanda tangan inspektorat.example/saksi tidak diperiksa" in told
    assert check(proven.files, "--witness", key)[0] == 1
    other, _key = witnessed(dict(proven.files), "inspektorat.example/saksi", make(), 1_790_000_000)
    assert check(relisted(other), "--witness", key)[0] == 1
    broken = files["checkpoint"].decode().splitlines()
    data = bytearray(VERIFY.base64.b64decode(broken[-1].split(" ")[2]))
    for at in (4, 11, 12, len(data) - 1):
        changed = bytearray(data)
        changed[at] ^= 1
        line = f"{' '.join(broken[-1].split(' ')[:2])} {_base64(bytes(changed))}"
        note = "\n".join([*broken[:-1], line]) + "\n"
        forged = {
            n: d.replace(files["checkpoint"], note.encode()) for n, d in files.items() if n != "manifest.json"
        }
        forged = relisted({**forged, "manifest.json": files["manifest.json"]})
        code, told = check(forged, "--witness", key)
        assert code == 1, (at, told)


# ── hostile archives ────────────────────────────────────────────────────────────────────────────────────


def archive(*members: tuple[str, bytes], mode: int = 0) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members:
            entry = zipfile.ZipInfo(name)
            entry.filename = name  # ZipInfo tidies names up; a forger does not
            entry.external_attr = mode << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            made.writestr(entry, data)
    return buffer.getvalue()


def encrypted() -> bytes:
    data = bytearray(archive(("manifest.json", b"{}")))
    at = data.index(b"PK\x01\x02")
    data[at + 8] |= 1
    return bytes(data)


def misdeclared(size: int) -> bytes:
    data = bytearray(archive(("manifest.json", b"x" * 1000)))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(data)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (lambda: b"", "bukan ZIP"),
        (lambda: b"PK\x03\x04" + b"\0" * 100, "bukan ZIP"),
        (lambda: archive(("manifest.json", b"{}"))[:-30], "bukan ZIP"),
        (lambda: archive(("../../etc/passwd", b"x")), "tidak diizinkan"),
        (lambda: archive(("/etc/passwd", b"x")), "tidak diizinkan"),
        (lambda: archive(("papers\\..\\x", b"x")), "tidak diizinkan"),
        (lambda: archive(("C:x", b"x")), "tidak diizinkan"),
        (lambda: archive(("papers//x", b"x")), "tidak diizinkan"),
        (lambda: archive(("papers/", b"")), "tidak diizinkan"),
        (lambda: archive(("papers/\x1b[2Jx", b"")), "tidak diizinkan"),
        (lambda: archive(("x" * 300, b"")), "tidak diizinkan"),
        (lambda: archive(("papers/x\N{RIGHT-TO-LEFT OVERRIDE}fdp", b"")), "tidak diizinkan"),
        (lambda: archive(("x", b"1"), ("x", b"2")), "muncul dua kali"),
        (lambda: archive(("x", b"1"), ("X", b"2")), "muncul dua kali"),
        (lambda: archive(("x", b"target"), mode=stat.S_IFLNK | 0o777), "bukan berkas biasa"),
        (encrypted, "bukan berkas biasa"),
        (lambda: archive(("x", bytes(VERIFY.MOST_IN_A_FILE + 1))), "terlalu besar"),
        (lambda: archive(*((str(n), bytes(VERIFY.MOST_IN_A_FILE)) for n in range(9))), "mengembang"),
        (lambda: archive(*((str(n), b"") for n in range(VERIFY.MOST_FILES + 1))), "paling banyak"),
        (lambda: misdeclared(10), "ditulis berbeda di dua tempat"),
        (lambda: misdeclared(2000), "ditulis berbeda di dua tempat"),
    ],
)
def test_a_hostile_archive_is_refused(check: Check, made: Callable[[], bytes], sentence: str) -> None:
    code, told = check(made())
    assert code == 1
    assert sentence in told
    assert told.endswith("TIDAK SAH.\n")
    assert "\x1b" not in told


def test_nothing_is_ever_written(proven: Proven, check: Check, tmp_path: Path) -> None:
    check(proven.files)
    check(archive(("../escaped", b"x")))
    assert {path.name for path in tmp_path.iterdir()} == {"pack.zip"}


def test_wrong_use_is_another_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as wrong:
        VERIFY.main(["verify-pack"])
    assert wrong.value.code == 2
    assert VERIFY.main(["verify-pack", "nowhere.zip", "--vkey", "nonsense"]) == 1
    assert "TIDAK SAH" in capsys.readouterr().out
