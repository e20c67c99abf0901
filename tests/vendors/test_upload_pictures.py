"""Pictures that come with a spreadsheet: out of a ZIP by name, or from https addresses fetched with great care."""

from __future__ import annotations

import io
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from tests.vendors import sheets, stalls
from vendors.bulk_upload.fetching import HttpsFetcher, is_public
from vendors.models import Listing, UploadPicture


def photo(shade: int = 100) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (64, 48), (shade, 90, 40)).save(file, "JPEG")
    return file.getvalue()


def with_pictures(*rows: tuple[str, str]) -> bytes:
    """A spreadsheet of listings with those codes and pictures."""
    return sheets.csv(
        *((*sheets.row(code, f"Nasi kotak {code}"), names) for code, names in rows),
        headings=(*sheets.HEADINGS, "foto"),
    )


@pytest.fixture
def stall(settings: Any, tmp_path: Any, transactional_db: None) -> Any:
    backend = "django.core.files.storage.FileSystemStorage"
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.STORAGES = {
        **settings.STORAGES,
        "uploads": {"BACKEND": backend, "OPTIONS": {"location": tmp_path / "uploads", "base_url": None}},
    }
    stalls.categories()
    return stalls.vendor()


@pytest.fixture
def client(stall: Any) -> Any:
    return sheets.session(stall)


def images_of(code: str) -> list[int]:
    listing = Listing.objects.get(sku=code)
    return list(listing.product.images.order_by("display_order").values_list("display_order", flat=True))


def test_pictures_of_a_zip_are_hung_up_in_the_order_of_their_names(client: Any) -> None:
    archive = sheets.zipped(
        **{"foto/b.jpg": photo(10), "a.JPG": photo(20), "__MACOSX/._a.jpg": b"x", ".DS_Store": b""}
    )

    upload = sheets.uploaded(
        client, with_pictures(("A-1", "a.jpg; b.jpg"), ("A-2", "A.jpg")), pictures=archive
    )
    assert sheets.problems(upload) == []
    upload = sheets.saved(client, upload)

    assert upload.outcome == {"DIBUAT": 2, "FOTO": 3}
    first, second = (
        Listing.objects.get(sku=code).product.images.order_by("display_order") for code in ("A-1", "A-2")
    )
    assert next(each.original.name for each in first) == second.get().original.name
    assert first.count() == 2
    assert Entry.objects.filter(act="listing.image").count() == 3


def test_the_same_pictures_again_are_hung_up_once(client: Any) -> None:
    for _time in range(2):
        upload = sheets.uploaded(
            client, with_pictures(("A-1", "a.jpg")), pictures=sheets.zipped(**{"a.jpg": photo()})
        )
        upload = sheets.saved(client, upload)

    assert upload.outcome == {"SAMA": 1}
    assert images_of("A-1") == [0]


def test_a_picture_that_is_missing_is_named_before_anything_is_saved(client: Any) -> None:
    rows = with_pictures(("A-1", "a.jpg"), ("A-2", "lain.jpg"), ("A-3", "http://contoh.test/a.jpg"))

    upload = sheets.uploaded(client, rows, pictures=sheets.zipped(**{"a.jpg": photo()}))

    assert sheets.problems(upload) == [
        "Baris 3, kolom foto: “lain.jpg” tidak ada di dalam ZIP",
        "Baris 4, kolom foto: Alamat foto harus diawali https://: http://contoh.test/a.jpg",
    ]
    without = sheets.uploaded(client, with_pictures(("A-1", "a.jpg")))
    assert "Unggah ZIP-nya bersama berkas ini" in sheets.problems(without)[0]


def test_what_is_no_picture_is_left_out_and_told(client: Any) -> None:
    archive = sheets.zipped(**{"a.jpg": b"<script>alert(1)</script>", "b.jpg": photo()})

    upload = sheets.saved(
        client, sheets.uploaded(client, with_pictures(("A-1", "a.jpg;b.jpg")), pictures=archive)
    )

    assert upload.outcome == {"DIBUAT": 1, "FOTO": 1, "FOTO_GAGAL": 1}
    assert images_of("A-1") == [0]
    page = client.get(upload.get_absolute_url()).content.decode()
    assert "kolom foto: a.jpg: Berkas ini bukan foto yang dapat dibaca" in page


def test_a_broken_zip_fails_with_a_reason(client: Any) -> None:
    upload = sheets.uploaded(
        client, with_pictures(("A-1", "a.jpg")), pictures=SimpleUploadedFile("foto.zip", b"PK\x03\x04 no")
    )

    assert (upload.state, upload.failure) == ("FAILED", "ZIP ini rusak atau tidak lengkap.")


# ── addresses ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "198.18.0.1", "192.0.2.1", "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "2002:a00:1::",
        "2001:0:1:2:3:4:5:6", "fec0::1", "2001:db8::1",
    ],
)  # fmt: skip
def test_addresses_inside_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "https://127.0.0.1/a.jpg",
        "https://localhost/a.jpg",
        "https://2130706433/a.jpg",
        "https://0x7f.1/a.jpg",
        "https://[::1]/a.jpg",
        "https://[::ffff:10.0.0.1]/a.jpg",
        "https://169.254.169.254/latest/meta-data/",
    ],
)
def test_nobody_is_sent_into_the_office_network(address: str) -> None:
    with pytest.raises(Refused) as refusal:
        HttpsFetcher().fetch(address)

    assert refusal.value.code == "picture_private"


