"""The functions of Kubernetes' CEL, each asked through the library."""

from importlib.util import find_spec

import pytest

from service_mesh.catalog.cel.expression import Answer, CelError, Expression
from service_mesh.catalog.cel.rewriting import escaped, nesting_of, with_optional_answers

needs_cel = pytest.mark.skipif(find_spec("cel_expr_python") is None, reason="cel-expr-python is not installed")


@needs_cel
@pytest.mark.parametrize(
    "text",
    [
        "isURL('https://a:8443/b') && !isURL('a b')",
        "url('HTTPS://a:8443/b').getScheme() == 'https' && url('https://a:8443/b').getPort() == '8443'",
        "url('https://a:8443/b').getHost() == 'a:8443' && url('https://a:8443/b').getHostname() == 'a'",
        "isIP('fd00::1') && !isIP('::ffff:10.0.0.1') && ip('10.0.0.1').family() == 4",
        "ip('127.0.0.1').isLoopback() && ip('fe80::1').isLinkLocalUnicast() && ip('10.0.0.1').isGlobalUnicast()",
        "ip('224.0.0.1').isLinkLocalMulticast() && ip('0.0.0.0').isUnspecified() && !ip.isCanonical('FD00::1')",
        "isCIDR('10.0.0.0/8') && !isCIDR('10.0.0.0/08') && cidr('10.1.0.0/16').prefixLength() == 16",
        "cidr('10.0.0.0/8').containsIP('10.1.1.1') && !cidr('10.0.0.0/8').containsIP(ip('11.0.0.1'))",
        "cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && cidr('10.1.1.1/8').masked() == cidr('10.0.0.0/8')",
        "quantity('1Gi') == quantity('1024Mi') && quantity('500m').isLessThan(quantity('1'))",
        "quantity('1k').asInteger() == 1000 && !quantity('1m').isInteger() && quantity('-1').sign() == -1",
        "quantity('1').add(1).compareTo(quantity('2')) == 0 && isQuantity('1e3') && !isQuantity('1 Gi')",
        "[1, 2, 3].isSorted() && [1, 2, 3].sum() == 6 && [3, 1].min() == 1 && [3, 1].max() == 3",
        "sets.contains([1, 2], [2]) && sets.equivalent([1], [1, 1]) && !sets.intersects([1], [2])",
        "'a1b22'.find('[0-9]+') == '1' && 'a1b22'.findAll('[0-9]+') == ['1', '22']",
        "'a1b22'.findAll('[0-9]+', 1) == ['1']",
        "!format.dns1123Label().validate('cart').hasValue() && format.dns1123Label().validate('Cart').hasValue()",
        "!format.qualifiedName().validate('shop/cart').hasValue() && format.uuid().validate('cart').hasValue()",
        "duration('1h') > duration('59m') && 'a,b'.split(',') == ['a', 'b']",
    ],
)
def test_function_answers_as_in_kubernetes(text: str) -> None:
    assert Expression.of(text).ask({}, 1) == Answer(True)


@needs_cel
def test_failure_of_a_function_is_a_broken_rule() -> None:
    assert Expression.of("ip(self).family() == 4").ask("cart", 1) == Answer(False, "no IP address")


@needs_cel
def test_what_the_library_cannot_do_is_not_judged() -> None:
    assert Expression.of("self.sum() > 1").ask({"a": 1}, 1).holds is None
    assert Expression.of("self.find('(a+)+b') == ''").ask("aaa", 1).holds is None


@needs_cel
@pytest.mark.parametrize(
    "text", ["self.a <", "unheard(self)", "self" + " || self" * 5_000, "cel.bind(a, 1, a) > 0" * 5]
)
def test_rule_that_does_not_compile_or_is_too_long_is_refused(text: str) -> None:
    with pytest.raises(CelError):
        Expression.of(text)


@pytest.mark.parametrize(
    ("name", "spelt"),
    [
        ("namespace", "__namespace__"),
        ("a-b.c/d", "a__dash__b__dot__c__slash__d"),
        ("a__b", "a__underscores__b"),
        ("plain", "plain"),
        ("a b", ""),
        ("", ""),
    ],
)
def test_field_is_spelt_as_rules_spell_it(name: str, spelt: str) -> None:
    assert escaped(name) == spelt


def test_answer_of_a_format_becomes_an_optional_wherever_it_stands() -> None:
    text = "x == 'format.uri().validate(' && !format.uri().validate(f(')', self)).hasValue()"
    assert with_optional_answers(text) == (
        "x == 'format.uri().validate(' && !optional.ofNonZeroValue(format.uri().violations(f(')', self))).hasValue()"
    )


@pytest.mark.parametrize(
    ("text", "depth"),
    [("self.a", 0), ("self.all(a, a.b)", 1), ("self.all(a, a.exists(b, b)) && self.map(c, c)", 2), ("'.all(' == x", 0)],
)
def test_nesting_of_walks_is_counted(text: str, depth: int) -> None:
    assert nesting_of(text) == depth
