"""Which of two objects is blamed where clients send mTLS to a server that disables it."""

from pathlib import Path

import pytest

from service_mesh.mesh.view import Complete
from service_mesh.model.origin import SourceText
from tests.support.fixture import Case, cases, findings_of

_FIXTURES = Path(__file__).parent / "istio"
_WIDE = "host: '*.shop.svc.cluster.local'"
_SINGLE = "host: reviews"


def _blamed(host: str) -> list[tuple[str, str]]:
    (wrong, *_) = cases(_FIXTURES / "client_mtls_not_spoken.yaml")
    text = wrong.source.text.replace(_SINGLE, host)
    case = Case("blame", SourceText("blame.yaml", text), Complete.YES)
    return [(f.code, f.resource.kind) for f in findings_of(case, "IS159", "IS175", "IS176", "IS177") if f.resource]


@pytest.mark.parametrize(
    ("host", "blamed"),
    [(_SINGLE, [("IS176", "DestinationRule")]), (_WIDE, [("IS159", "PeerAuthentication")])],
)
def test_rule_for_one_host_is_blamed_and_the_policy_beside_a_wide_one(host: str, blamed: list[tuple[str, str]]) -> None:
    assert _blamed(host) == blamed


@pytest.mark.parametrize(
    ("mode", "said"),
    [
        ("STRICT", [("IS175", "/spec/trafficPolicy/tls/mode")]),
        ("PERMISSIVE", [("IS170", "/spec/trafficPolicy/tls/mode")]),
    ],
)
def test_missing_ca_is_not_told_where_the_server_refuses_the_tls_anyway(mode: str, said: list[tuple[str, str]]) -> None:
    (wrong, *_) = cases(_FIXTURES / "client_tls_refused.yaml")
    text = wrong.source.text.replace("mode: DISABLE", "mode: SIMPLE").replace("mode: STRICT", f"mode: {mode}")
    case = Case("own-tls", SourceText("own-tls.yaml", text), Complete.YES)
    assert [(f.code, f.pointer) for f in findings_of(case, "IS170", "IS175")] == said
