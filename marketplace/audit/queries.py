"""Reading the log: one thing's story, the explorer's pages, proofs and the published tiles."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, TypeAlias

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import LABELS, Role
from marketplace.audit import acts
from marketplace.audit.canonical import NotCanonical
from marketplace.audit.merkle import HASH_BYTES, inclusion_proof
from marketplace.audit.models import Checkpoint, Entry, Leaf, Stamp, Tile
from marketplace.audit.proofs import Proof
from marketplace.audit.tiles import FULL, HEIGHT, MAX_LEVEL, Nodes, TileId, edge_of, write_bundle
from marketplace.audit.words import Names, names_of, title_of
from marketplace.core import clock

Facts: TypeAlias = dict[str, Any]

PAGE: Final = 50
WITNESSES_MAY_LAG: Final = timedelta(seconds=60)
"""So much older than the newest a cosigned checkpoint may be and still be the one that is published."""


class NotPublished(LookupError):
    """The tree has no such tile, bundle or leaf (yet)."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as people read it: sentence, who, when, and its leaf (None while it waits)."""

    entry: Entry
    sentence: str
    role_label: str
    leaf_index: int | None

    @property
    def subject(self) -> str:
        """What the entry is about, as people call it: kind and id."""
        return f"{title_of(self.entry.aggregate_type)} {self.entry.aggregate_id}"

    @property
    def title(self) -> str:
        """What the act is called; its name when the program that knew it is gone."""
        act = acts.find(self.entry.act)
        return act.title if act else self.entry.act

    @property
    def actor(self) -> str:
        """Who acted, and for whom."""
        return ", ".join(filter(None, (self.entry.actor_name, self.role_label, self.entry.organisation_name)))


@dataclass(frozen=True, slots=True)
class Filters:
    """What the explorer's reader looks for. Empty means everything."""

    act: str = ""
    aggregate_type: str = ""
    aggregate_id: str = ""
    since: date | None = None
    until: date | None = None


# ── people ──────────────────────────────────────────────────────────────────────────────────────────────


def story_of(aggregate_type: str, aggregate_id: str) -> list[Line]:
    """Return everything that happened to one thing, oldest first. Access is the caller's matter."""
    return _lines(Entry.objects.filter(aggregate_type=aggregate_type, aggregate_id=aggregate_id))


def get_story_for(actor: Actor, aggregate_type: str, aggregate_id: str) -> list[Line]:
    """Return the story an overseer may read. Raises `Entry.DoesNotExist` for another region's things."""
    lines = _lines(readable_by(actor).filter(aggregate_type=aggregate_type, aggregate_id=aggregate_id))
    if not lines:
        raise Entry.DoesNotExist
    return lines


def get_entry_for(actor: Actor, entry_id: int) -> Entry:
    """Return an entry an overseer may read. Raises `Entry.DoesNotExist`."""
    return readable_by(actor).get(pk=entry_id)


def readable_by(actor: Actor) -> QuerySet[Entry]:
    """Entries of the actor's region, and those that belong to no region (rules, the system itself)."""
    return Entry.objects.filter(Q(region_id=actor.region_id) | Q(region_id=None))


def entries_for(actor: Actor, filters: Filters) -> QuerySet[Entry]:
    """Entries the actor may read that fit, in no order."""
    found = readable_by(actor)
    if filters.act:
        found = found.filter(Q(act=filters.act) | Q(act__startswith=filters.act.rstrip(".") + "."))
    if filters.aggregate_type:
        found = found.filter(aggregate_type=filters.aggregate_type)
    if filters.aggregate_id:
        found = found.filter(aggregate_id=filters.aggregate_id)
    if filters.since:
        found = found.filter(at__gte=clock.midnight(filters.since))
    if filters.until:
        found = found.filter(at__lt=clock.midnight(filters.until + timedelta(days=1)))
    return found


def page_for(actor: Actor, filters: Filters, *, before: int | None = None) -> tuple[list[Line], int | None]:
    """Return one page of the explorer, newest first, and the id before which the next page begins."""
    found = entries_for(actor, filters)
    if before is not None:
        found = found.filter(pk__lt=before)
    lines = _lines(found.order_by("-id")[: PAGE + 1])
    more = len(lines) > PAGE
    lines = lines[:PAGE]
    return lines, lines[-1].entry.pk if more else None


def _lines(found: QuerySet[Entry]) -> list[Line]:
    ordered = found if found.query.is_sliced else found.order_by("event_no")
    return lines_of(ordered.select_related("leaf"))


def lines_of(entries: Iterable[Entry], *, by_office: bool = False) -> list[Line]:
    """Return entries as people read them; the names of what they tell of cost one query for each kind.

    `by_office`: the sentence calls who acted by office, not by name.
    """
    found = [(entry, _facts_of(entry)) for entry in entries]
    things = _things_in(found)
    names = names_of(things)
    read = [pk for kind, pk in things if kind == "entry"]
    if read:
        others = [(entry, _facts_of(entry)) for entry in Entry.objects.filter(pk__in=read)]
        names |= names_of(_things_in(others))
        names |= {
            ("entry", str(each.pk)): f"{each.pk} ({_told(each, facts, names, by_office).sentence})"
            for each, facts in others
        }
    return [_told(entry, facts, names, by_office) for entry, facts in found]


