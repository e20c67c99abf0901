"""`manage.py audit …`, the folder it publishes, the proofs it writes, and the offline verifier's view of both."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from marketplace.audit import proofs, signing, tiles
from marketplace.audit.models import Checkpoint, Entry
from marketplace.audit.sequencer import integrate
from tests.audit.conftest import Writer, tampering
from tests.audit.single_file import VERIFIER
from tests.audit.test_notes import TESSERA, TESSERA_KEY

pytestmark = pytest.mark.django_db


def aggregate_id_of(name: str) -> str | None:
    """Stands in for a room above: order EP-7 is purchase 7."""
    return name.removeprefix("EP-") if name.removeprefix("EP-").isdigit() else None


@pytest.fixture(autouse=True)
def resolver(settings: Any) -> None:
    settings.AUDIT_SUBJECT_RESOLVERS = {"purchase": "tests.audit.test_commands.aggregate_id_of"}


def audit(*arguments: str) -> str:
    out = StringIO()
    call_command("audit", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def verifier(*arguments: Any) -> tuple[int, str]:
    """Run the single-file verifier as an auditor would: alone, in a process of its own."""
    ran = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert ran.stderr == ""
    return ran.returncode, ran.stdout


@pytest.fixture
def vkey() -> str:
    return str(signing.signer().verifier)


@pytest.fixture
def log(write: Writer) -> list[Entry]:
    written = [write(str(number % 3 + 1)) for number in range(300)]
    integrate()
    return written


def test_verify_says_what_was_checked(log: list[Entry]) -> None:
    told = audit("verify")
    assert "300 catatan, 300 daun, 3 ubin, 1 titik periksa" in told
    assert "Log audit utuh" in told


def test_verify_as_json(log: list[Entry]) -> None:
    report = json.loads(audit("verify", "--json"))
    assert (report["intact"], report["size"], report["findings"]) == (True, 300, [])


def test_a_damaged_log_gives_exit_code_1(log: list[Entry]) -> None:
    with tampering() as cursor:
        cursor.execute("UPDATE audit_entry SET actor_name = 'X' WHERE id = %s", [log[5].pk])
    out = StringIO()
    with pytest.raises(CommandError, match="1 temuan") as caught:
        call_command("audit", "verify", stdout=out, no_color=True)
    assert caught.value.returncode == 1
    assert f"catatan {log[5].pk}: Segel catatan tidak sah" in out.getvalue()


def test_verify_against_a_checkpoint_kept_outside(log: list[Entry], tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text(Checkpoint.objects.latest().note)
    assert "utuh" in audit("verify", "--checkpoint", str(kept))
    kept.write_text("something else")
    with pytest.raises(CommandError):
        audit("verify", "--checkpoint", str(kept))
    with pytest.raises(CommandError, match="tidak dapat dibaca"):
        audit("verify", "--checkpoint", str(tmp_path / "nowhere"))


def test_sequence_and_key(write: Writer, vkey: str) -> None:
    assert "Tidak ada" in audit("sequence")
    write()
    assert "1 daun" in audit("sequence")
    assert audit("key").strip() == vkey


@pytest.fixture
def folder(log: list[Entry], tmp_path: Path) -> Path:
    audit("export-tiles", str(tmp_path / "log"))
    return tmp_path / "log"


def test_the_published_folder_is_whole_and_nothing_more(folder: Path) -> None:
    files = sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())
    assert files == [
        "checkpoint",
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/44",
    ]


def test_the_verifier_accepts_the_published_folder(folder: Path, vkey: str) -> None:
    code, told = verifier("verify", folder, "--vkey", vkey)
    assert code == 0, told
    assert "300 catatan dihitung ulang" in told
    assert "Urutan peristiwa 3 berkas lengkap" in told
    assert told.endswith("SAH.\n")
    assert "TIDAK" not in told


def test_publishing_again_carries_the_log_on(folder: Path, vkey: str, write: Writer, tmp_path: Path) -> None:
    old = tmp_path / "old"
    shutil.copy(folder / "checkpoint", old)
    for _ in range(220):
        write("9")
    integrate()
    audit("export-tiles", str(folder))
    code, told = verifier("verify", folder, "--vkey", vkey, "--old", old)
    assert code == 0, told
    assert "520 catatan" in told
    assert "1 titik periksa lama masih cocok" in told


def flip(path: Path, at: int = 40) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    "damage",
    [
        lambda folder: flip(folder / "tile/entries/000"),
        lambda folder: flip(folder / "tile/entries/001.p/44", 0),
        lambda folder: flip(folder / "tile/0/000"),
        lambda folder: flip(folder / "tile/0/001.p/44"),
        lambda folder: flip(folder / "tile/1/000.p/1", 5),
        lambda folder: flip(folder / "checkpoint", 25),
        lambda folder: (folder / "checkpoint").unlink(),
        lambda folder: (folder / "tile/1/000.p/1").unlink(),
        lambda folder: (folder / "tile/entries/001.p/44").unlink(),
        lambda folder: (folder / "tile/0/000").write_bytes(b""),
        lambda folder: (folder / "checkpoint").write_bytes(b"\xff"),
        lambda folder: (folder / "checkpoint").write_text("x\n\n\n"),
    ],
)
def test_the_verifier_refuses_a_damaged_folder(
    folder: Path, vkey: str, damage: Callable[[Path], Any]
) -> None:
    damage(folder)
    code, told = verifier("verify", folder, "--vkey", vkey)
    assert code == 1
    assert told.endswith("TIDAK SAH.\n")


def test_the_verifier_wants_the_right_key_and_the_witness(folder: Path, vkey: str) -> None:
    assert verifier("verify", folder, "--vkey", TESSERA_KEY)[0] == 1
    assert verifier("verify", folder, "--vkey", "nonsense")[0] == 1
    assert verifier("verify", folder, "--vkey", vkey, "--witness", TESSERA_KEY)[0] == 1


def test_the_verifier_accepts_the_log_of_others() -> None:
    if not TESSERA.is_dir():
        pytest.skip("the Tessera test log is not at ../shared/data/tlog/tessera-testdata")
    code, told = verifier("verify", TESSERA, "--vkey", TESSERA_KEY, "--old", *TESSERA.glob("checkpoint.*"))
    assert code == 0, told
    assert "15 catatan" in told
    assert "16 titik periksa lama" in told


def test_export_before_the_first_checkpoint_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="audit sequence"):
        audit("export-tiles", str(tmp_path / "log"))
    assert not (tmp_path / "log").exists()


def test_prove_writes_one_proof_for_each_entry_of_an_order(
    log: list[Entry], write: Writer, tmp_path: Path, vkey: str
) -> None:
    latest = write("2")
    file = tmp_path / "order.tlog-proof"
    assert "101 bukti" in audit("prove", "EP-2", "--out", str(file))
    read = proofs.read(file.read_text())
    keys = signing.verifier_keys()
    assert [json.loads(proof.entry or b"")["event"] for proof in read] == list(range(1, 102))
    assert {proof.verify(keys).size for proof in read} == {301}
    assert read[-1].entry == bytes(latest.payload)
    code, told = verifier("verify-proof", file, "--vkey", vkey)
    assert code == 0, told
    assert "purchase/2: 101 peristiwa pertama lengkap" in told


def test_the_verifier_refuses_a_changed_proof(log: list[Entry], tmp_path: Path, vkey: str) -> None:
    file = tmp_path / "order.tlog-proof"
    audit("prove", "2", "--out", str(file))
    text = file.read_text()
    first = proofs.read(text)[0]
    changes = [
        text.replace(f"index {first.index}\n", f"index {first.index + 1}\n", 1),
        text.replace("extra ey", "extra eY", 1),
        text.replace("e-order.example/log\n300", "e-order.example/log\n301", 1),
        text[200:],
        "",
        proofs.Proof(first.index, first.path[:-1], first.checkpoint, first.entry).text(),
        proofs.Proof(first.index, (*first.path, bytes(32)), first.checkpoint, first.entry).text(),
        proofs.Proof(first.index, first.path, first.checkpoint).text(),
    ]
    for change in changes:
        file.write_text(change)
        code, told = verifier("verify-proof", file, "--vkey", vkey)
        assert (code, told[-11:]) == (1, "TIDAK SAH.\n"), told


def test_prove_refuses_kindly(log: list[Entry], tmp_path: Path, settings: Any) -> None:
    out = str(tmp_path / "x")
    for order, message in (("EP-X", "Tidak ada"), ("EP-99", "Belum ada catatan")):
        with pytest.raises(CommandError, match=message):
            audit("prove", order, "--out", out)
    with pytest.raises(CommandError, match="tidak dikenal"):
        audit("prove", "1", "--out", out, "--subject", "ghost")
    settings.AUDIT_SUBJECT_RESOLVERS = {"purchase": "procurement.nowhere.aggregate_id_of"}
    with pytest.raises(CommandError, match="belum dapat dicari"):
        audit("prove", "1", "--out", out)
    assert not Path(out).exists()
    settings.AUDIT_SUBJECT_RESOLVERS = {"purchase": "tests.audit.test_commands.aggregate_id_of"}
    with pytest.raises(CommandError, match="tidak dapat ditulis"):
        audit("prove", "1", "--out", str(tmp_path / "no" / "folder"))


def test_the_verifiers_paths_are_the_specifications() -> None:
    code = "import sys; sys.path.insert(0, sys.argv[1]); import verify; print(verify.tile_name('0', int(sys.argv[2])))"
    for index in (0, 999, 1000, 1234067, 10**9):
        ran = subprocess.run(
            [sys.executable, "-c", code, str(VERIFIER.parent), str(index)],
            capture_output=True,
            text=True,
            check=True,
        )
        assert ran.stdout.strip() == tiles.TileId(0, index).path()
