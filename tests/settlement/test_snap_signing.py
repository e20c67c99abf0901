"""SNAP BI signatures: the official vectors, and what minifying may and may not change."""

from __future__ import annotations

import base64
import json
import string
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from hypothesis import given
from hypothesis import strategies as st

from procurement.settlement.providers.snap.dialects import DIALECTS, Dialect, read_moment
from procurement.settlement.providers.snap.signing import (
    body_hash,
    minify,
    signed_by_key,
    signed_by_secret,
    stands_under_key,
    stands_under_secret,
    token_words,
    words_to_sign,
)

VECTORS = Path(__file__).parents[3] / "shared/data/snap/snap_bi_vectors.json"


@pytest.fixture(scope="module")
def vectors() -> dict[str, dict[str, Any]]:
    if not VECTORS.exists():
        pytest.skip("the official SNAP BI vectors are not on this machine (../shared/data/snap)")
    return {each["id"]: each for each in json.loads(VECTORS.read_text())}


def words_of(vector: dict[str, Any]) -> bytes:
    return words_to_sign(
        vector["method"],
        vector["path"],
        token=vector.get("access_token"),
        digest=body_hash(vector["body"].encode()),
        timestamp=vector["timestamp"],
    )


def test_the_official_symmetric_vector(vectors: dict[str, dict[str, Any]]) -> None:
    vector = vectors["midtrans-symmetric"]
    assert signed_by_secret(vector["secret"], words_of(vector)) == vector["signature"]
    assert stands_under_secret([vector["secret"]], words_of(vector), vector["signature"])
    assert not stands_under_secret(["another"], words_of(vector), vector["signature"])
    assert stands_under_secret(["another", vector["secret"]], words_of(vector), vector["signature"])


def test_the_official_token_vector(vectors: dict[str, dict[str, Any]]) -> None:
    vector = vectors["midtrans-token-asym"]
    words = token_words(vector["client_key"], vector["timestamp"])
    assert signed_by_key(vector["demo_private_key_pem"], words) == vector["signature"]
    public = load_pem_private_key(vector["demo_private_key_pem"].encode(), None).public_key()
    pem = public.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()
    assert stands_under_key([pem], words, vector["signature"])
    assert not stands_under_key([pem], words + b"0", vector["signature"])
    written = vector["signature"]
    assert written.endswith("==")  # four bits of the last letter belong to no byte
    letters = string.ascii_uppercase + string.ascii_lowercase + string.digits + "+/"
    other = letters[letters.index(written[-3]) + 1]
    assert base64.b64decode(written[:-3] + other + "==") == base64.b64decode(written)
    assert not stands_under_key([pem], words, written[:-3] + other + "==")


def test_the_official_notification_vector(vectors: dict[str, dict[str, Any]]) -> None:
    vector = vectors["midtrans-notify-verify"]
    assert stands_under_key([vector["public_key_pem"]], words_of(vector), vector["signature"])
    forged = {**vector, "body": vector["body"].replace("102800.00", "102801.00")}
    assert not stands_under_key([vector["public_key_pem"]], words_of(forged), vector["signature"])
    assert not stands_under_key([vector["public_key_pem"]], words_of(vector), "bukan base64 ñ")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)


@given(
    value=json_values,
    indent=st.sampled_from([None, 0, 1, 4, "\t"]),
    ascii_only=st.booleans(),
    ending=st.sampled_from(["\n", "\r\n"]),
)
def test_minifying_keeps_the_meaning_and_does_nothing_twice(
    value: Any, indent: int | str | None, ascii_only: bool, ending: str
) -> None:
    written = json.dumps(value, indent=indent, ensure_ascii=ascii_only).replace("\n", ending)
    raw = written.encode(errors="surrogatepass")
    small = minify(raw)
    assert json.loads(small) == json.loads(raw) == value
    assert minify(small) == small
    assert small == json.dumps(value, separators=(",", ":"), ensure_ascii=ascii_only).encode(
        errors="surrogatepass"
    )


@given(raw=st.binary(max_size=200))
def test_minifying_only_ever_takes_white_space_away(raw: bytes) -> None:
    small = minify(raw)
    assert minify(small) == small
    assert bytes(byte for byte in small if byte not in b" \t\r\n") == bytes(
        byte for byte in raw if byte not in b" \t\r\n"
    )


def test_names_and_escapes_stay_byte_for_byte() -> None:
    raw = b'{ "nama" : "PT \\u00d1 \\"Ma ju\\" \\\\",\r\n\t"kota": "Kab. Malang \xc3\xa9 ", "x": 1.50, "x": 1.50 }'
    assert minify(raw) == (
        b'{"nama":"PT \\u00d1 \\"Ma ju\\" \\\\","kota":"Kab. Malang \xc3\xa9 ","x":1.50,"x":1.50}'
    )
    assert body_hash(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_body_made_to_be_slow_is_not() -> None:
    assert minify(b'"' + b'\\"' * 500_000).startswith(b'"')


def test_dialects_write_times_and_identifiers_their_own_way() -> None:
    at = datetime(2026, 11, 27, 1, 2, 3, 456_000, tzinfo=UTC)
    assert Dialect("x").moment(at) == "2026-11-27T08:02:03+07:00"
    assert DIALECTS["milliseconds"].moment(at) == "2026-11-27T08:02:03.456+07:00"
    assert DIALECTS["raw_body"].moment(at) == "2026-11-27T01:02:03.456Z"
    for dialect in DIALECTS.values():
        read = read_moment(dialect.moment(at))
        assert read is not None and abs((read - at).total_seconds()) < 1
        made = {dialect.new_external_id(at) for _ in range(1_000)}
        assert len(made) == 1_000 and all(len(each) == dialect.external_id_length for each in made)
    assert all(each.isdigit() for each in (Dialect("x").new_external_id(at),))
    assert read_moment("2026-11-27T08:02:03") is None and read_moment("kemarin") is None
    assert DIALECTS["gateway"].path_to_sign("/bri", "/v1.0/x") == "/v1.0/x"
    assert (DIALECTS["gateway"].expires_in(900), DIALECTS["standard"].expires_in(900)) == (900, "900")
