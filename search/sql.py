"""What PostgreSQL itself does for the search: it notes every change of a card that an index must follow,
keeps cards true to stock, and versions of synonyms and what was shown as they were."""

from __future__ import annotations

from typing import Final

from marketplace.database.triggers import append_only, refusal, trigger

# Versions are drawn under the lock of the listing's row here, never before it: in the order in which transactions
# commit. Only while an index exists; an installation without one pays for a look into an empty table.
_NOTE = """
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM search_indexgeneration) THEN
        INSERT INTO search_indexchange AS noted (listing_id, version, since)
        SELECT changed.listing_id, nextval('search_card_version'), clock_timestamp()
          FROM changed{differing}
         ORDER BY 1
        ON CONFLICT (listing_id) DO UPDATE
           SET version = nextval('search_card_version'), since = coalesce(noted.since, excluded.since),
               attempts = 0, not_before = NULL, error = '';
    END IF;
    RETURN NULL;
END $$
"""
_DIFFERING = " JOIN before ON before.listing_id = changed.listing_id AND before IS DISTINCT FROM changed"
INDEX_FOLLOWS_CARDS: Final[list[str]] = [
    "CREATE SEQUENCE IF NOT EXISTS search_card_version",
    _NOTE.format(name="search_note_cards", differing=""),
    _NOTE.format(name="search_note_changed_cards", differing=_DIFFERING),
    *(
        statement
        for name, event, function, seeing in (
            ("index_follows_new", "AFTER INSERT", "search_note_cards", "NEW TABLE AS changed"),
            ("index_follows_gone", "AFTER DELETE", "search_note_cards", "OLD TABLE AS changed"),
            (
                "index_follows_changed",
                "AFTER UPDATE",
                "search_note_changed_cards",
                "OLD TABLE AS before NEW TABLE AS changed",
            ),
        )
        for statement in trigger(name, "search_listingcard", event, function, each="STATEMENT", seeing=seeing)
    ),
]

# Whether a smallest order can be served follows stock at once, whoever changes it.
_AVAILABLE: Final = """
CREATE OR REPLACE FUNCTION search_available() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.num_in_stock, NEW.num_allocated) IS DISTINCT FROM (OLD.num_in_stock, OLD.num_allocated) THEN
        UPDATE search_listingcard
        SET available = NOT available
        WHERE product_id = NEW.product_id AND stockrecord_id = NEW.id AND available <>
              (NEW.num_in_stock IS NULL OR NEW.num_in_stock - coalesce(NEW.num_allocated, 0) >= min_order);
    END IF;
    RETURN NULL;
END $$
"""
CARDS_FOLLOW_STOCK: Final[list[str]] = [
    _AVAILABLE,
    *trigger(
        "card_available",
        "partner_stockrecord",
        "AFTER UPDATE OF num_in_stock, num_allocated",
        "search_available",
    ),
    # Room on each page for the nightly change of standing, so that no index has to learn of it.
    "ALTER TABLE search_listingcard SET (fillfactor = 85)",
]

KEPT_AS_IT_WAS: Final[list[str]] = [
    refusal("search_refuse_change", "The record is kept as it was", instead="Add a further one."),
    *append_only(["search_synonymchange", "search_frozenchoice"], "search_refuse_change"),
    *trigger("shown_as_it_was", "search_shownanswer", "BEFORE UPDATE", "search_refuse_change"),
]

CREATE: Final[list[str]] = [*INDEX_FOLLOWS_CARDS, *CARDS_FOLLOW_STOCK, *KEPT_AS_IT_WAS]
