"""Everyday writing: shortenings, loan words, words written apart, said twice, or spoken."""

from __future__ import annotations

import pytest

from search.indonesian import ECHOES, INFORMAL, PAIRS, stems
from search.stemming import EXCEPTIONS, ROOTS

SAME = """
fotokopi = photocopy = fotocopy = foto copy = foto kopi = photo copy = FC; laptop = lap top = leptop;
kaos = kaus = t-shirt = T shirt = tshirt;
kacamata = kaca mata = kaca-mata; tisu = tissue = tissu; kopi = coffee = cofee;
buku = buku-buku = buku2 = buku buku = bukunya = buku2nya; sayur = sayur-mayur = sayur mayur = sayur-sayuran = sayuran;
lauk = lauk-pauk = lauk pauk; kue = kue-kue = kue2 = kue kue; obat = obat-obatan = obat obatan; warna = warna-warni;
tolong = tolong-menolong; umbul = umbul-umbul = umbul umbul; merah = kemerah-merahan;
kertas utk kantor = krtas untuk ktr;
tanda tangan = tandatangan = ttd; flashdisk = flash disk = flash drive = flesdisk; televisi = tv = TV LED = led tv;
print = ngeprint = diprint; cuci = nyuci = pencucian = mencuci = cucian; bersih = bersihin = dibersihin = kebersihan;
kirim = ngirim = pengiriman; servis = service = servisin = diservis; seprai = sprei = seprei; whiteboard = white board;
wifi = wi-fi = wi fi; baterai = batere = battery = batre; stiker = sticker = setiker; suvenir = souvenir = sovenir;
aluminium = alumunium = almunium; stainless = stenlis; akrilik = acrylic; paving = paving block = conblock = con block
"""


@pytest.mark.parametrize("line", [each.strip() for each in SAME.replace("\n", " ").split(";")])
def test_everyday_spellings_meet(line):
    read = {tuple(stems(each)) for each in line.split("=")}

    assert len(read) == 1, read


def test_the_data_are_sound():
    assert len(ROOTS) >= 4_000
    assert all(word.isalpha() and word.isascii() for word in ROOTS)
    assert all(EXCEPTIONS[root] == root for root in set(EXCEPTIONS.values()))
    written_out = {word for meant in INFORMAL.values() for word in meant}
    assert not {word for word in written_out if word in INFORMAL and INFORMAL[word] != [word]}
    assert all(" " not in together for seconds in PAIRS.values() for together in seconds.values())
    assert all(stems(f"{word}-{echo}") == stems(word) for word, echo in ECHOES.items())