def line_of(entry: Entry) -> Line:
    """Return one entry as people read it. Of many, ask `lines_of`: it looks their names up together."""
    return lines_of([entry])[0]


def _facts_of(entry: Entry) -> Facts | None:
    """What an entry tells, read once; None of one that was tampered with."""
    try:
        facts = entry.facts
    except (NotCanonical, KeyError):
        return None
    return facts if isinstance(facts, dict) else None


def _things_in(found: Iterable[tuple[Entry, Facts | None]]) -> set[tuple[str, str]]:
    """What the sentences of these entries name; one that was tampered with names nothing."""
    things: set[tuple[str, str]] = set()
    for entry, facts in found:
        act = acts.find(entry.act)
        if act and facts is not None:
            things.update(act.things(facts))
    return things


def _told(entry: Entry, facts: Facts | None, names: Names, by_office: bool) -> Line:
    """An entry as people read it; one that was tampered with, or is older than its act, still shows."""
    act = acts.find(entry.act)
    role_label = _role_label(entry.actor_role)
    office = " ".join(filter(None, (role_label, entry.organisation_name)))
    sentence = entry.act
    if act and facts is not None:
        sentence = act.tell(
            facts,
            actor=office if by_office else entry.actor_name,
            role=role_label,
            organisation=entry.organisation_name,
            names=names,
        )
    leaf: Leaf | None = getattr(entry, "leaf", None)
    return Line(entry, sentence, role_label, leaf.leaf_index if leaf else None)


def _role_label(role: str) -> str:
    try:
        return str(LABELS[Role(role)])
    except (ValueError, KeyError):
        return role


def aggregate_id_of(subject: str, name: str) -> str | None:
    """Return the log's id of a thing people call by `name` (an order's number); None when there is none.

    The log knows no rooms above it: `AUDIT_SUBJECT_RESOLVERS` names, for each kind of thing, a function of
    its room. Raises `LookupError` for a kind without one.
    """
    resolvers: dict[str, str] = getattr(settings, "AUDIT_SUBJECT_RESOLVERS", {})
    resolve: Callable[[str], str | None] = import_string(resolvers[subject])
    found = resolve(name)
    return None if found is None else str(found)


# ── proofs ──────────────────────────────────────────────────────────────────────────────────────────────


def latest_checkpoint() -> Checkpoint | None:
    """Return the newest signed head of the tree."""
    return Checkpoint.objects.order_by("-size").first()


def published_checkpoint() -> Checkpoint | None:
    """Return the checkpoint to show: the newest a witness has cosigned unless witnesses lag behind, else the newest."""
    newest = latest_checkpoint()
    if newest is None or not settings.AUDIT_WITNESSES:
        return newest
    cosigned = latest_cosigned()
    lagging = cosigned is None or newest.at - cosigned.at > WITNESSES_MAY_LAG
    return newest if lagging else cosigned


def latest_cosigned() -> Checkpoint | None:
    """Return the newest checkpoint that a witness has cosigned."""
    return Checkpoint.objects.filter(cosignatures__isnull=False).order_by("-size").first()


def stamp_of(size: int) -> Stamp | None:
    """Return the first time stamp of the checkpoint over that many leaves, its checkpoint with it."""
    found = Stamp.objects.filter(checkpoint__size=size).select_related("checkpoint")
    return found.order_by("day").first()


def stamps_up_to(size: int) -> QuerySet[Stamp]:
    """Return the first time stamp of every checkpoint over at most that many leaves, its checkpoint with it."""
    found = Stamp.objects.filter(checkpoint__size__lte=size).select_related("checkpoint")
    return found.order_by("checkpoint_id", "day").distinct("checkpoint_id")


def stamps_over(leaf_index: int, size: int) -> list[Stamp]:
    """Return the stamps that say most about a leaf, of checkpoints over at most `size` leaves, the smallest first.

    Of those whose tree has the leaf the first, which dates it best, and the newest; where none has, the newest before.
    """
    known = Stamp.objects.filter(checkpoint__size__lte=size).select_related("checkpoint")
    first = known.filter(checkpoint__size__gt=leaf_index).order_by("checkpoint__size", "day").first()
    newest = known.order_by("-checkpoint__size", "day").first()
    return list({each.pk: each for each in (first, newest) if each is not None}.values())


def published_note(checkpoint: Checkpoint) -> str:
    """Return the signed note of a checkpoint with the lines of the witnesses."""
    lines = checkpoint.cosignatures.order_by("witness", "key_hash").values_list("line", flat=True)
    return checkpoint.note + "".join(f"{line}\n" for line in lines)


def inclusion_of(entry: Entry, checkpoint: Checkpoint | None = None) -> Proof | None:
    """Return the proof that an entry is in the tree of a checkpoint; None while it waits.

    Without a `checkpoint` it is the newest cosigned one when that covers the entry, else the newest.
    """
    proofs = _proofs([entry], checkpoint)
    return proofs[0] if proofs else None


