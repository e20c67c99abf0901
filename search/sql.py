"""What PostgreSQL itself guarantees about the search."""

from __future__ import annotations

from typing import Final

from marketplace.database.triggers import trigger

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

CREATE: Final[list[str]] = [
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

DROP: Final[list[str]] = ["DROP FUNCTION IF EXISTS search_available() CASCADE"]
