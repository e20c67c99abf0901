"""Signing in by e-mail: what we decide on top of django-allauth and django-axes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.personal_data import decrypted, encrypted


class ClosedSignup(DefaultAccountAdapter):
    """Accounts are given: officers by their decree, vendors by their registration. Nobody signs up bare."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": _(
            "Alamat surel atau kata sandi tidak cocok. Periksa keduanya, atau buat kata sandi baru."
        ),
        "account_inactive": _("Akun ini tidak aktif. Hubungi pengelola di instansi Anda."),
        "enter_current_password": _("Tulis kata sandi Anda yang sekarang."),
        "incorrect_password": _("Kata sandi salah."),
        "invalid_password_reset": _("Tautan ini tidak berlaku lagi. Mintalah tautan yang baru."),
        "same_as_current": _("Kata sandi baru harus berbeda dari yang sekarang."),
        "too_many_login_attempts": _("Terlalu banyak percobaan. Tunggu sebentar, lalu coba lagi."),
        "incorrect_code": _("Kode salah. Ketik 6 angka yang sedang tampil."),
        "rate_limited": _("Terlalu banyak permintaan. Tunggu sebentar, lalu coba lagi."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class EncryptedSecrets(DefaultMFAAdapter):
    """The secret behind an authenticator is kept like personal data: encrypted with the field keys."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Kode salah. Ketik 6 angka yang sedang tampil di aplikasi."),
    }

    def encrypt(self, text: str) -> str:
        return encrypted(text)

    def decrypt(self, encrypted_text: str) -> str:
        return decrypted(encrypted_text)


def address_of(request: HttpRequest) -> str:
    """The network address from which somebody tries to sign in; behind a proxy the one the proxy saw.

    Without it everybody behind the proxy would share one address: eight wrong tries of anybody would lock an officer
    out, and the limit would say nothing about the one who guesses.
    """
    return str(get_adapter(request).get_client_ip(request))


def name_tried(request: HttpRequest, credentials: Mapping[str, Any] | None = None) -> str:
    """The e-mail address of a sign-in attempt, by which failed attempts are counted.

    The form calls it ``login``, the back ends call it ``email`` or ``username``.
    """
    given = credentials or {}
    name = given.get("email") or given.get("username") or request.POST.get("login", "")
    return str(name).strip().lower()
