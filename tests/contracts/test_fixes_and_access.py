"""A fix that changes who may call whom, or what is encrypted, says so or is not offered as safe."""

from pathlib import Path

import pytest

from service_mesh.model.fix import Fix
from service_mesh.posture.access.changes import differences
from service_mesh.posture.access.reach import Reach
from service_mesh.rules.registry import load_rules
from tests.support.cast import cast_for
from tests.support.fix_effects import Effect, effects_of, unsaid
from tests.support.fixture import cases
from tests.support.scene import scene

_RULES = {rule.name.replace("-", "_"): rule for rule in load_rules()}
_FIXTURES = Path(__file__).parents[1] / "rules"
_TWINS = sorted(path.with_name(path.name.replace(".fixed", "")) for path in _FIXTURES.glob("*/*.fixed.yaml"))


@pytest.mark.parametrize("path", _TWINS, ids=[path.stem for path in _TWINS])
def test_safe_fix_changes_no_call_or_says_so(path: Path) -> None:
    effects = [(case, effect) for case in cases(path) for effect in effects_of(case, _RULES[path.stem])]
    told = [(case.title, effect.fix.title, unsaid(effect)) for case, effect in effects if unsaid(effect)]
    assert told == [], "make it unsafe, or say in its title what it changes"


@pytest.mark.parametrize(
    ("title", "safe", "changed", "missing"),
    [
        ("write '/32'", True, {"access"}, ("access",)),
        ("write '/32'", False, {"access"}, ()),
        ("write '/32'", True, set(), ()),
        ("write '/32', which changes access", True, {"access"}, ()),
        ("write '/32', which changes access", True, {"access", "encryption"}, ("encryption",)),
        ("write STRICT, which changes encryption", True, {"encryption"}, ()),
    ],
)
def test_title_says_what_a_safe_fix_changes(
    title: str, safe: bool, changed: set[str], missing: tuple[str, ...]
) -> None:
    assert unsaid(Effect(Fix(title, safe, ()), frozenset(changed))) == missing


_MODE = """
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: cart, namespace: shop}
spec: {selector: {matchLabels: {app: cart}}, mtls: {mode: %s}}
"""
_ALLOW = """
apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec: {selector: {matchLabels: {app: cart}}, rules: [{from: [{source: {namespaces: [%s]}}]}]}
"""
_TLS = """
apiVersion: networking.istio.io/v1
kind: DestinationRule
metadata: {name: cart, namespace: shop}
spec: {host: cart, trafficPolicy: {tls: {mode: %s}}}
"""
_NETWORK = """
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: cart, namespace: shop}
spec: {podSelector: {matchLabels: {app: cart}}, ingress: [{from: [{ipBlock: {cidr: %s}}]}]}
"""
_CILIUM = """
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: cart, namespace: shop}
spec: {endpointSelector: {matchLabels: {"k8s:app": cart}}, ingress: [{fromEndpoints: [{matchLabels: {app: %s}}]}]}
"""
_TARGET = """
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec: {targetRef: {group: %s, kind: Server, name: cart}, requiredAuthenticationRefs: []}
"""
_IDENTITY = """
apiVersion: policy.linkerd.io/v1alpha1
kind: MeshTLSAuthentication
metadata: {name: web, namespace: shop}
spec: {identityRefs: [{kind: ServiceAccount, name: web}, {kind: Namespace, name: %s}]}
"""
_ADDRESS = """
apiVersion: policy.linkerd.io/v1alpha1
kind: NetworkAuthentication
metadata: {name: office, namespace: shop}
spec: {networks: [{cidr: 10.8.0.0/24}, {cidr: %s}]}
"""
_ROUTE = """
apiVersion: policy.linkerd.io/v1beta3
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs: [{group: policy.linkerd.io, kind: %s, name: cart}]
  rules: [{matches: [{path: {value: /cart}}]}]
"""


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        (_MODE, "PERMISSIVE", "STRICT"),
        (_MODE, "DISABLE", "PERMISSIVE"),
        (_ALLOW, "shop", "elsewhere"),
        (_TLS, "ISTIO_MUTUAL", "DISABLE"),
        (_NETWORK, "10.8.0.7/32", "0.0.0.0/0"),
        (_CILIUM, "cart", "web"),
        (_TARGET, "core", "policy.linkerd.io"),
        (_IDENTITY, "shop", "elsewhere"),
        (_ADDRESS, "10.9.0.7/32", "10.10.0.7/32"),
        (_ROUTE, "Service", "Server"),
    ],
)
def test_change_of_a_lone_object_shows_in_the_calls_of_those_around_it(text: str, before: str, after: str) -> None:
    alone = scene(text % after)
    around = cast_for(one for kind in alone.kinds() for one in alone.of_kind(kind))
    sides = [scene(text % one, around) for one in (before, after)]
    assert any(one.differs for one in differences(sides[0], sides[1], Reach(is_everywhere=True)))
