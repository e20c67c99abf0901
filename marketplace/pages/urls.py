"""Addresses of the shared pages and of signing in (django-allauth's views under our own slugs)."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path, re_path
from django.views.i18n import set_language

from marketplace.accounts.access import roles
from marketplace.pages import purpose, views

# The names below are allauth's own: its views and mails reverse them.
sign_in = [
    path("masuk/", roles.everyone(account.login), name="account_login"),
    path("keluar/", roles.everyone(account.logout), name="account_logout"),
    path("akun/daftar/", roles.everyone(account.signup), name="account_signup"),
    path("akun/nonaktif/", roles.everyone(account.account_inactive), name="account_inactive"),
    path("akun/konfirmasi/", roles.signed_in(account.reauthenticate), name="account_reauthenticate"),
    path("akun/sandi/", roles.signed_in(account.password_change), name="account_change_password"),
    path("akun/sandi/baru/", roles.signed_in(account.password_set), name="account_set_password"),
    path("sandi/lupa/", roles.everyone(account.password_reset), name="account_reset_password"),
    path(
        "sandi/lupa/terkirim/",
        roles.everyone(account.password_reset_done),
        name="account_reset_password_done",
    ),
    re_path(
        r"^sandi/ganti/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        roles.everyone(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "sandi/ganti/selesai/",
        roles.everyone(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]
second_factor = [
    path("akun/keamanan/", roles.signed_in(mfa.index), name="mfa_index"),
    path("masuk/kode/", roles.everyone(mfa.authenticate), name="mfa_authenticate"),
    path("akun/keamanan/konfirmasi/", roles.signed_in(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("akun/keamanan/aplikasi/", roles.signed_in(totp.activate_totp), name="mfa_activate_totp"),
    path("akun/keamanan/aplikasi/lepas/", roles.signed_in(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "akun/keamanan/cadangan/",
        roles.signed_in(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "akun/keamanan/cadangan/baru/",
        roles.signed_in(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path(
        "akun/keamanan/cadangan/unduh/",
        roles.signed_in(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
]

urlpatterns = [
    path("kode/", views.code_suggestions, name="code-suggestions"),
    path("", views.home, name="home"),
    path("meja/", views.desk, name="desk"),
    path("keperluan/", purpose.purpose, name="reading_purpose"),
    path("peran/", views.appointments, name="role-choice"),
    path("bahasa/", views.language, name="language"),
    path("bahasa/pilih/", roles.everyone(set_language), name="set_language"),
    path("komponen/", views.components, name="components"),
    *sign_in,
    *second_factor,
]
