"""People and contents for the tests of the shared pages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import path

from marketplace.accounts.models import Appointment, Organisation, User
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.regulation.models import Region
from marketplace.urls import urlpatterns as all_addresses

PASSWORD = "kuda-laut-biru-7"


@pytest.fixture
def officer(db: Any) -> User:
    """A person with two appointments: PPK in one unit, receiver in another."""
    region = Region.objects.create(klpd_code="T900", name="Kota Uji", kind="KOTA")
    user = User.objects.create_user("sri.wahyuni@uji.invalid", PASSWORD, name="Sri Wahyuni Kusumaningtyas")
    for role, unit in ((Role.PPK, "Dinas Pendidikan dan Kebudayaan"), (Role.RECEIVER, "Sekretariat Daerah")):
        organisation = Organisation.objects.create(
            region=region, kind="AGENCY_UNIT", name=unit, code=unit[:12]
        )
        Appointment.objects.create(
            user=user,
            organisation=organisation,
            role=role,
            decree_number=f"800/{role}/2026",
            decree_date=date(2026, 1, 2),
            valid_from=date(2026, 1, 2),
        )
    return user


@pytest.fixture
def newcomer(db: Any) -> User:
    """A person with an account and no appointment."""
    return User.objects.create_user("baru@uji.invalid", PASSWORD, name="Orang Baru")


@pytest.fixture
def hung_in(settings: Any) -> None:
    """Contents from rooms above, as the settings would name them."""
    settings.DESK_SOURCES = ["tests.pages.sources.waiting"]
    settings.DESK_LINKS = ["tests.pages.sources.links"]
    settings.DESK_COUNTS = settings.DESK_TOGETHER = []
    settings.HOME_FIGURES = [f"tests.pages.sources.{name}" for name in ("cashless", "on_time", "nothing_yet")]
    settings.HOME_CATEGORIES = "tests.pages.sources.categories"
    settings.BASKET_COUNT = "tests.pages.sources.three_lines"


@pytest.fixture
def nothing_hung_in(settings: Any) -> None:
    """No room above has hung anything in."""
    settings.DESK_SOURCES = settings.DESK_LINKS = settings.HOME_FIGURES = []
    settings.DESK_COUNTS = settings.DESK_TOGETHER = []
    settings.HOME_CATEGORIES = settings.BASKET_COUNT = ""


# ── Pages of no room ─────────────────────────────────────────────────────────────────────────────────


def _refuse(request: HttpRequest) -> HttpResponse:
    raise Refused("over", "Melebihi <b>sisa</b> pagu.", rule="Pasal 1", fix="Kurangi jumlah barang.")


def _break(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("broken on purpose")


def _forbid(request: HttpRequest) -> HttpResponse:
    raise PermissionDenied


def _lock(request: HttpRequest) -> HttpResponse:
    return render(request, "errors/locked.html", {"failure_limit": 8}, status=429)


LIVE_PAGE = """{% extends "base.html" %}
{% block scripts %}{% include "components/htmx.html" %}{% endblock %}
{% block content %}<form hx-post="/hidup/" hx-target="#jawaban" method="post">{% csrf_token %}
<button class="button">Tanya</button></form><p id="jawaban" role="status"></p>{% endblock %}"""


def _live(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return HttpResponse("Terjawab")
    return HttpResponse(engines["django"].from_string(LIVE_PAGE).render({}, request))


@pytest.fixture
def odd_views(settings: Any) -> None:
    """Addresses that fail (a refusal, a fault of ours, a wrong role, too many wrong passwords), and a live one."""

    class Addresses:
        urlpatterns = [
            *all_addresses,
            path("tolak/", _refuse),
            path("rusak/", _break),
            path("terlarang/", _forbid),
            path("terkunci/", _lock),
            path("hidup/", _live),
        ]

    settings.ROOT_URLCONF = Addresses
