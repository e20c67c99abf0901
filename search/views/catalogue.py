"""The catalogue: all listings, or those of a category and what lies below it."""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views import View

from marketplace.accounts.access import ActorRequest, roles
from marketplace.accounts.actors import Actor
from search.categories import Node, Tree
from search.question import Question
from search.shelf import shelf
from search.views.finding import answered


def _page(request: ActorRequest, actor: Actor, tree: Tree, node: Node | None) -> HttpResponse:
    question = replace(Question.read(request.GET), text="", category="")
    page = shelf(actor, question, tree=tree, node=node)
    context = {
        "page": page,
        "node": node,
        "below": [each for each in tree.below(node) if each.count],
        "crumbs": _crumbs(node),
    }
    return answered(request, "catalogue/list.html", context, action=request.path)


def _crumbs(node: Node | None) -> list[dict[str, str]]:
    if node is None:
        return []
    trail = [{"label": _("Katalog"), "url": reverse("catalogue")}]
    return trail + [{"label": each.name, "url": each.url} for each in node.trail]


@method_decorator(roles.everyone, name="dispatch")
class CatalogueView(View):
    """All listings on show, newest first, with filters."""

    def get(self, request: ActorRequest) -> HttpResponse:
        """The first page, or the one asked for."""
        return _page(request, request.actor, Tree.load(), None)


@method_decorator(roles.everyone, name="dispatch")
class ProductCategoryView(View):
    """The listings of one category, named by its whole way through the tree."""

    def get(self, request: ActorRequest, slug: str) -> HttpResponse:
        """404 when the category is unknown or not public."""
        tree = Tree.load()
        node = tree.by_slug.get(slug)
        if node is None:
            raise Http404
        return _page(request, request.actor, tree, node)
