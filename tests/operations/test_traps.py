"""Where other checkers are known to go wrong, each time with what is right.

Published text is held to the same in tests/contracts/test_published_text.py, and what is said about Secrets in
tests/operations/test_secrets.py. Tested elsewhere: exit codes that do not depend on the format
(tests/cli/test_validate.py), arguments that no handler reads (tests/mcptools/test_arguments.py), commands of the
vendors (tests/rules/commands, for our own pages tests/contracts/test_pages.py). Not answered by anything yet, so that
nothing can be wrong about it: whether a request is allowed (an ALLOW that is there is not yet access, and what is
undecidable is unknown, never allowed), certificates that expire soon, and manifests that are generated.
"""

import pytest

from service_mesh.mesh.view import Complete
from service_mesh.operations.request import Inputs, ValidateRequest
from service_mesh.operations.result import ValidateResult, Verdict
from service_mesh.operations.validate import validate

Told = list[tuple[str, str, int]]

_SHOP = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Namespace
metadata: {name: web, labels: {istio-injection: enabled}}
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec:
  selector: {app: cart}
  ports:
  - {name: http, port: 80, targetPort: 8080}
  - {name: http-admin, port: 81, targetPort: 9000}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec: {serviceAccountName: basket, containers: [{name: cart, image: "registry.example.com/shop/cart:1"}]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: basket, namespace: shop}
