"""Everything that makes a schema what it is, read from PostgreSQL's own catalogue, in comparable form."""

from __future__ import annotations

import re

from django.db.backends.base.base import BaseDatabaseWrapper

OURS = "n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
NOT_OF_EXTENSIONS = "NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = {}.oid AND d.deptype = 'e')"

QUERIES = {
    "extensions": "SELECT extname FROM pg_extension",
    "columns": f"""
        SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity,
               a.attgenerated, pg_get_expr(e.adbin, e.adrelid), l.collname
        FROM pg_attribute a
        JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attrdef e ON (e.adrelid, e.adnum) = (a.attrelid, a.attnum)
        LEFT JOIN pg_collation l ON l.oid = a.attcollation
        WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm') AND {OURS}
          AND {NOT_OF_EXTENSIONS.format("c")}""",
    "constraints": f"""
        SELECT c.relname, k.contype::text, k.convalidated, k.condeferrable, k.condeferred,
               pg_get_constraintdef(k.oid), CASE WHEN k.contype IN ('c', 'x', 't') THEN k.conname END
        FROM pg_constraint k
        JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE k.contype <> 'n' AND {OURS}""",
    "indexes": f"""
        SELECT c.relname, pg_get_indexdef(i.indexrelid), i.indisvalid
        FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p', 'm') AND {OURS}""",
    "triggers": "SELECT pg_get_triggerdef(oid), tgenabled FROM pg_trigger WHERE NOT tgisinternal",
    "functions": f"""
        SELECT pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
        WHERE p.prokind IN ('f', 'p') AND {OURS} AND {NOT_OF_EXTENSIONS.format("p")}""",
    "views": f"""
        SELECT c.relname, c.relkind, pg_get_viewdef(c.oid)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('v', 'm') AND {OURS} AND {NOT_OF_EXTENSIONS.format("c")}""",
    "sequences": f"""
        SELECT o.relname, d.refobjsubid, s.seqtypid::regtype::text, s.seqincrement
        FROM pg_sequence s
        JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_depend d ON d.objid = c.oid AND d.deptype IN ('a', 'i') AND d.refclassid = 'pg_class'::regclass
        LEFT JOIN pg_class o ON o.oid = d.refobjid
        WHERE {OURS}""",
    "types": f"""
        SELECT t.typname, t.typtype::text, (SELECT string_agg(enumlabel, ',' ORDER BY enumsortorder)
                                            FROM pg_enum WHERE enumtypid = t.oid)
        FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
        WHERE t.typtype IN ('e', 'd') AND {OURS} AND {NOT_OF_EXTENSIONS.format("t")}""",
    "search configurations": f"""
        SELECT f.cfgname FROM pg_ts_config f JOIN pg_namespace n ON n.oid = f.cfgnamespace
        WHERE {OURS} AND {NOT_OF_EXTENSIONS.format("f")}""",
    "grants": f"""
        SELECT c.relname, c.relrowsecurity, c.relacl::text
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind = 'r' AND c.relacl IS NOT NULL AND {OURS}""",
    "migrations": "SELECT app, name FROM django_migrations",
    "permissions": """
        SELECT t.app_label, t.model, p.codename FROM auth_permission p
        JOIN django_content_type t ON t.id = p.content_type_id""",
    "sites": "SELECT domain, name FROM django_site",
}
OWN_TABLE = re.compile(
    r"(accounts|administration|audit|competition|documents|eorder|events|feedback|fulfilment|oversight|pages|planning|"
    r"purchasing|regulation|search|settlement|vendors|workflow)_"
)
"""Tables of our own rooms: there even the names of constraints and indexes must agree. Tables of others were
renamed and altered by their old migrations, which leaves other names on the same things."""
INDEX_NAME = re.compile(r"(CREATE (?:UNIQUE )?INDEX) \S+ ON")


def of(connection: BaseDatabaseWrapper) -> dict[str, list[str]]:
    """Return one sorted list of facts for each kind of thing in the database."""
    facts = {}
    with connection.cursor() as cursor:
        for kind, query in QUERIES.items():
            cursor.execute(query)
            facts[kind] = sorted(_plain(kind, row) for row in cursor.fetchall())
    return facts


def _plain(kind: str, row: tuple[object, ...]) -> str:
    """Return a row as text, without the names that old migrations of others gave to indexes and checks."""
    text = " | ".join(map(str, row))
    if OWN_TABLE.match(text):
        return text
    if kind == "indexes":
        return INDEX_NAME.sub(r"\1 ON", text)
    return text.rpartition(" | ")[0] if kind == "constraints" else text


def rows(connection: BaseDatabaseWrapper) -> dict[str, int]:
    """Return how many rows each table holds: data that migrations left behind shows here."""
    counted = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            counted[table] = cursor.fetchone()[0]
    return counted
