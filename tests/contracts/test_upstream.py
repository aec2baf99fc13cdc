"""Every code of istioctl, Kiali and Linkerd is answered by a rule or declined with a reason."""

from service_mesh.rules.registry import load_rules
from tools.pages.linkerd_upstream import LINKERD, LINKERD_REASONS, LINKERD_REFUSALS
from tools.pages.upstream import UPSTREAM

_RULES = load_rules()
_CODES = {rule.code for rule in _RULES}
_KNOWN = {**UPSTREAM, **LINKERD, **LINKERD_REASONS}
_OURS = {code for rule in _RULES for code in rule.upstream} | {code for code, known in _KNOWN.items() if known.ours}


def test_tables_share_no_code() -> None:
    assert len(_KNOWN) == len(UPSTREAM) + len(LINKERD) + len(LINKERD_REASONS)


def test_codes_that_rules_name_are_known() -> None:
    assert _OURS - _KNOWN.keys() == set()


def test_every_known_code_is_answered_or_declined_and_never_both() -> None:
    declined = {code for code, known in _KNOWN.items() if known.declined}
    assert sorted(_KNOWN.keys() - _OURS) == sorted(declined)


def test_rules_that_answer_for_a_code_exist() -> None:
    answers = {code for known in _KNOWN.values() for code in known.ours}
    assert answers - _CODES == set()


def test_every_rule_about_a_refusal_of_linkerd_is_in_the_index() -> None:
    answers = {code for codes in LINKERD_REFUSALS.values() for code in codes}
    assert answers - _CODES == set()
    assert {code for code in _CODES if "LD101" <= code <= "LD122"} - answers == set()
