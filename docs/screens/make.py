"""Choose and shrink the pictures of this folder from those the page scan takes.

EORDER_SCREENSHOTS=FOLDER pytest tests/journeys/test_every_page.py
python docs/screens/make.py FOLDER
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
CHOSEN = {
    "vendor-phone": (r"VENDOR-pesanan-EO-\d+-\d+-phone", 1500),
    "ppk-desk": (r"PPK-meja-office", 1500),
    "auditor-story": (r"AUDITOR-audit-cerita-purchase-\d+-office", 2200),
    "registration-phone": (r"VENDOR-usaha-saya-phone", 1000),
    "upload-phone": (r"VENDOR-produk-saya-unggah-\d+-phone", 1500),
    "verification-office": (r"OPERATOR-penyedia-\d+-office", 1300),
}
"""Name here → picture there (the first that fits) and the greatest height in pixels."""
COLOURS = 128


def make(source: Path) -> None:
    """Write the chosen pictures, cut to their height and reduced to a palette."""
    for name, (pattern, height) in CHOSEN.items():
        fitting = sorted(path for path in source.glob("*.png") if re.fullmatch(pattern, path.stem))
        if not fitting:
            raise SystemExit(f"No picture {pattern} in {source}: run the page scan first.")
        picture = Image.open(fitting[0]).convert("RGB")
        cut = picture.crop((0, 0, picture.width, min(height, picture.height)))
        cut.quantize(COLOURS, dither=Image.Dither.NONE).save(HERE / f"{name}.png", optimize=True)


if __name__ == "__main__":
    make(Path(sys.argv[1]))