@pytest.mark.parametrize(
    "address",
    [
        "http://contoh.test/a.jpg",
        "ftp://contoh.test/a.jpg",
        "file:///etc/passwd",
        "https:///a.jpg",
        "https://orang:rahasia@contoh.test/a.jpg",
        "https://contoh.test:22/a.jpg",
        "https://contoh.test:99999/a.jpg",
        "https://contoh.test/a b.jpg",
        "https://contoh.test/a\r\nHost: x",
        "https://contoh.test/å.jpg",
        "https://[::1",
    ],
)
def test_only_plain_https_addresses_are_asked(address: str) -> None:
    with pytest.raises(Refused) as refusal:
        HttpsFetcher().fetch(address)

    assert refusal.value.code == "picture_address"


def test_a_name_with_one_inner_address_is_refused_whatever_its_others_are(monkeypatch: Any) -> None:
    def two(host: str, port: int, **_more: object) -> list[Any]:
        return [(0, 0, 0, "", (address, port)) for address in ("8.8.8.8", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", two)
    with pytest.raises(Refused) as refusal:
        HttpsFetcher().fetch("https://contoh.test/a.jpg")

    assert refusal.value.code == "picture_private"


class Site(BaseHTTPRequestHandler):
    """A site on this machine that behaves in many ways."""

    def do_GET(self) -> None:
        """Answer by the name of the path."""
        name = self.path.partition("?")[0].strip("/")
        if name.startswith("to-"):
            goals = {
                "to-photo": "/photo.jpg",
                "to-inside": "https://10.0.0.1/",
                "to-http": "http://localhost/",
            }
            return self._send(302, b"", Location=goals.get(name, f"/{name}"))
        if name == "drip":
            return self._drip()
        answers: dict[str, tuple[int, bytes, str]] = {
            "photo.jpg": (200, photo(), "image/jpeg"),
            "large.jpg": (200, b"x" * 300_000, "image/jpeg"),
            "page.html": (200, b"<html>", "text/html"),
        }
        status, body, kind = answers.get(name, (404, b"", "image/jpeg"))
        return self._send(status, body, **{"Content-Type": kind})

    def _send(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for header, value in headers.items():
            self.send_header(header, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        stop: threading.Event = self.server.stop  # type: ignore[attr-defined]
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        while not stop.wait(0.05):
            try:
                self.wfile.write(b"X-More: 1\r\n")
            except OSError:
                return

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HttpsFetcher]:
    """An https site on loopback, and a fetcher that may go there and nowhere else."""
    folder = tmp_path_factory.mktemp("tls")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    (folder / "cert.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.stop = threading.Event()  # type: ignore[attr-defined]
    served = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    served.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    server.socket = served.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield HttpsFetcher(
        allowed=lambda address: address.is_loopback,
        port=server.server_port,
        context=ssl.create_default_context(cafile=str(folder / "cert.pem")),
        largest_bytes=200_000,
        one_answer_seconds=5,
        whole_seconds=10,
    )
    server.stop.set()  # type: ignore[attr-defined]
    server.shutdown()
    server.server_close()


def at(site: HttpsFetcher, name: str) -> str:
    return f"https://localhost:{site.port}/{name}"


def test_a_picture_is_fetched_also_by_a_redirect(site: HttpsFetcher) -> None:
    assert site.fetch(at(site, "photo.jpg?x=1")) == photo()
    assert site.fetch(at(site, "to-photo")) == photo()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("none.jpg", "picture_missing"),
        ("page.html", "picture_kind"),
        ("large.jpg", "picture_too_large"),
        ("to-inside", "picture_private"),
        ("to-http", "picture_address"),
        ("to-itself", "picture_redirects"),
    ],
)
def test_what_a_site_answers_is_not_trusted(site: HttpsFetcher, name: str, code: str) -> None:
    with pytest.raises(Refused) as refusal:
        site.fetch(at(site, name))

    assert refusal.value.code == code


def test_a_site_that_drips_is_left_when_the_time_is_over(site: HttpsFetcher) -> None:
    hasty = HttpsFetcher(allowed=site.allowed, port=site.port, context=site.context, whole_seconds=0.5)

    with pytest.raises(Refused) as refusal:
        hasty.fetch(at(site, "drip"))

    assert refusal.value.code == "picture_unreachable"


def test_a_stranger_with_another_certificate_is_not_believed(site: HttpsFetcher) -> None:
    with pytest.raises(Refused) as refusal:
        HttpsFetcher(allowed=site.allowed, port=site.port).fetch(at(site, "photo.jpg"))

    assert refusal.value.code == "picture_unreachable"


class Brought:
    """Stands for the internet: one address has a picture, the others do not answer."""

    asked: list[str] = []

    def fetch(self, address: str) -> bytes:
        """A picture, or silence."""
        self.asked.append(address)
        if address.endswith("/a.jpg"):
            return photo()
        raise Refused("picture_unreachable", "Situs tidak dapat dihubungi.")


def test_pictures_from_addresses_are_brought_once_and_silent_sites_left_alone(
    client: Any, settings: Any
) -> None:
    settings.PICTURE_FETCHER = f"{__name__}.Brought"
    Brought.asked.clear()
    silent = [f"https://diam.test/{number}.jpg" for number in range(6)]

    upload = sheets.uploaded(
        client,
        with_pictures(
            ("A-1", "https://contoh.test/a.jpg"), ("A-2", "; ".join(["https://contoh.test/a.jpg", *silent]))
        ),
    )
    upload = sheets.saved(client, upload)

    assert upload.outcome == {"DIBUAT": 2, "FOTO": 2, "FOTO_GAGAL": 6}
    assert Brought.asked == ["https://contoh.test/a.jpg", *silent[:3]]
    assert UploadPicture.objects.count() == 7
    assert images_of("A-1") == images_of("A-2") == [0]