---
"""


def _validated(text: str, complete: Complete = Complete.AUTO) -> ValidateResult:
    return validate(ValidateRequest(Inputs(manifests=text), complete=complete))


def _told(text: str, complete: Complete = Complete.AUTO) -> Told:
    """Code, severity and line, counted from the part behind the surroundings."""
    above = _SHOP.count("\n")
    return [(f.code, f.severity.value, f.line - above) for f in _validated(_SHOP + text, complete).findings]


def _policy(action: str, rules: str = "") -> str:
    return (
        "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: cart, namespace: shop}\nspec:\n"
        f"  selector: {{matchLabels: {{app: cart}}}}\n  action: {action}\n{rules}"
    )


def test_deny_without_rules_is_said_to_be_refused_and_never_to_block() -> None:
    result = _validated(_SHOP + _policy("DENY"))

    assert [(f.code, f.message) for f in result.findings] == [
        ("IS206", "a policy with action DENY and without rules never matches and is refused")
    ]


@pytest.mark.parametrize(
    "policy",
    [
        pytest.param(_policy("ALLOW"), id="ALLOW without rules lets nobody in, which is a way to close a workload"),
        pytest.param(_policy("DENY", "  rules: [{}]\n"), id="DENY with an empty rule closes the workload"),
    ],
)
def test_policy_that_closes_a_workload_on_purpose_is_no_fault(policy: str) -> None:
    assert _told(policy) == []


_TO_CART = (
    "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: cart, namespace: web}\nspec:\n"
    "  host: cart.shop.svc.cluster.local\n  trafficPolicy:\n    tls: {mode: DISABLE}\n---\n"
)


def _peers(name: str, namespace: str, mode: str, more: str = "") -> str:
    return (
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\n"
        f"metadata: {{name: {name}, namespace: {namespace}}}\nspec:\n  mtls: {{mode: {mode}}}\n{more}---\n"
    )


_ON_CART = "  selector: {matchLabels: {app: cart}}\n"
_REFUSED: Told = [("IS175", "error", 7)]


@pytest.mark.parametrize(
    ("policies", "told"),
    [
        pytest.param(_peers("default", "shop", "STRICT"), _REFUSED, id="the namespace of the server is strict"),
        pytest.param(_peers("default", "web", "STRICT"), [], id="that of the client says nothing about the server"),
        pytest.param(
            _peers("default", "shop", "STRICT") + _peers("default", "web", "PERMISSIVE"),
            _REFUSED,
            id="a permissive namespace of the client changes nothing",
        ),
        pytest.param(_peers("default", "istio-system", "STRICT"), _REFUSED, id="the root namespace is for the mesh"),
        pytest.param(
            _peers("default", "istio-system", "STRICT") + _peers("default", "shop", "PERMISSIVE"),
            [],
            id="the namespace comes before the mesh",
        ),
        pytest.param(
            _peers("default", "shop", "STRICT") + _peers("cart", "shop", "PERMISSIVE", _ON_CART),
            [],
            id="the workload comes before the namespace",
        ),
        pytest.param(
            _peers("default", "shop", "PERMISSIVE")
            + _peers("cart", "shop", "PERMISSIVE", f"{_ON_CART}  portLevelMtls: {{9000: {{mode: STRICT}}}}\n"),
            _REFUSED,
            id="the port comes before the workload",
        ),
    ],
)
def test_mode_of_the_server_decides_port_before_workload_before_namespace_before_mesh(
    policies: str, told: Told
) -> None:
    assert _told(_TO_CART + policies) == told


def test_rule_for_one_service_is_held_against_the_mode_of_its_own_workload() -> None:
    wide = _TO_CART.replace("cart.shop.svc.cluster.local", '"*.shop.svc.cluster.local"')
    strict = _peers("default", "shop", "STRICT")

    assert [_told(rule + strict) for rule in (_TO_CART, wide)] == [_REFUSED, _REFUSED]


_NO_AUTOMATIC = (
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: istio, namespace: istio-system}\n"
    "data: {mesh: 'enableAutoMtls: false'}\n"
)


def test_client_rule_for_mtls_is_demanded_only_where_automatic_mtls_is_off() -> None:
    strict = _peers("default", "shop", "STRICT")

    assert _told(strict) == []
    assert _told(strict + _NO_AUTOMATIC) == [("IS177", "error", 5)]


def _of_template(api: str, kind: str, name: str, before: str = "", depth: int = 0) -> str:
    """A workload whose pods have the label `app: NAME`."""
    margin = " " * depth
    return (
        f"apiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop}}\nspec:\n{before}"
        f"{margin}  template:\n{margin}    metadata: {{labels: {{app: {name}}}}}\n"
        f"{margin}    spec: {{restartPolicy: Never, containers: [{{name: a, image: example.com/a}}]}}\n---\n"
    )


def _selected(name: str) -> str:
    return f"  selector: {{matchLabels: {{app: {name}}}}}\n"


_KINDS = (
    _of_template("apps/v1", "Deployment", "a-deployment", _selected("a-deployment")),
    _of_template("apps/v1", "StatefulSet", "a-set", _selected("a-set")),
    _of_template("apps/v1", "DaemonSet", "a-daemon", _selected("a-daemon")),
    _of_template("apps/v1", "ReplicaSet", "a-replica", _selected("a-replica")),
    _of_template("batch/v1", "Job", "a-job"),
    _of_template("batch/v1", "CronJob", "a-cron", '  schedule: "* * * * *"\n  jobTemplate:\n    spec:\n', 4),
    _of_template("argoproj.io/v1alpha1", "Rollout", "a-rollout", _selected("a-rollout") + "  strategy: {canary: {}}\n"),
)
_NAMES = ("a-deployment", "a-set", "a-daemon", "a-replica", "a-job", "a-cron", "a-rollout")


@pytest.mark.parametrize(("name", "workload"), list(zip(_NAMES, _KINDS, strict=True)), ids=_NAMES)
def test_pods_of_every_kind_of_workload_are_selected(name: str, workload: str) -> None:
    policy = _policy("ALLOW").replace("app: cart", f"app: {name}") + "---\n"
    codes = [[f.code for f in _validated(_SHOP + policy + more).findings] for more in (workload, "")]

    assert codes == [[], ["IS152"]]


def test_account_of_a_workload_is_that_of_its_template_and_else_the_default_one() -> None:
    web = _of_template("apps/v1", "Deployment", "web", _selected("web"))
    rules = "".join(
        f"        - cluster.local/ns/shop/sa/{account}\n" for account in ("basket", "default", "cart", "web")
    )
    policy = _policy("ALLOW", f"  rules:\n  - from:\n    - source:\n        principals:\n{rules}")
    policy = policy.replace("  selector: {matchLabels: {app: cart}}\n", "")
    found = _validated(f"{_SHOP}{policy}---\n{web}", Complete.YES).findings

    lacks = "namespace 'shop' has no service account"
    assert [(f.code, f.message) for f in found] == [
        ("IS205", f"{lacks} '{name}', so nobody has the identity 'cluster.local/ns/shop/sa/{name}'")
        for name in ("cart", "web")
    ]


_BOUND = (
    "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {name: cart, namespace: shop}\nspec:\n"
    "  hosts: [shop.example.com]\n  gateways:\n  - istio-ingress/public\n"
    "  http: [{route: [{destination: {host: cart, port: {number: 80}}}]}]\n---\n"
    "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: {name: inner, namespace: shop}\n"
    "spec: {selector: {app: cart}, servers: [{port: {number: 8080, name: http, protocol: HTTP}, hosts: [a.example]}]}\n"
)


def test_missing_reference_is_a_note_in_a_part_of_a_mesh_and_an_error_in_a_whole_one() -> None:
    part, whole = (_validated(_SHOP + _BOUND, complete) for complete in (Complete.AUTO, Complete.YES))

    assert [(f.code, f.severity.value) for f in part.findings if f.code == "IS104"] == [("IS104", "info")]
    assert (part.verdict, [entry.what for entry in part.not_checked]) == (Verdict.INCOMPLETE, ["1 reference"])
    assert [(f.code, f.severity.value) for f in whole.findings if f.code == "IS104"] == [("IS104", "error")]
    assert (whole.verdict, whole.not_checked) == (Verdict.FAIL, ())


def test_input_that_nothing_can_judge_is_never_fine() -> None:
    result = _validated("apiVersion: example.com/v1\nkind: Wall\nmetadata: {name: x, namespace: shop}\n")

    assert (result.verdict, result.findings) == (Verdict.INCOMPLETE, ())


_LINKERD = """\
apiVersion: v1
kind: Namespace
metadata: {name: shop, annotations: {config.linkerd.io/opaque-ports: "3306,4000-4100,redis"}}
---
apiVersion: policy.linkerd.io/v1beta3
kind: Server
metadata: {name: cart-http, namespace: shop}
spec: {podSelector: {matchLabels: {app: cart}}, port: http, proxyProtocol: PROTOCOL}
---
apiVersion: policy.linkerd.io/v1alpha1
kind: AuthorizationPolicy
metadata: {name: cart, namespace: shop}
spec:
  targetRef: {TARGET}
  requiredAuthenticationRefs: [{kind: ServiceAccount, name: web}]
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: web, namespace: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}, annotations: {linkerd.io/inject: enabled}}
    spec: {containers: [{name: cart, image: cart, ports: [{name: http, containerPort: 8080}]}]}
