"""Which layers of defence of the log stand, and which do not: for the operator, at start-up and whenever asked.

A layer that is missing leaves the log working; what it would have stopped is then only found afterwards, or by
nobody. Therefore each says in one sentence what is wrong and how to mend it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils.translation import gettext as _

from marketplace.audit import alarms, cosigning, entries, keyfiles, queries, schema_guard, sequencer, signing
from marketplace.audit.guards import missing_guards
from marketplace.audit.models import Cosignature, Stamp
from marketplace.core import clock
from marketplace.safety import is_weak

WITNESS_MAY_LAG: Final = timedelta(hours=1)
STAMP_MAY_BE_OLD: Final = timedelta(days=2)

_PRIVILEGES: Final = """
SELECT rolsuper,
       pg_has_role(current_user, (SELECT relowner FROM pg_class WHERE oid = 'audit_entry'::regclass), 'USAGE'),
       has_table_privilege('audit_entry', 'UPDATE, DELETE, TRUNCATE')
       OR has_column_privilege('audit_entry', 'xid', 'INSERT')
FROM pg_roles WHERE rolname = current_user
"""


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer of defence: a stable name for programs, its name for people, whether it stands, and what to know."""

    name: str
    title: str
    stands: bool
    told: str


def layers() -> list[Layer]:
    """Look at every layer, the innermost first. Raises `DatabaseError`."""
    return [look() for look in _LOOKS]


def missing() -> list[Layer]:
    """Return the layers that do not stand."""
    return [layer for layer in layers() if not layer.stands]


def as_json(found: Sequence[Layer]) -> list[dict[str, Any]]:
    """Return the layers for programs."""
    return [asdict(layer) for layer in found]


