"""Splices: what they replace and what they leave."""

import pytest

from service_mesh.source.splice import OverlapError, Page, Splice, apply_splices


def test_splices_are_applied_in_the_order_of_their_places() -> None:
    assert apply_splices("abcdef", [Splice(4, 5, "E"), Splice(0, 1, "A"), Splice(2, 2, "-")]) == "Ab-cdEf"


def test_of_insertions_at_one_place_the_deeper_stands_first() -> None:
    assert apply_splices("ab", [Splice(1, 1, "outer", 1), Splice(1, 1, "inner", 2)]) == "ainnerouterb"


def test_neighbouring_splices_do_not_overlap() -> None:
    assert apply_splices("abcd", [Splice(1, 2), Splice(2, 3, "C"), Splice(3, 3, "!")]) == "aC!d"


@pytest.mark.parametrize("other", [Splice(1, 3), Splice(2, 4), Splice(2, 2, "x")])
def test_overlapping_splices_are_refused(other: Splice) -> None:
    with pytest.raises(OverlapError):
        apply_splices("abcdef", [Splice(1, 3, "x"), other])


def test_lines_end_before_either_line_break() -> None:
    page = Page("ab\r\ncd\nef")
    assert [page.text[page.line_start(at) : page.line_end(at)] for at in (1, 2, 4, 6, 8)] == [
        "ab",
        "ab",
        "cd",
        "cd",
        "ef",
    ]
    assert (page.line_before(1), page.line_before(5), page.line_before(8)) == (None, 2, 6)
