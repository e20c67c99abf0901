"""Addresses of the mini-competition."""

from __future__ import annotations

from django.urls import path

from procurement.competition.views import drafting, judging, moves, offering, pages, talking

urlpatterns = [
    path("mini-kompetisi/", pages.competition_list, name="competitions"),
    path("mini-kompetisi-baru/", drafting.begin, name="competition-begin"),
    path("mini-kompetisi/<slug:number>/", pages.competition, name="competition"),
    path("mini-kompetisi/<slug:number>/rancangan/", drafting.edit, name="competition-edit"),
    path("mini-kompetisi/<slug:number>/umumkan/", moves.publish, name="competition-publish"),
    path("mini-kompetisi/<slug:number>/perpanjang/", moves.extend, name="competition-extend"),
    path("mini-kompetisi/<slug:number>/batalkan/", moves.cancel, name="competition-cancel"),
    path("mini-kompetisi/<slug:number>/buka/", moves.open_offers, name="competition-open"),
    path("mini-kompetisi/<slug:number>/nilai/", judging.judge, name="competition-judge"),
    path(
        "mini-kompetisi/<slug:number>/minta-rincian/", judging.ask_structure, name="competition-ask-structure"
    ),
    path("mini-kompetisi/<slug:number>/rincian/", judging.give_structure, name="competition-give-structure"),
    path("mini-kompetisi/<slug:number>/selesai-evaluasi/", moves.conclude, name="competition-conclude"),
    path("mini-kompetisi/<slug:number>/tetapkan/", moves.decide, name="competition-decide"),
    path("mini-kompetisi/<slug:number>/gagal/", moves.give_up, name="competition-give_up"),
    path("mini-kompetisi/<slug:number>/tanya/", talking.ask, name="competition-ask"),
    path("mini-kompetisi/<slug:number>/jawab/", talking.answer, name="competition-answer"),
    path("mini-kompetisi/<slug:number>/tawar/", offering.offer, name="competition-offer"),
    path("mini-kompetisi/<slug:number>/cabut/", offering.withdraw, name="competition-withdraw"),
]