@register(Tags.database)
def check_defences(databases: Sequence[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """Tell of missing layers in `manage.py check --database default`, and nothing before the log has its tables."""
    if not databases or not _has_its_tables():
        return []
    return [Warning(f"{layer.title}: {layer.told}", id=f"audit.W_{layer.name}") for layer in missing()]


def _has_its_tables() -> bool:
    """Whether all tables of the log are there: `migrate` asks for the checks before it makes or adds any."""
    wanted = {model._meta.db_table for model in apps.get_app_config("audit").get_models()}
    return wanted <= set(connection.introspection.table_names())


def _roles() -> Layer:
    with connection.cursor() as cursor:
        cursor.execute(_PRIVILEGES)
        superuser, owner, may_change = cursor.fetchone()
    if superuser:
        told = _(
            "aplikasi masuk sebagai superuser. Jalankan `audit roles`, lalu masuk dengan peran aplikasi."
        )
    elif owner:
        told = _(
            "aplikasi masuk sebagai pemilik tabel log. Masuklah dengan peran aplikasi dari `audit roles`."
        )
    elif may_change:
        told = _("peran basis data ini boleh mengubah catatan log. Jalankan `audit roles` lagi.")
    else:
        told = _("peran basis data hanya boleh menambah dan membaca catatan.")
    return Layer("roles", _("Hak basis data"), not (superuser or owner or may_change), told)


def _triggers() -> Layer:
    gone = missing_guards()
    told = _("semua pemicu terjaga.")
    if gone:
        listed = ", ".join(f"{table}.{name}" for table, name in gone)
        told = (
            _("pemicu ini hilang, tidur, atau diganti: %s. Periksa siapa, lalu pulihkan skemanya.") % listed
        )
    return Layer("triggers", _("Pemicu tambah-saja"), not gone, told)


def _schema() -> Layer:
    state = schema_guard.state()
    stands = state.installed and state.awake and not state.open_until and not state.differing
    if not state.installed:
        told = _("belum dipasang. Sebagai superuser: `audit schema install`.")
    elif not state.awake:
        told = _("pemicunya dimatikan. Cari siapa yang mematikannya, lalu `audit schema install`.")
    elif state.open_until:
        told = _("jendela migrasi terbuka. Sesudah migrasi: `audit schema close`.")
    elif state.differing:
        told = _("skema berbeda dari yang dicatat: %s.") % ", ".join(state.differing[:5])
    else:
        told = _("skema sama dengan yang dicatat dan dijaga.")
    return Layer("schema", _("Penjaga skema"), stands, told)


def _seal_key() -> Layer:
    try:
        keys = entries.seal_keys()
        weak = [name for name, key in keys.items() if is_weak(key.decode("latin-1"))]
    except ImproperlyConfigured:
        weak = ["AUDIT_MAC_KEY"]
    told = _("kunci segel rahasia dan cukup panjang.")
    if weak:
        told = _(
            "kunci segel %s bawaan atau mudah ditebak. Isi AUDIT_MAC_KEY, paling sedikit 32 karakter acak."
        )
        told = told % ", ".join(weak)
    return Layer("seal_key", _("Kunci segel"), not weak, told)


def _signing_key() -> Layer:
    title = _("Kunci penanda tangan")
    if (
        not settings.AUDIT_SIGNING_KEY
        and not signing.key_path().exists()
        and queries.latest_checkpoint() is None
    ):
        return Layer("signing_key", title, False, _("belum ada; dibuat bersama titik periksa pertama."))
    try:
        signing.signer()
    except (ImproperlyConfigured, OSError) as error:
        return Layer("signing_key", title, False, str(error))
    path = signing.key_path()
    if not settings.AUDIT_SIGNING_KEY and (
        keyfiles.others_may_read(path) or keyfiles.others_may_read(path.parent)
    ):
        told = _(
            "berkas kunci dapat dibaca orang lain. Jalankan chmod 600 pada berkas dan 700 pada foldernya."
        )
        return Layer("signing_key", title, False, told)
    return Layer("signing_key", title, True, _("ada, dan hanya terbaca oleh pemiliknya."))


def _witness() -> Layer:
    title = _("Saksi")
    try:
        known = cosigning.witnesses()
    except ImproperlyConfigured as error:
        return Layer("witness", title, False, str(error))
    if not known:
        told = _("belum ada. Minta lembaga lain menjalankan `audit witness serve`, lalu isi AUDIT_WITNESSES.")
        return Layer("witness", title, False, told)
    newest = queries.latest_checkpoint()
    late = [each.name for each in known if newest and _lags(each, newest.at - WITNESS_MAY_LAG)]
    told = _("semua saksi mengikuti log.")
    if late:
        told = _("tertinggal lebih dari satu jam: %s. Hubungi lembaga yang menjalankannya.") % ", ".join(late)
    return Layer("witness", title, not late, told)


def _lags(witness: cosigning.Witness, since: datetime) -> bool:
    return not Cosignature.objects.filter(witness=witness.name, checkpoint__at__gte=since).exists()


def _stamp() -> Layer:
    title = _("Stempel waktu")
    if not settings.AUDIT_TSA_URL:
        return Layer("stamp", title, False, _("belum ada. Isi AUDIT_TSA_URL dan AUDIT_TSA_CERTIFICATES."))
    last = Stamp.objects.order_by("-day").first()
    fresh = last is not None and clock.now() - last.at <= STAMP_MAY_BE_OLD
    told = (
        _("stempel terakhir masih baru.") if fresh else _("tidak ada stempel sejak dua hari. Periksa alarm.")
    )
    return Layer("stamp", title, fresh, told)


def _sequencer() -> Layer:
    late = sequencer.overdue()
    told = _("tidak ada catatan yang tertinggal.")
    if late:
        told = _("%d catatan menunggu lebih dari satu menit. Periksa apakah pengurut berjalan.") % len(late)
    return Layer("sequencer", _("Pengurut"), not late, told)


def _alarms() -> Layer:
    found = alarms.recent()
    told = _("tidak ada dalam tujuh hari.")
    if found:
        newest = found[0]
        words = {
            "n": len(found),
            "what": newest.get_code_display(),
            "place": newest.place,
            "told": newest.told,
        }
        told = _("%(n)d dalam tujuh hari; terakhir: %(what)s (%(place)s): %(told)s") % words
    return Layer("alarms", _("Alarm"), not found, told)


_LOOKS: Final[Sequence[Callable[[], Layer]]] = (
    _roles,
    _triggers,
    _schema,
    _seal_key,
    _signing_key,
    _sequencer,
    _witness,
    _stamp,
    _alarms,
)
