"""What production refuses to start with. Each fault is one sentence: which variable, what is wrong, how to mend it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured

WORTHLESS = "not-a-secret"
SHORTEST_SECRET = 32
SHORTEST_SECRET_KEY = 50


def refuse_unsafe(settings: Mapping[str, Any]) -> None:
    """Raise ImproperlyConfigured with every fault of production settings, one a line.

    Args:
        settings: the settings module's names and values.
    """
    faults = list(_faults(settings))
    if faults:
        raise ImproperlyConfigured("e-Order tidak dijalankan karena tidak aman:\n- " + "\n- ".join(faults))


def _faults(settings: Mapping[str, Any]) -> Iterator[str]:
    if settings["DEBUG"]:
        yield "DEBUG menyala: halaman galat akan membocorkan data. Jangan mengubahnya di production."
    yield from _secret_faults(settings)
    yield from _address_faults(settings)
    yield from _payment_faults(settings)
    if settings["SIGNER"] == settings["LOCAL_SIGNER"] and not settings["SIGNER_ALLOW_LOCAL"]:
        yield (
            "SIGNER memakai otoritas sertifikat lokal, yang tidak diakui di luar sistem ini: pilih penyelenggara "
            "sertifikat (PSrE), kosongkan, atau nyatakan SIGNER_ALLOW_LOCAL=1."
        )
    if not settings["EMAIL_HOST"]:
        yield "EMAIL_HOST belum diisi: pemberitahuan tidak akan sampai. Isi dengan nama peladen surel."


def _secret_faults(settings: Mapping[str, Any]) -> Iterator[str]:
    secrets = {
        "SECRET_KEY": (settings["SECRET_KEY"], SHORTEST_SECRET_KEY),
        "EORDER_INDEX_KEY": (settings["INDEX_KEY"], SHORTEST_SECRET),
        "AUDIT_MAC_KEY": (settings["AUDIT_MAC_KEYS"][settings["AUDIT_MAC_KEY_ID"]], SHORTEST_SECRET),
    }
    for name, (secret, shortest) in secrets.items():
        if is_weak(secret, shortest):
            yield f"{name} mudah ditebak: isi paling sedikit {shortest} karakter acak."
    if len({secret for secret, _ in secrets.values()}) < len(secrets):
        yield "SECRET_KEY, EORDER_INDEX_KEY, dan AUDIT_MAC_KEY harus berbeda satu sama lain."
    former = settings["AUDIT_OLD_MAC_KEYS"]
    if not all(former.values()) or settings["AUDIT_MAC_KEY_ID"] in former:
        yield "AUDIT_OLD_MAC_KEYS ditulis `id:kunci`, dipisah spasi, dengan id selain AUDIT_MAC_KEY_ID."
    keys = [entry.rpartition(":")[::2] for entry in settings["FIELD_KEYS"]]
    if not all(_is_field_key(secret) for _key_id, secret in keys):
        yield "EORDER_FIELD_KEYS bukan 32 bita acak base64: buat dengan `cryptography.fernet.Fernet.generate_key()`."
    if len({key_id or "1" for key_id, _secret in keys}) < len(keys):
        yield "EORDER_FIELD_KEYS: setiap kunci perlu nomor sendiri, contoh `2:kunci-baru,1:kunci-lama`."


def is_weak(secret: str, shortest: int = SHORTEST_SECRET) -> bool:
    """Whether a secret is too short, one of the fallbacks that everybody knows, or hardly more than one character."""
    return len(secret) < shortest or WORTHLESS in secret or len(set(secret)) < 5


def _is_field_key(key: str) -> bool:
    """Whether this is 32 random bytes in URL-safe base64, and not the fallback that everybody knows."""
    try:
        raw = base64.urlsafe_b64decode(key)
    except (binascii.Error, ValueError):
        return False
    return len(raw) == 32 and not raw.startswith(WORTHLESS.encode())


def _address_faults(settings: Mapping[str, Any]) -> Iterator[str]:
    hosts = [host for host in settings["ALLOWED_HOSTS"] if host]
    if not hosts or any("*" in host for host in hosts):
        yield "ALLOWED_HOSTS harus menyebut nama situs ini, tanpa tanda bintang, dipisah koma."
    if not settings["SITE_URL"].startswith("https://"):
        yield "SITE_URL harus diawali https:// karena tautan dan kode QR memuat alamat ini."
    if settings["AUDIT_ORIGIN"].partition("/")[0].endswith(".invalid"):
        yield "AUDIT_ORIGIN belum diisi: nama log audit tampil di setiap bukti dan tidak dapat diganti kemudian."
    if any(len(each) < 2 for each in settings["AUDIT_WITNESSES"]):
        yield "AUDIT_WITNESSES ditulis `alamat|vkey|vkey`, beberapa saksi dipisah spasi."
    if settings["AUDIT_TSA_URL"] and not settings["AUDIT_TSA_CERTIFICATES"]:
        yield "AUDIT_TSA_CERTIFICATES belum diisi: stempel waktu tidak dapat diperiksa keasliannya."
    broker = settings["CELERY_BROKER_URL"]
    if broker and not broker.startswith(("redis://", "rediss://", "amqp://", "amqps://")):
        yield "CELERY_BROKER_URL harus redis(s):// atau amqp(s)://."


def _payment_faults(settings: Mapping[str, Any]) -> Iterator[str]:
    if settings["STRIPE_API_KEY"] and not settings["STRIPE_WEBHOOK_SECRETS"]:
        yield "STRIPE_WEBHOOK_SECRETS belum diisi: pemberitahuan pembayaran palsu tidak akan terdeteksi."
    base = settings["STRIPE_API_BASE"]
    if base and not base.startswith("https://"):
        yield "STRIPE_API_BASE harus kosong (alamat resmi) atau diawali https://."
    base = settings["SNAP"]["base_url"]
    if base and not base.startswith("https://"):
        yield "SNAP_BASE_URL harus kosong atau diawali https://."