---
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs: [{group: policy.linkerd.io, kind: Server, name: cart-http}]
  rules: [{matches: [{path: {value: /}}]}]
---
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {name: cart, namespace: shop}
spec:
  parentRefs: [{group: policy.linkerd.io, kind: Server, name: cart-http}]
  rules: [{}]
---
apiVersion: v1
kind: Service
metadata: {name: cart, namespace: shop}
spec: {selector: {app: cart}, ports: [{name: http, port: 80, targetPort: http}]}
"""


@pytest.mark.parametrize(
    "target",
    [
        "kind: Namespace, name: shop",
        "group: policy.linkerd.io, kind: Server, name: cart-http",
        "group: gateway.networking.k8s.io, kind: HTTPRoute, name: cart",
        "group: gateway.networking.k8s.io, kind: GRPCRoute, name: cart",
    ],
)
def test_targets_named_ports_accounts_and_ranges_that_linkerd_takes_are_no_fault(target: str) -> None:
    is_grpc = "GRPCRoute" in target
    documents = _LINKERD.replace("PROTOCOL", "gRPC" if is_grpc else "HTTP/1").replace("TARGET", target).split("---\n")
    other = "kind: HTTPRoute" if is_grpc else "kind: GRPCRoute"
    text = "---\n".join(one for one in documents if f"\n{other}\nmetadata" not in one)
    assert [(f.code, f.message) for f in _validated(text).findings] == []
