"""What the log says about the search."""

from __future__ import annotations

from marketplace.audit.acts import Act, register

INDEX_CHECK = "search.check"
INDEX_REPAIR = "search.repair"
_FACTS = ("version", "group", "members", "one_way", "reason")
ACTS = (
    Act(
        "search.synonym_add",
        "{actor} menambah kelompok sinonim {members} (versi {version}): {reason}",
        _FACTS,
    ),
    Act(
        "search.synonym_change",
        "{actor} mengubah kelompok sinonim dari {before} menjadi {members} (versi {version}): {reason}",
        (*_FACTS, "before"),
    ),
    Act(
        "search.synonym_end",
        "{actor} mengakhiri kelompok sinonim {before} (versi {version}): {reason}",
        (*_FACTS, "before"),
    ),
    Act(INDEX_CHECK, "{actor} meminta indeks {index} dibandingkan dengan basis data", ("index",)),
    Act(INDEX_REPAIR, "{actor} mengirim ulang {listings} produk ke indeks {index}", ("index", "listings")),
    # Of a saved search the log holds the name its owner gave it, not what was asked.
    Act("search.save", "{actor} menyimpan pencarian “{name}”", ("name",)),
    Act(
        "search.rename",
        "{actor} mengganti nama pencarian tersimpan “{before}” menjadi “{name}”",
        ("name", "before"),
    ),
    Act("search.pause", "{actor} menjeda kabar pencarian tersimpan “{name}”", ("name",)),
    Act("search.resume", "{actor} melanjutkan kabar pencarian tersimpan “{name}”", ("name",)),
    Act("search.unsave", "{actor} menghapus pencarian tersimpan “{name}”", ("name",)),
    Act(
        "search.news",
        "{count} produk baru cocok dengan pencarian tersimpan “{name}”",
        ("name", "count", "day"),
    ),
)


def declare() -> None:
    """Register the acts of this room; called once when Django starts."""
    register(*ACTS)
