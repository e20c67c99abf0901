"""Addresses of red flags."""

from __future__ import annotations

from django.urls import path

from procurement.redflags.views import flags, moves, rules

urlpatterns = [
    path("tanda-bahaya/", flags.flag_list, name="red-flags"),
    path("tanda-bahaya/aturan/", rules.rules, name="red-flag-rules"),
    path("tanda-bahaya/jaringan/", rules.network, name="red-flag-network"),
    path("tanda-bahaya/<int:pk>/", flags.flag_page_view, name="red-flag"),
    path("tanda-bahaya/<int:pk>/take_up/", moves.take_up, name="red_flag-take_up"),
    path("tanda-bahaya/<int:pk>/ask/", moves.ask, name="red_flag-ask"),
    path("tanda-bahaya/<int:pk>/answer/", moves.answer, name="red_flag-answer"),
    path("tanda-bahaya/<int:pk>/clear/", moves.clear, name="red_flag-clear"),
    path("tanda-bahaya/<int:pk>/escalate/", moves.escalate, name="red_flag-escalate"),
]
