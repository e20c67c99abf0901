"""A form that makes one thing, however often it is sent: a second click, a reload, the way back in the browser.

The page carries a word drawn when it was made. That word and everything typed beside it name the deed; the room keeps
that name with what it made, in a column the database lets hold a person's name for a deed once. The same words sent
again lead to the same thing; a form that was changed and sent again makes another one, which is what its sender meant.
"""

from __future__ import annotations

from typing import Any, Final
from uuid import uuid4, uuid5

from django import forms
from django.http import QueryDict

_SKIPPED: Final = frozenset({"csrfmiddlewaretoken", "page_word"})


class OnceForm(forms.Form):
    """Adds `once` to the cleaned data: a UUID for what this page with these words asks; None without a page's word."""

    page_word = forms.UUIDField(widget=forms.HiddenInput, required=False, initial=uuid4)

    def clean(self) -> dict[str, Any]:
        """Name the deed."""
        answers = super().clean() or self.cleaned_data
        word = answers.pop("page_word", None)
        answers["once"] = None if word is None else uuid5(word, self._typed())
        return answers

    def _typed(self) -> str:
        """Everything that was sent, in an order of its own."""
        sent = self.data.lists() if isinstance(self.data, QueryDict) else self.data.items()
        return repr(sorted((name, str(values)) for name, values in sent if name not in _SKIPPED))
