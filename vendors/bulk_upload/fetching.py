"""Pictures from addresses that vendors wrote into a spreadsheet: fetched as a stranger's wish, not as ours.

The server must not become the vendor's hand inside the office's network. Only https on its own port; every address a
name resolves to must be public; the connection goes to the very address that was checked; each redirect is checked
anew; bytes and time are bounded. What came is then opened as a picture like any upload.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Final, Protocol
from urllib.parse import SplitResult, urljoin, urlsplit

from marketplace.core.transitions import Refused
from vendors.images import LARGEST_BYTES

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

PORT: Final = 443
MOST_REDIRECTS: Final = 3
ONE_ANSWER_SECONDS: Final = 5.0
WHOLE_PICTURE_SECONDS: Final = 20.0
_PIECE: Final = 64 * 1024
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class PictureFetcher(Protocol):
    """Whoever brings a picture from an address on the internet."""

    def fetch(self, address: str) -> bytes:
        """The bytes that lie there, unchecked. Raises Refused `picture_*`."""


def is_public(address: Address) -> bool:
    """Whether anybody on the internet may reach that address: no loopback, office network, or cloud's own service."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if address.teredo is not None or address.is_site_local:
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


@dataclass(frozen=True, slots=True)
class HttpsFetcher:
    """Fetches over https, with every rule above. `allowed`, `port` and `context` differ in tests alone."""

    allowed: Callable[[Address], bool] = is_public
    port: int = PORT
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context)
    largest_bytes: int = LARGEST_BYTES
    one_answer_seconds: float = ONE_ANSWER_SECONDS
    whole_seconds: float = WHOLE_PICTURE_SECONDS

    def fetch(self, address: str) -> bytes:
        """The bytes of the picture at an address.

        Raises Refused `picture_address`, `picture_private`, `picture_unreachable`, `picture_missing`,
        `picture_redirects`, `picture_kind`, `picture_too_large`.
        """
        until = time.monotonic() + self.whole_seconds
        for _redirect in range(MOST_REDIRECTS + 1):
            found, onward = self._ask(checked_address(address, port=self.port), until)
            if onward is None:
                return found
            address = urljoin(address, onward)
        raise Refused("picture_redirects", "Alamat foto terlalu sering dialihkan.", fix=_COPY_AGAIN)

    def _ask(self, parts: SplitResult, until: float) -> tuple[bytes, str | None]:
        """(the bytes, None), or (nothing, the address it leads on to)."""
        host = parts.hostname or ""
        connection = _Pinned(host, self.port, self._resolved(host), self.context, self.one_answer_seconds)
        # A server that drips a byte a second, even in its headers, is cut off when the time is over.
        watch = threading.Timer(max(until - time.monotonic(), 0), connection.cut)
        watch.daemon = True
        watch.start()
        try:
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", target, headers=_ASKED)
            answer = connection.getresponse()
            _in_time(until)
            if answer.status in {301, 302, 303, 307, 308}:
                return b"", answer.headers.get("Location") or ""
            _refuse_answer(answer, self.largest_bytes)
            body = self._body(answer)
            _in_time(until)
            return body, None
        except (OSError, EOFError, http.client.HTTPException, ValueError) as error:
            raise _unreachable(host) from error
        finally:
            watch.cancel()
            connection.close()

    def _resolved(self, host: str) -> Address:
        """The address to connect to. One that is not public refuses the name, whatever its others are."""
        try:
            found = socket.getaddrinfo(host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise _unreachable(host) from error
        addresses = [ipaddress.ip_address(str(each[4][0]).partition("%")[0]) for each in found]
        if not addresses or not all(map(self.allowed, addresses)):
            raise Refused(
                "picture_private", f"Alamat “{host[:60]}” bukan situs di internet umum.", fix=_COPY_AGAIN
            )
        return addresses[0]

    def _body(self, answer: http.client.HTTPResponse) -> bytes:
        body = bytearray()
        while piece := answer.read1(_PIECE):
            body += piece
            if len(body) > self.largest_bytes:
                raise _too_large(self.largest_bytes)
        if answer.length:
            raise EOFError("cut off")
        return bytes(body)


_ASKED: Final = {"Accept": "image/*", "Accept-Encoding": "identity", "User-Agent": "e-Order"}
_COPY_AGAIN: Final = "Salin alamat fotonya sendiri, yang diawali https dan diakhiri .jpg, .png, atau .webp."


def checked_address(address: str, *, port: int = PORT) -> SplitResult:
    """An address taken apart. Raises Refused `picture_address` for what is not plain https on that port."""
    try:
        parts = urlsplit(address)
        plain = parts.scheme == "https" and parts.hostname and (parts.port or PORT) in {PORT, port}
        plain = plain and parts.username is None and parts.password is None and address.isprintable()
        parts.path.encode("ascii")
        parts.query.encode("ascii")
    except ValueError:
        plain = False
    if not plain or " " in address:
        raise Refused("picture_address", "Alamat foto harus diawali https://.", fix=_COPY_AGAIN)
    return parts


def _in_time(until: float) -> None:
    """What was cut off looks like an end; it is none."""
    if time.monotonic() >= until:
        raise TimeoutError


def _refuse_answer(answer: http.client.HTTPResponse, largest: int) -> None:
    if answer.status != 200:
        raise Refused("picture_missing", f"Situs foto menjawab {answer.status}.", fix=_COPY_AGAIN)
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise _unreachable("foto")
    if not answer.headers.get_content_type().startswith(("image/", "application/octet-stream")):
        raise Refused("picture_kind", "Di alamat itu tidak ada foto.", fix=_COPY_AGAIN)
    if (answer.length or 0) > largest:
        raise _too_large(largest)


def _too_large(largest: int) -> Refused:
    return Refused(
        "picture_too_large", f"Foto lebih besar dari {largest // 1024 // 1024} MB.", fix="Perkecil foto."
    )


def _unreachable(host: str) -> Refused:
    return Refused(
        "picture_unreachable",
        f"Situs “{host[:60]}” tidak dapat dihubungi.",
        fix="Periksa alamatnya, atau unggah foto dalam ZIP.",
    )


class _Pinned(http.client.HTTPSConnection):
    """A connection to one checked address, speaking to the name that was asked for."""

    def __init__(
        self, host: str, port: int, address: Address, context: ssl.SSLContext, seconds: float
    ) -> None:
        super().__init__(host, port, timeout=seconds, context=context)
        self._reach = partial(socket.create_connection, (str(address), port), seconds)
        self._secure = partial(context.wrap_socket, server_hostname=host, do_handshake_on_connect=False)

    def connect(self) -> None:
        """Connect to the checked address and see the certificate of the name."""
        self.sock = self._secure(self._reach())
        self.sock.do_handshake()

    def cut(self) -> None:
        """End whatever goes on, from another thread."""
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
