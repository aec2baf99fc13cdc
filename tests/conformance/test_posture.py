"""Questions about access, modes and transport with known answers: how far the tools agree, and that none is unsafe."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conformance.summary import AGREEMENT
from tests.conformance.test_conformance import corpora
from tools.posture_questions import answered, posture_agreement

__all__ = ["corpora"]

pytestmark = pytest.mark.conformance

Record = Callable[[str, object], None]
SUITES = (
    "ambient",
    "ambient_mtls",
    "cilium_access",
    "istio_access",
    "istio_mtls",
    "istio_reach",
    "linkerd_access",
    "netpol",
    "netpol_anp",
)
LEAST, MOST_UNKNOWN = 0.97, 0.02
KNOWN = {
    ("ambient", "044-ztunnel-allow-trustdomains-beside-namespaces-broader"): (
        "the first patches of 1.31 pass over 'trustDomains' at ztunnel, and which patch runs is not told"
    ),
    ("ambient_mtls", "000-enrol-strict"): (
        "a client on the network of a node, with no pod loaded that tells the node, may be on the server's own"
    ),
    ("istio_access", "033-nca-t2-7"): "the client's address decides, and nothing gives it",
}
"""Sets with answers that we do not share, and why."""


@pytest.mark.parametrize("suite", SUITES)
def test_answers_agree_and_nothing_that_is_denied_is_called_allowed(
    suite: str,
    corpora: Path,  # the fixture by its name
    record_property: Record,
) -> None:
    found = list(answered(corpora, suite))
    record_property(AGREEMENT, posture_agreement(suite, found))
    assert [one.place for one in found if one.is_dangerous] == []
    assert sum(one.agrees for one in found) >= LEAST * len(found)
    assert {(suite, one.place) for one in found if not one.agrees} <= set(KNOWN)


def test_few_answers_are_not_known(corpora: Path) -> None:  # the fixture by its name
    found = [one for suite in SUITES for one in answered(corpora, suite)]
    assert sum(one.is_given_up for one in found) <= MOST_UNKNOWN * len(found)
