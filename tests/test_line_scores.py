"""The measures of lines, against values computed by hand."""

import re
from pathlib import Path

import pytest

from handmath.base.errors import InputError
from handmath.data.interval import wilson
from handmath.reading.labelled import Labelled, labels, normalise, only
from handmath.reading.scores import Scores, Sources


@pytest.mark.parametrize(
    ("written", "read", "expected"),
    [
        ("12÷4=3", "12÷4=3", 0),
        ("12÷4=3", "12+4=3", 1),  # replaced
        ("12÷4=3", "12÷4=", 1),  # missed
        ("12÷4=3", "112÷4=3", 1),  # invented
        ("12", "21", 2),  # two replaced: to swap is no single error
        ("12÷4=3", "", 6),
        ("3 * 4 - 1", "3×4-1", 0),
        ("8/2−1", "8÷2-1", 0),
        ("2x3", "2×3", 0),
    ],
)
def test_wrong_symbols(written: str, read: str, expected: int) -> None:
    assert Labelled(Path(), written).errors(read) == expected


def shares(written: list[str], read: list[str]) -> tuple[float, float, float, float]:
    """No symbol wrong, at most one, at most two; the error rate."""
    scores = Scores.of([Labelled(Path(), text) for text in written], read)
    exact, one, two = (scores.at_most(errors)[0] for errors in range(3))
    return exact, one, two, scores.error_rate


def test_the_measures_of_four_lines() -> None:
    written = ["12÷4=3", "1+1", "2x3=6", "7-0.5"]  # 6, 3, 5 and 5 symbols
    read = ["12÷4=3", "1+7", "2×36", "71"]  # 0, 1, 1 and 4 wrong
    assert shares(written, read) == (1 / 4, 3 / 4, 3 / 4, 6 / 19)


def test_two_wrong_count_as_at_most_two_alone() -> None:
    assert shares(["1+1", "2"], ["1", "2"]) == (1 / 2, 1 / 2, 1.0, 2 / 4)


def test_the_error_rate_exceeds_1_where_much_is_invented() -> None:
    assert shares(["1"], ["111"])[3] == 2.0


def test_a_share_has_wilsons_interval() -> None:
    assert Scores([0, 2], 9).at_most(0) == (0.5, *wilson(1, 2))


def test_sources_count_alike_however_many_lines_they_have() -> None:
    scores = {"Ann": Scores([0] * 8, 8), "Bob": Scores([0, 1], 2), "Cyd": Scores([2, 1, 0, 0], 4)}
    found = Sources.of(scores)
    assert found.share == pytest.approx((1 + 1 / 2 + 1 / 2) / 3)
    assert (found.low, found.high) == wilson(3 * found.share, 3)
    assert found.without == {"Ann": 3 / 6, "Bob": 10 / 12, "Cyd": 9 / 10}


def test_two_sources_say_little_of_a_third_however_many_lines_are_right() -> None:
    found = Sources.of({"Ann": Scores([0] * 500, 500), "Bob": Scores([0] * 500, 500)})
    assert (found.share, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(2 / (2 + 1.959964**2))  # n / (n + z²)


def line_from(source: str) -> Labelled:
    return Labelled(Path(f"{source}.png"), "1", source=source)


def test_a_name_alone_says_which_split_a_source_is_in() -> None:
    # `printf Ann | sha256sum` begins with 17, which is odd; those of the others with cd, 16 and 48.
    known = {"Ann": "test", "Bob": "test", "Di": "validation", "Fay": "validation"}
    assert {name: line_from(name).split for name in known} == known


def test_splits_share_no_source_and_leave_none_out() -> None:
    found = [line_from(f"writer {number // 3}") for number in range(300)]
    validation, test = (only(split, found, Path()) for split in ("validation", "test"))
    assert sorted([*validation, *test], key=found.index) == found
    chosen_on = {label.source for label in validation}
    assert not chosen_on & {label.source for label in test}
    assert 35 <= len(chosen_on) <= 65  # of 100


@pytest.mark.parametrize(
    ("sources", "complaint"),
    [
        (["Ann", ""], "my_lines/labels.csv can't be split: it needs a column source"),
        (["Ann", "Ann"], "my_lines/labels.csv: no source is in"),
    ],
)
def test_what_cannot_be_split(sources: list[str], complaint: str) -> None:
    found = [line_from(source) for source in sources]
    other = {"validation": "test", "test": "validation"}[found[0].split]
    with pytest.raises(InputError, match=complaint):
        only(other, found, Path("my_lines"))


def test_the_table_names_pictures_and_texts(tmp_path: Path) -> None:
    table = "\ufefffile,text,writer\na.png,12 / 4 = 3,1\nb.png,7−2,2\n"  # as a spreadsheet saves it
    (tmp_path / "labels.csv").write_text(table, encoding="utf-8")
    assert labels(tmp_path) == [
        Labelled(tmp_path / "a.png", "12÷4=3"),
        Labelled(tmp_path / "b.png", "7-2"),
    ]


def test_the_table_may_hold_latex(tmp_path: Path) -> None:
    table = "file,latex,level,source\na.png,x^2,script, Ann\nb.png,\\alpha,,\n"
    (tmp_path / "labels.csv").write_text(table, encoding="utf-8")
    assert labels(tmp_path) == [
        Labelled(tmp_path / "a.png", "x^2", True, "Ann", "script"),
        Labelled(tmp_path / "b.png", r"\alpha", True),
    ]


def test_text_goes_before_latex(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").write_text("latex,text,file,level\n1 + 1,1+1,a.png,line\n")
    assert labels(tmp_path) == [Labelled(tmp_path / "a.png", "1+1")]


@pytest.mark.parametrize(
    ("table", "complaint"),
    [
        (None, "labels.csv is missing"),
        (b"", "needs the columns file,text"),
        (b"file,text\n", "at least one row"),
        (b"name,text\na.png,1\n", "needs the columns file,text"),
        (b"file,text\na.png,1\nb.png,2^3\n", "row 2: “2^3” is no line"),
        (b"file,text\na.png,\n", "row 1"),
        (b"file,text\na.png\n", "row 1"),
        (b"file,text\n,1\n", "row 1"),
        (b"file,latex\na.png,x\nb.png,{ }\n", "row 2: “{ }” is no LaTeX"),
        (b"file,latex\na.png\n", "row 1"),
        (b"file,text\n\xff.png,1\n", "no table in UTF-8"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "no table in UTF-8"),
    ],
)
def test_a_bad_table_is_refused(tmp_path: Path, table: bytes | None, complaint: str) -> None:
    if table is not None:
        (tmp_path / "labels.csv").write_bytes(table)
    with pytest.raises(InputError, match=re.escape(complaint)):
        labels(tmp_path)


def test_spellings() -> None:
    assert normalise("1 − 2 * 3 x 4 / 5") == "1-2×3×4÷5"
