"""The forms of signing in, in our own words: django-allauth checks, we name the fields and explain."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as second_factor
from allauth.mfa.totp import forms as totp
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

LABELS: dict[str, Promise] = {
    "login": _("Alamat surel"),
    "email": _("Alamat surel"),
    "password": _("Kata sandi"),
    "oldpassword": _("Kata sandi sekarang"),
    "password1": _("Kata sandi baru"),
    "password2": _("Ulangi kata sandi baru"),
    "code": _("Kode"),
}
HINTS: dict[str, Promise] = {
    "password1": _("Paling sedikit 10 huruf atau angka. Beberapa kata yang hanya Anda tahu sudah cukup."),
}


class PlainWords:
    """Gives each field our label and hint, and takes the placeholder away: it vanishes when people type."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("remember", None)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = HINTS.get(name, "")
            field.widget.attrs.pop("placeholder", None)


class SignIn(PlainWords, account.LoginForm):
    """E-mail address and password."""


class PasswordLost(PlainWords, account.ResetPasswordForm):
    """The address to which a link for a new password goes."""


class PasswordFromLink(PlainWords, account.ResetPasswordKeyForm):
    """A new password, asked for by the link."""


class PasswordChange(PlainWords, account.ChangePasswordForm):
    """The present password and a new one."""


class PasswordFirst(PlainWords, account.SetPasswordForm):
    """A first password for an account that has none."""


class PasswordAgain(PlainWords, account.ReauthenticateForm):
    """The password once more, before the account's safety is changed."""


class Code(PlainWords, second_factor.AuthenticateForm):
    """The code of the second step of signing in."""


class CodeAgain(PlainWords, second_factor.ReauthenticateForm):
    """The code once more, before the account's safety is changed."""


class CodeFirst(PlainWords, totp.ActivateTOTPForm):
    """The first code of a newly tied authenticator."""
