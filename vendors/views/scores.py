"""Scores in public: the formula with a worked example, units, one's own observations with reply and contest."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.pages.answers import answered
from marketplace.regulation.queries import parameter
from vendors.actions import scores
from vendors.models import Observation
from vendors.queries.exposure import newcomers
from vendors.queries.scores import UNIT_VOICES, contested, observations_for, scorecards
from vendors.scoring import MEASURES, UNIT, averaged, weight
from vendors.views.forms import edits, sent

ROWS = 100
EXAMPLE = ((100, 0), (80, 30), (0, 360))
"""Value and age in days of three observations, for the worked example."""


class WordsForm(forms.Form):
    """What the observed say, and whether they ask that it should not count."""

    text = forms.CharField(
        label=_("Tanggapan"),
        min_length=10,
        max_length=300,
        help_text=_("Dibaca siapa saja. Jangan menulis nomor telepon, NIK, atau surel."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class DecisionForm(forms.Form):
    """An operator's decision on a contest."""

    uphold = forms.TypedChoiceField(
        label=_("Putusan"),
        choices=[
            ("ya", _("Bantahan benar: pengamatan tidak dihitung")),
            ("tidak", _("Pengamatan tetap dihitung")),
        ],
        coerce=lambda said: said == "ya",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Alasan"), min_length=10, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )


@require_safe
@roles.everyone
def formula(request: ActorRequest) -> HttpResponse:
    """How scores are made, in words, with an example worked out by the same code."""
    half = int(parameter("score.half_life_days").value)
    example = [(value, age, round(weight(age, half), 3)) for value, age in EXAMPLE]
    context = {
        "measures": MEASURES.values(),
        "half_life": half,
        "needed": parameter("score.min_sample").value,
        "version": parameter("score.version"),
        "example": example,
        "result": round(averaged(EXAMPLE, half_life_days=half) or 0),
    }
    return render(request, "vendors/scores/formula.html", context)


@require_safe
@roles.everyone
def first_orders(request: ActorRequest) -> HttpResponse:
    """Vendors that wait for their first order."""
    found = (
        newcomers().select_related("organisation").defer("npwp", "owner_name", "owner_nik", "street", "phone")
    )
    return render(request, "vendors/scores/first_orders.html", {"vendors": found.order_by("-pk")[:ROWS]})


@require_safe
@roles.everyone
def units(request: ActorRequest) -> HttpResponse:
    """Agency units with how fast they pay; flat in their number."""
    found = list(
        Organisation.objects.filter(kind=Organisation.Kind.AGENCY_UNIT, is_active=True).order_by("name")[
            :ROWS
        ]
    )
    cards = scorecards(UNIT, [unit.pk for unit in found])
    return render(request, "vendors/scores/units.html", {"rows": [(unit, cards[unit.pk]) for unit in found]})


@require_safe
@roles.everyone
def unit(request: ActorRequest, pk: int) -> HttpResponse:
    """One unit's scorecard and what it replied."""
    found = get_object_or_404(Organisation, pk=pk, kind=Organisation.Kind.AGENCY_UNIT)
    replies = Observation.objects.filter(side=UNIT, subject_id=pk, reply__isnull=False).select_related(
        "reply"
    )
    context = {
        "unit": found,
        "card": scorecards(UNIT, [pk])[pk],
        "replies": replies.order_by("-at")[:20],
    }
    return render(request, "vendors/scores/unit.html", context)


@require_safe
@roles(Role.VENDOR, *sorted(UNIT_VOICES))
def own(request: ActorRequest) -> HttpResponse:
    """The observations one answers for, newest first, with what may be done about each."""
    return render(
        request, "vendors/scores/own.html", {"observations": observations_for(request.actor)[:ROWS]}
    )


@edits
@roles(Role.VENDOR, *sorted(UNIT_VOICES))
def respond(request: ActorRequest, pk: int, contesting: bool) -> HttpResponse:
    """Reply in public, or ask that an observation should not count."""
    found = observations_for(request.actor).get(pk=pk)
    form = WordsForm(*sent(request))

    def act() -> None:
        if contesting:
            scores.contest(actor=request.actor, observation_id=pk, reason=form.cleaned_data["text"])
        else:
            scores.reply(actor=request.actor, observation_id=pk, text=form.cleaned_data["text"])

    return answered(
        request,
        form,
        act,
        back=reverse("scores-own"),
        done=str(_("Tersimpan.")),
        template="vendors/scores/respond.html",
        context={"observation": found, "contesting": contesting},
    )


@require_safe
@roles(Role.OPERATOR)
def contests(request: ActorRequest) -> HttpResponse:
    """Contests that wait for a decision, the oldest first."""
    return render(request, "vendors/scores/contests.html", {"observations": contested()[:ROWS]})


@edits
@roles(Role.OPERATOR)
def decide(request: ActorRequest, pk: int) -> HttpResponse:
    """Decide one contest."""
    found = get_object_or_404(Observation, pk=pk, contested_at__isnull=False)
    form = DecisionForm(*sent(request))

    def act() -> None:
        said: dict[str, Any] = form.cleaned_data
        scores.decide(actor=request.actor, observation_id=pk, **said)

    return answered(
        request,
        form,
        act,
        back=reverse("score-contests"),
        done=str(_("Putusan disimpan.")),
        template="vendors/scores/decide.html",
        context={"observation": found},
    )
