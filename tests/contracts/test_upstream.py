"""Every code of istioctl's analyzers and of Kiali is answered by a rule or declined with a reason."""

from service_mesh.rules.registry import load_rules
from tools.pages.upstream import UPSTREAM

_OURS = {code for rule in load_rules() for code in rule.upstream}


def test_codes_that_rules_name_are_known() -> None:
    assert {code for code in _OURS if code.startswith(("IST", "KIA"))} <= UPSTREAM.keys()


def test_every_known_code_is_answered_or_declined_and_never_both() -> None:
    declined = {code for code, known in UPSTREAM.items() if known.declined}
    assert sorted(UPSTREAM.keys() - _OURS) == sorted(declined)
