"""What is read of a query of Prometheus: metrics, conditions, and quantiles that are compared with a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_mesh.model.promql import Matcher, Series, quantiles_compared, series


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("up", ["up"]),
        ("sum(rate(a_total[5m])) by (le, b) / sum without (c) (d offset 5m)", ["a_total", "d"]),
        ("a * on (x) group_left (y) b unless ignoring(z) c", ["a", "b", "c"]),
        ("sum by (reporter) (rate(job:a:rate5m[1m:30s]))", ["job:a:rate5m"]),
        ("a # b\n+ c", ["a", "c"]),
        ('label_replace(a, "b", \'$1\', "c", `d e`)', ["a"]),
        ("a > bool 1e3 or -inf", ["a"]),
        ('{__name__="a", b="c"}', ["a"]),
        ('{b="c"}', [""]),
        ("5m 0x1f 1.5e3", []),
        ("", []),
    ],
)
def test_metrics_are_told_from_functions_words_and_labels(query: str, expected: list[str]) -> None:
    assert [one.metric for one in series(query)] == expected


def test_conditions_are_read_with_their_operators() -> None:
    query = """a{b="c", d != 'e}"', f=~"5..", g!~`x`, }[5m]"""
    assert list(series(query)) == [
        Series(
            "a", (Matcher("b", "=", "c"), Matcher("d", "!=", 'e}"'), Matcher("f", "=~", "5.."), Matcher("g", "!~", "x"))
        )
    ]


def test_condition_is_asked_for_exactly() -> None:
    asked = next(series('a{b="c", d!="e"}'))
    assert asked.asks("b", "c")
    assert not asked.asks("d", "e")
    assert asked.labels == {"b", "d"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("histogram_quantile(0.95, sum(rate(a[5m])) by (le)) > 0.5", [0.5]),
        ("histogram_quantile(\n  0.95, a\n)\n >= bool 2", [2.0]),
        ("histogram_quantile(0.95, a) < .5", [0.5]),
        ('histogram_quantile(0.95, a{b=")"}) > 3', [3.0]),
        ("histogram_quantile(0.95, a) / 1000 > 0.5", []),
        ("histogram_quantile(0.95, a) > 0.5 * 1000", []),
        ("histogram_quantile(0.95, a) > 1h", []),
        ("histogram_quantile(0.95, a) > b", []),
        ("histogram_quantile(0.95, a > 0.5", []),
        ("quantile(0.95, a) > 0.5", []),
    ],
)
def test_number_behind_a_quantile_is_read_where_it_is_compared_alone(query: str, expected: list[float]) -> None:
    assert [bound for _, bound in quantiles_compared(query)] == expected


@given(st.text(alphabet="ab_{}()[]\"'`#=~!,>. \n\\1", max_size=60))
def test_any_text_is_read(text: str) -> None:
    assert all(isinstance(one, Series) for one in series(text))
    assert all(bound >= 0 for _, bound in quantiles_compared(text))
