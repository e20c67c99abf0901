"""The indexes that were built: which serves, which is kept to go back to, and the one call that changes this.

Finders ask one alias, which shows what is not removed. The engine moves it from one index to another in one step; what
the database remembers of it follows, and is put right by the engine's word should something end in between.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

from django.db import OperationalError, connection, transaction
from elasticsearch import Elasticsearch, NotFoundError

from marketplace.core import clock
from search.engines.elastic.connecting import Address
from search.engines.elastic.documents import MAPPING, SHOWN, versions
from search.engines.elastic.following import WRITING
from search.models import IndexGeneration

Stage = IndexGeneration.Stage
TRIES: Final = 20
LOADING_SETTINGS: Final[dict[str, Any]] = {
    "number_of_shards": 1,
    "number_of_replicas": 0,
    "refresh_interval": "-1",
}
SERVING_SETTINGS: Final[dict[str, Any]] = {"refresh_interval": "1s", "auto_expand_replicas": "0-1"}


@dataclass(frozen=True, slots=True)
class Generations:
    """The indexes of one market at one engine."""

    client: Elasticsearch
    address: Address

    def begin(self) -> IndexGeneration:
        """Make an empty index that no finder sees, and have it told of every change from now on."""
        name = f"{self.address.name}-{clock.now():%Y%m%d%H%M%S%f}"
        self.client.indices.create(
            index=name, settings=LOADING_SETTINGS, mappings=MAPPING, aliases={f"{name}{WRITING}": {}}
        )
        return self._registered(name)

    def _registered(self, name: str) -> IndexGeneration:
        """Remember the index. Acts under way that saw none end first, else their changes would be noted nowhere."""
        for attempt in range(1, TRIES + 1):
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '3s'")
                    if not IndexGeneration.objects.exists():
                        cursor.execute("LOCK TABLE search_listingcard IN SHARE ROW EXCLUSIVE MODE")
                    return IndexGeneration.objects.create(
                        index=name, began_at=clock.now(), versions=versions()
                    )
            except OperationalError:
                # An act holds the cards; whoever waits behind us must not wait long.
                if attempt == TRIES:
                    raise
        raise AssertionError("unreachable")

    def open_up(self, generation: IndexGeneration) -> None:
        """Let a loaded index show what it holds, and go on showing it."""
        self.client.indices.put_settings(index=generation.index, settings=SERVING_SETTINGS)
        self.client.indices.refresh(index=generation.index)

    def serve(self, generation: IndexGeneration) -> None:
        """Let finders ask this index from now on: one call, so there is no moment without an index or with two."""
        serving = self.serving()
        self.client.indices.update_aliases(
            actions=[
                *({"remove": {"index": index, "alias": self.address.name}} for index in serving),
                {"add": {"index": generation.index, "alias": self.address.name, "filter": SHOWN}},
            ]
        )
        self._noted(generation.index)

    def _noted(self, serving: str) -> None:
        with transaction.atomic():
            others = IndexGeneration.objects.exclude(index=serving)
            others.filter(stage=Stage.SERVING).update(stage=Stage.KEPT)
            IndexGeneration.objects.filter(index=serving).exclude(stage=Stage.SERVING).update(
                stage=Stage.SERVING, served_at=clock.now()
            )

    def serving(self) -> list[str]:
        """The index behind the alias, as the engine says; empty when there is none."""
        try:
            return sorted(self.client.indices.get_alias(name=self.address.name).body)
        except NotFoundError:
            return []

    def known(self) -> set[str]:
        """All indexes of this market that the engine has; none of a market whose name begins alike."""
        pattern = re.compile(re.escape(self.address.name) + r"-\d{20}")
        found = self.client.indices.get(
            index=f"{self.address.name}-*", allow_no_indices=True, filter_path="*.aliases"
        )
        return {name for name in found.body if pattern.fullmatch(name)}

    def put_right(self) -> None:
        """Believe the engine where the database remembers otherwise, and clear what a broken-off building left.

        The caller is the only one who builds.
        """
        known, serving = self.known(), self.serving()
        IndexGeneration.objects.exclude(index__in=known).delete()
        for index in serving:
            self._noted(index)
        IndexGeneration.objects.filter(stage=Stage.SERVING).exclude(index__in=serving).update(
            stage=Stage.KEPT
        )
        for generation in IndexGeneration.objects.filter(stage=Stage.LOADING):
            self.drop(generation)
        remembered = set(IndexGeneration.objects.values_list("index", flat=True))
        for index in known - remembered - set(serving):
            self.client.indices.delete(index=index, ignore_unavailable=True)

    def drop(self, generation: IndexGeneration) -> None:
        """Forget an index, then delete it: nobody is to write to what is gone."""
        generation.delete()
        self.client.indices.delete(index=generation.index, ignore_unavailable=True)

    def thin_out(self, keep: int) -> list[str]:
        """Drop kept indexes but the `keep` newest; returns their names."""
        kept = IndexGeneration.objects.filter(stage=Stage.KEPT).order_by("-served_at", "-id")
        dropped = list(kept[keep:])
        for generation in dropped:
            self.drop(generation)
        return [generation.index for generation in dropped]
