"""What `--set` gives is read the way Helm reads it, and what is filled in later is not taken for a value."""

import pytest

from service_mesh.model.chart_set import assignments, merged


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("a.b=1,c=true", [(("a", "b"), 1), (("c",), True)]),
        ("a={x,y},b=null", [(("a",), ["x", "y"]), (("b",), None)]),
        (r"selector.kubernetes\.io/os=linux", [(("selector", "kubernetes.io/os"), "linux")]),
        ("a[0].b=x", [(("a",), None)]),
        ("a=False,b=007,c=", [(("a",), False), (("b",), "007"), (("c",), "")]),
        ("a=x=y", [(("a",), "x=y")]),
        ("a", []),
        ("=1", []),
        ("$NAME=1,<name>=2", []),
    ],
)
def test_values_have_the_forms_that_helm_gives_them(text: str, given: list[tuple[tuple[str, ...], object]]) -> None:
    assert [tuple(one) for one in assignments(text)] == given


@pytest.mark.parametrize("value", ["$HOST", "<host>", "API_SERVER_IP", "{{ .host }}", "{QPS}", "...", "`date`", "HOST"])
def test_value_that_is_filled_in_later_is_not_known(value: str) -> None:
    assert [one.value for one in assignments(f"host={value}")] == [None]


def test_text_stays_text_where_it_is_asked_for() -> None:
    assert [one.value for one in assignments("a=1,b=true", as_text=True)] == ["1", "true"]


def test_later_values_go_over_earlier_ones_in_one_map() -> None:
    assert merged(assignments("a.b=1,a.c=2,a.b=3,d=4,d.e=5")) == {"a": {"b": 3, "c": 2}, "d": {"e": 5}}


def test_long_text_is_read_up_to_a_bound() -> None:
    assert len(list(assignments("a=1," * 100_000))) == 2_500
