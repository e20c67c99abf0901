"""Pictures stay inside their frame and keep their proportions."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from procurement.statistics.charts import HEIGHT, WIDTH, columns, lines, permille
from procurement.statistics.downloads import Table, as_file

RUPIAH = st.integers(0, 10**13)


@given(st.lists(RUPIAH, min_size=1, max_size=12), st.none() | RUPIAH)
def test_columns_stand_on_the_ground_in_proportion(values: list[int], even: int | None) -> None:
    drawn = columns([(str(number), value) for number, value in enumerate(values)], even=even)
    top = max([*values, even or 0, 1])
    for before, after in zip(drawn.columns, drawn.columns[1:], strict=False):
        assert before.x + before.width < after.x
    for column in drawn.columns:
        assert column.x >= 0 and column.x + column.width <= WIDTH
        assert column.y + column.height == HEIGHT and column.y >= 0
        assert abs(column.height * top - HEIGHT * column.value) <= top
    assert (drawn.even is None) == (even is None)


@given(st.lists(RUPIAH, max_size=12), st.lists(RUPIAH, min_size=12, max_size=12))
def test_lines_begin_at_nothing_and_stay_in_the_frame(short: list[int], whole: list[int]) -> None:
    drawn = lines([short, whole], steps=12)
    for line, values in zip(drawn.lines, (short, whole), strict=True):
        points = [tuple(map(int, each.split(","))) for each in line.split()]
        assert points[0] == (0, HEIGHT) and len(points) == len(values) + 1
        assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points)
    assert drawn.lines[1].split()[-1].startswith(f"{WIDTH},")


@given(RUPIAH, RUPIAH)
def test_something_is_seen_of_everything(part: int, whole: int) -> None:
    width = permille(part, whole)
    assert 0 <= width <= 1000
    assert (width == 0) == (part == 0 or whole == 0)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30))
def test_no_cell_of_a_file_runs_as_a_formula(text: str) -> None:
    file = as_file(Table("x", {"a": "A"}, [[text]], {}), "csv")
    assert file is not None
    (_head, *rows) = csv.reader(io.StringIO(file.getvalue().decode().removeprefix("\ufeff")), delimiter=";")
    told = rows[0][0] if rows and rows[0] else ""
    assert not told.startswith(("=", "+", "-", "@"))
    assert told.removeprefix("'") == text or told == text