def proof_for_entry(entry_id: int) -> Proof | None:
    """Return the proof for the entry with that id; None while it waits. Raises `Entry.DoesNotExist`."""
    return inclusion_of(Entry.objects.select_related("leaf").get(pk=entry_id))


def proofs_of(aggregate_type: str, aggregate_id: str) -> list[Proof]:
    """Return proofs for every entry of one thing that is in the tree, oldest first, all in one tree."""
    found = Entry.objects.filter(aggregate_type=aggregate_type, aggregate_id=aggregate_id)
    return _proofs(found.select_related("leaf").order_by("event_no"))


def entries_about(things: Iterable[tuple[str, str]]) -> list[Entry]:
    """Return everything that happened to some things (kind, id), in the order in which it was written."""
    by_kind: dict[str, list[str]] = {}
    for kind, pk in things:
        by_kind.setdefault(kind, []).append(pk)
    condition = Q(pk__in=[])
    for kind, pks in by_kind.items():
        condition |= Q(aggregate_type=kind, aggregate_id__in=pks)
    return list(Entry.objects.filter(condition).select_related("leaf").order_by("pk"))


def proofs_for(found: Sequence[Entry]) -> list[Proof]:
    """Return proofs of entries read with their leaves, all in one tree; none for one that waits."""
    return _proofs(found)


def _proofs(found: Sequence[Entry] | QuerySet[Entry], checkpoint: Checkpoint | None = None) -> list[Proof]:
    newest = checkpoint or latest_checkpoint()
    if newest is None:
        return []
    placed: list[tuple[int, Entry]] = []
    for entry in found:
        leaf: Leaf | None = getattr(entry, "leaf", None)
        if leaf is not None and leaf.leaf_index < newest.size:
            placed.append((leaf.leaf_index, entry))
    if not placed:
        return []
    leaves = [index for index, _entry in placed]
    head = checkpoint or _cosigned_over(max(leaves)) or newest
    note, nodes = published_note(head), _nodes_around(leaves, head.size)
    return [
        Proof(index, tuple(inclusion_proof(index, head.size, nodes)), note, bytes(entry.payload))
        for index, entry in placed
    ]


def _cosigned_over(leaf_index: int) -> Checkpoint | None:
    """Return the newest cosigned checkpoint when its tree has that leaf."""
    cosigned = latest_cosigned() if settings.AUDIT_WITNESSES else None
    return cosigned if cosigned and cosigned.size > leaf_index else None


def _nodes_around(leaves: Sequence[int], size: int) -> Nodes:
    """Return the nodes of the tree, the tiles on the way from these leaves to the root read in one query."""
    wanted: dict[int, set[int]] = {
        tile.level: {tile.index} for tile in edge_of(size) if tile.level is not None
    }
    for level in range(MAX_LEVEL + 1):
        if size >> (HEIGHT * level):
            wanted.setdefault(level, set()).update(index >> (HEIGHT * (level + 1)) for index in leaves)
    condition = Q(level=-1)
    for level, indexes in wanted.items():
        condition |= Q(level=level, index__in=indexes)
    rows = Tile.objects.filter(condition).values_list("level", "index", "data")
    known = {(level, index): bytes(data) for level, index, data in rows}

    def fetch(tile: TileId) -> bytes:
        data = known.get((tile.level or 0, tile.index))
        return tile_data(tile) if data is None else data[: tile.width * HASH_BYTES]

    return Nodes(size, fetch)


# ── published tiles ─────────────────────────────────────────────────────────────────────────────────────


def tile_data(tile: TileId) -> bytes:
    """Return the published bytes of a tile or entry bundle. Raises `NotPublished`."""
    if tile.level is None:
        return _bundle(tile)
    stored = Tile.objects.filter(level=tile.level, index=tile.index, width__gte=tile.width)
    data = stored.values_list("data", flat=True).first()
    if data is None:
        raise NotPublished(tile.path())
    return bytes(data)[: tile.width * HASH_BYTES]


def _bundle(tile: TileId) -> bytes:
    start = tile.index * FULL
    leaves = Leaf.objects.filter(leaf_index__gte=start, leaf_index__lt=start + tile.width)
    payloads = [
        bytes(each) for each in leaves.order_by("leaf_index").values_list("entry__payload", flat=True)
    ]
    if len(payloads) != tile.width:
        raise NotPublished(tile.path())
    return write_bundle(payloads)


def bundles(size: int) -> Iterator[tuple[TileId, bytes]]:
    """Yield every entry bundle of a tree of `size` leaves, reading the log once."""
    leaves = Leaf.objects.filter(leaf_index__lt=size).order_by("leaf_index")
    rows = leaves.values_list("entry__payload", flat=True).iterator(chunk_size=16 * FULL)
    index, pending = 0, []
    for payload in rows:
        pending.append(bytes(payload))
        if len(pending) == FULL:
            yield TileId(None, index), write_bundle(pending)
            index, pending = index + 1, []
    if pending:
        yield TileId(None, index, len(pending)), write_bundle(pending)
