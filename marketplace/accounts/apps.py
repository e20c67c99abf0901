"""People, organisations and appointments as a Django app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Who acts: users, organisations, dated appointments."""

    name = "marketplace.accounts"
    label = "accounts"
    verbose_name = "Akun dan jabatan"
