"""Widgets that rooms share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


class LongSelect(forms.Select):
    """A choice among hundreds: the same HTML as Django's own, without a template drawn for every option."""

    def use_required_attribute(self, initial: Any) -> bool:
        """Never: Django would make the whole list once more to see whether its first option is empty."""
        return False

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The element with its groups and options."""
        groups = self.optgroups(name, self.format_value(value))
        drawn = [
            format_html('<optgroup label="{}">{}</optgroup>', label, _options(options))
            if label
            else _options(options)
            for label, options, _place in groups
        ]
        told = flatatt(self.build_attrs(self.attrs, {**(attrs or {}), "name": name}))
        return format_html(
            "<select{}>{}</select>", told, format_html_join("", "{}", ((each,) for each in drawn))
        )


def _options(options: list[dict[str, Any]]) -> SafeString:
    rows = ((each["value"], " selected" if each["selected"] else "", each["label"]) for each in options)
    return format_html_join("\n", '<option value="{}"{}>{}</option>', rows)
