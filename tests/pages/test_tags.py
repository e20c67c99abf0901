"""The template tags: what they write, from real moves, forms and clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django import forms
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import path

from marketplace.accounts.actors import PUBLIC, Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import MoveTable, Refused, State, move
from marketplace.pages.tones import Tone, tone_of

MONDAY = datetime(2026, 8, 3, 3, 0, tzinfo=UTC)  # 10.00 WIB, an ordinary week before the holidays of August


def render(source: str, **context: Any) -> str:
    return Template("{% load eorder %}" + source).render(Context(context)).strip()


@pytest.mark.parametrize(
    ("source", "value", "expected"),
    [
        ("{{ v|rupiah }}", 1_500_000, "Rp1.500.000"),
        ("{{ v|rupiah }}", 0, "Rp0"),
        ("{{ v|rupiah }}", None, "–"),
        ("{{ v|ribuan }}", 12_500, "12.500"),
        ("{{ v|ribuan }}", None, "–"),
        ("{{ v|terbilang }}", 20_868_000, "dua puluh juta delapan ratus enam puluh delapan ribu rupiah"),
        ("{{ v|tanggal }}", date(2026, 8, 17), "17 Agustus 2026"),
        ("{{ v|tanggal }}", datetime(2026, 8, 16, 18, 0, tzinfo=UTC), "17 Agustus 2026"),
        ("{{ v|waktu }}", datetime(2026, 8, 17, 2, 30, tzinfo=UTC), "17 Agustus 2026, 09.30 WIB"),
        ("{{ v|waktu }}", None, "–"),
        ("{{ v|role_label }}", Role.PPK, "Pejabat Pembuat Komitmen (PPK)"),
        ("{{ v|role_label|short_role }}", Role.PPK, "PPK"),
        ("{{ v|role_label|short_role }}", Role.AUDITOR, "Auditor"),
    ],
)
def test_text_filters(source: str, value: object, expected: str) -> None:
    assert render(source, v=value) == expected


@pytest.mark.parametrize(
    ("state", "tone"),
    [
        ("AWAITING_PPK", Tone.WAITING),
        ("AWAITING_ANYTHING_NEW", Tone.WAITING),
        ("PAID", Tone.SUCCESS),
        ("DISCREPANCY", Tone.WARNING),
        ("TERMINATED", Tone.DANGER),
        ("CANCELLED", Tone.NEUTRAL),
        ("NEVER_SEEN", Tone.NEUTRAL),
    ],
)
def test_tone_of_state(state: str, tone: Tone) -> None:
    assert tone_of(state) is tone


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("due", "words", "tone"),
    [
        (MONDAY + timedelta(days=2), "2 hari kerja lagi", "neutral"),
        (MONDAY + timedelta(days=7), "5 hari kerja lagi", "neutral"),  # the weekend does not count
        (MONDAY + timedelta(days=1), "1 hari kerja lagi", "warning"),
        (MONDAY + timedelta(hours=5), "Hari ini", "warning"),
        (MONDAY - timedelta(hours=1), "Lewat batas waktu", "danger"),
        (MONDAY - timedelta(days=4), "Terlambat 2 hari kerja", "danger"),  # Thursday to Monday
    ],
)
def test_deadline_counts_working_days(due: datetime, words: str, tone: str) -> None:
    with clock.frozen(MONDAY):
        written = render("{% deadline due %}", due=due)
    assert f"<strong>{words}</strong>" in written
    assert f'class="deadline {tone}"' in written
    assert f'datetime="{due:%Y}' in written


@pytest.mark.django_db
def test_deadline_is_quiet_when_far_done_or_absent() -> None:
    with clock.frozen(MONDAY):
        assert "<strong>" not in render("{% deadline due %}", due=MONDAY + timedelta(days=200))
        assert "<strong>" not in render("{% deadline due done=True %}", due=MONDAY - timedelta(days=9))
        assert render("{% deadline due %}", due=None) == ""


@pytest.mark.django_db
def test_deadline_at_the_end_of_a_day_names_the_day_alone() -> None:
    end_of_day = datetime(2026, 8, 5, 23, 59, 59, tzinfo=clock.JAKARTA)
    with clock.frozen(MONDAY):
        written = render("{% deadline due %}", due=end_of_day)
    assert "5 Agustus 2026</time>" in written


class Offer(forms.Form):
    """One field of each kind that is drawn in its own way."""

    price = forms.IntegerField(label="Harga", min_value=1, help_text="Tanpa sen")
    way = forms.ChoiceField(label="Cara", choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
    agreed = forms.BooleanField(label="Setuju")
    photo = forms.FileField(label="Foto", required=False)
    draft = forms.CharField(widget=forms.HiddenInput, required=False)


def test_field_ties_label_hint_and_error_to_the_input() -> None:
    written = render("{% field form.price prefix='Rp' %}", form=Offer({"price": "0"}))
    assert '<label for="id_price">' in written
    assert 'id="id_price-hint"' in written
    assert 'id="id_price-error"' in written
    assert 'aria-describedby="id_price-hint id_price-error"' in written
    assert 'aria-invalid="true"' in written


def test_field_groups_radios_and_marks_what_is_optional() -> None:
    form = Offer()
    assert "<fieldset" in render("{% field form.way %}", form=form)
    assert "<legend>Cara</legend>" in render("{% field form.way %}", form=form).replace("\n", "")
    assert "(opsional)" in render("{% field form.photo %}", form=form)
    assert "(opsional)" not in render("{% field form.agreed %}", form=form)
    assert "<label" not in render("{% field form.draft %}", form=form)


def test_error_summary_leads_to_each_field_and_escapes_what_people_typed() -> None:
    form = Offer({"price": "<script>", "way": "<i>c</i>"})
    written = render("{% error_summary form %}", form=form)
    assert 'href="#id_price"' in written
    assert 'href="#id_way_0"' in written, "a radio group is reached at its first radio"
    assert "<script>" not in written
    assert "<i>" not in written
    assert render("{% error_summary form %}", form=Offer()) == "", "an untouched form has no errors"


def test_error_summary_shows_a_refusal_with_rule_and_remedy() -> None:
    refused = Refused("x", "Melebihi pagu.", rule="Pasal 1", fix="Kurangi.")
    written = render("{% error_summary refused=refused %}", refused=refused)
    assert all(words in written for words in ("Melebihi pagu.", "Pasal 1", "Kurangi."))


def test_block_tags_keep_their_content_and_escape_their_label() -> None:
    written = render("{% table label stacked=True %}<table></table>{% endtable %}", label="<Baris>")
    assert "<table></table>" in written
    assert "&lt;Baris&gt;" in written
    assert "stacked" in written
    written = render("{% confirm 'Batalkan' danger=True %}<p>Yakin?</p>{% endconfirm %}")
    assert "<details" in written
    assert "<p>Yakin?</p>" in written


def test_facets_count_what_is_chosen_and_carry_the_question_along() -> None:
    options = [
        {"value": "1", "label": "A", "count": 5, "checked": True},
        {"value": "2", "label": "B", "count": None, "checked": False},
    ]
    groups = [SimpleNamespace(title="Tempat", name="area", options=options)]
    written = render("{% facets groups hidden=hidden %}", groups=groups, hidden={"q": "nasi kotak"})
    assert "Saring hasil (1)" in written.replace("\n", "")
    assert '<input type="hidden" name="q" value="nasi kotak">' in written
    assert written.count(" checked") == 1


def test_progress_is_whole_percent_and_survives_nothing_to_do() -> None:
    assert "33%" in render("{% progress 1 3 'Impor' %}")
    assert "0%" in render("{% progress 0 0 'Impor' %}")
    assert "100%" in render("{% progress 9 3 'Impor' %}")


# ── Moves ───────────────────────────────────────────────────────────────────────────────────────────

TABLE = MoveTable(
    name="parcel",
    states=(State("OPEN", "Terbuka"), State("SENT", "Dikirim", terminal=True)),
    moves=(
        move(
            "drop", "Batalkan", sources="OPEN", target="SENT", roles="VENDOR", act="parcel.drop", danger=True
        ),
        move("send", "Kirim", sources="OPEN", target="SENT", roles="VENDOR", act="parcel.send"),
        move("hold", "Tunda", sources="OPEN", target="SENT", roles="VENDOR", act="parcel.hold"),
    ),
    initial="OPEN",
)


def _nowhere(request: HttpRequest, key: str) -> HttpResponse:
    return HttpResponse(key)


MOVE_NAMES = ("send", "drop", "hold")
urlpatterns = [path(f"kiriman/<slug:key>/{name}/", _nowhere, name=f"parcel-{name}") for name in MOVE_NAMES]


@pytest.mark.urls(__name__)
def test_buttons_come_from_the_legal_moves_with_one_primary() -> None:
    parcel = SimpleNamespace(aggregate="parcel", moves=TABLE, state="OPEN", standing=lambda actor: None)
    written = _buttons(parcel, Actor(1, "Ratna", Role.VENDOR))
    assert '<a class="button primary" href="/kiriman/K-1/send/">Kirim</a>' in written
    assert '<a class="button danger-outline" href="/kiriman/K-1/drop/">Batalkan</a>' in written
    assert '<a class="button" href="/kiriman/K-1/hold/">Tunda</a>' in written
    assert _buttons(parcel, PUBLIC) == "", "who may do nothing sees no button"
    parcel.state = "SENT"
    assert _buttons(parcel, Actor(1, "Ratna", Role.VENDOR)) == ""


def _buttons(parcel: Any, actor: Actor) -> str:
    request: Any = RequestFactory().get("/")
    request.actor = actor
    return render("{% move_buttons parcel 'K-1' %}", parcel=parcel, request=request)
