"""The verb `preview`: what becomes of calls, of encryption and of findings, and what the verdict follows from."""

import json
from pathlib import Path

import pytest

from service_mesh.errors import InputError, UsageError
from service_mesh.mesh.view import Complete
from service_mesh.model.grade import Severity
from service_mesh.operations.preview import preview
from service_mesh.operations.preview_result import CallsChange, CallSide, PreviewResult
from service_mesh.operations.request import Inputs, PreviewRequest
from service_mesh.operations.result import NotChecked, Verdict
from tests.support.scene import deployment

ROOT = "apiVersion: v1\nkind: Namespace\nmetadata: {name: istio-system}\n"
SHOP = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {istio-injection: enabled}}\n"
LEGACY = "apiVersion: v1\nkind: Namespace\nmetadata: {name: legacy}\n"
CART = (
    "apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\n"
    "spec: {selector: {app: cart}, ports: [{name: http, port: 80, targetPort: 8080}]}\n"
)
SERVER = deployment("shop/cart")
WEB = deployment("shop/web", pod="serviceAccountName: web", ports="")
BATCH = deployment("legacy/batch", ports="")


def mode(text: str) -> str:
    return (
        "apiVersion: security.istio.io/v1\nkind: PeerAuthentication\nmetadata:\n  name: mode\n  namespace: shop\n"
        f"spec:\n  mtls:\n    mode: {text}\n"
    )


def policy(rules: str, action: str = "ALLOW") -> str:
    return (
        "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata:\n  name: cart\n  namespace: shop\n"
        f"spec:\n  action: {action}\n  selector:\n    matchLabels: {{app: cart}}\n  rules:\n  - {rules}\n"
    )


def network(spec: str = "{podSelector: {matchLabels: {app: cart}}, policyTypes: [Ingress]}") -> str:
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: closed, namespace: shop}\n"
        f"spec: {spec}\n"
    )


RULE = (
    "apiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: {name: cart, namespace: shop}\n"
    "spec: {host: cart, trafficPolicy: {tls: {mode: DISABLE}}}\n"
)
WEB_ALONE = "from: [{source: {principals: [cluster.local/ns/shop/sa/web]}}]"
BASE = (ROOT, SHOP, LEGACY, SERVER, WEB, BATCH, CART)
ISTIOD = deployment("istio-system/istiod", "istio: pilot", ports="")
OUTSIDE = "calls from and to the outside of the cluster and from nodes are not compared: check_access answers those"
FROM_LEGACY, FROM_WEB, TO = ("Deployment legacy/batch",), ("Deployment shop/web",), ("Deployment shop/cart",)


def previewed(before: tuple[str, ...], *after: str, **more: object) -> PreviewResult:
    request = PreviewRequest(
        Inputs(manifests="---\n".join(before), manifests_name="mesh.yaml"),
        Inputs(manifests="---\n".join(after) if after else None, manifests_name="new.yaml"),
        **more,  # type: ignore[arg-type]  # fields by name
    )
    return preview(request)


def side(one: CallSide | None) -> str:
    return f"{one.decision.value} {one.transport}" if one is not None else ""


def told(rows: tuple[CallsChange, ...]) -> list[tuple[object, ...]]:
    """Who else calls, servers, port of the Service, requests, what was and what is."""
    return [
        (
            tuple(name for name in row.from_ if name not in row.to),
            row.to,
            row.port.service_port,
            row.requests,
            side(row.before),
            side(row.after),
        )
        for row in rows
    ]


def decided(row: CallsChange) -> tuple[str, str, str, int] | None:
    """The object that decides after the change, its field and place."""
    found = row.after.deciding if row.after is not None else None
    if found is None or found.resource is None:
        return None
    return f"{found.resource.kind} {found.resource.name}", found.pointer, found.file, found.line


def nothing_becomes(result: PreviewResult) -> bool:
    access, encryption = result.access, result.encryption
    parts = (access.gained, access.lost, access.newly_unauthenticated, access.uncertain)
    return not any((*parts, encryption.lost, encryption.gained))


def test_strict_breaks_the_clients_outside_of_the_mesh_and_that_is_an_error() -> None:
    found = previewed((*BASE, mode("PERMISSIVE")), mode("STRICT"))
    assert [(one.how, one.title) for one in found.objects] == [("changed", "PeerAuthentication shop/mode")]
    assert told(found.access.lost) == [(FROM_LEGACY, TO, 80, (), "allow plaintext", "deny broken")]
    (row,) = found.access.lost
    assert (row.breaks, row.clients, row.servers, row.pairs) == (True, 1, 1, 1)
    assert decided(row) == ("PeerAuthentication mode", "/spec/mtls/mode", "new.yaml", 8)
    assert found.access.gained == found.access.uncertain == found.access.newly_unauthenticated == ()
    assert found.encryption.lost == found.encryption.gained == ()
    assert (found.verdict, found.workloads, found.not_checked) == (Verdict.FAIL, 3, ())


def test_calls_that_no_longer_carry_mtls_lose_encryption_and_the_client() -> None:
    found = previewed((*BASE, mode("PERMISSIVE")), RULE)
    expected = [(FROM_WEB, TO, 80, (), "allow mtls", "allow plaintext")]
    assert told(found.encryption.lost) == expected
    assert told(found.access.newly_unauthenticated) == expected
    assert found.access.lost == found.access.gained == ()
    carried = found.encryption.lost[0].after
    assert carried is not None
    assert carried.carried_because == "the client's DestinationRule turns TLS off"
    assert found.verdict is Verdict.FAIL


def test_calls_that_newly_carry_mtls_gain_encryption_and_that_is_no_fault() -> None:
    found = previewed((*BASE, RULE), delete=("DestinationRule shop/cart",))
    assert [(one.how, one.title) for one in found.objects] == [("removed", "DestinationRule shop/cart")]
    assert told(found.encryption.gained) == [(FROM_WEB, TO, 80, (), "allow plaintext", "allow mtls")]
    assert found.access.newly_unauthenticated == found.encryption.lost == ()
    assert found.verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("fail_on", "verdict"),
    [(Severity.ERROR, Verdict.PASS), (Severity.WARNING, Verdict.FAIL), (Severity.INFO, Verdict.FAIL)],
)
def test_calls_that_a_policy_opens_or_closes_are_warnings(fail_on: Severity, verdict: Verdict) -> None:
    opened = previewed((*BASE, network()), delete=("NetworkPolicy shop/closed",), fail_on=fail_on)
    assert sorted(told(opened.access.gained), key=str) == [
        (FROM_LEGACY, TO, 80, (), "deny plaintext", "allow plaintext"),
        (FROM_WEB, TO, 80, (), "deny mtls", "allow mtls"),
    ]
    closed = previewed(BASE, network(), fail_on=fail_on)
    assert sorted(told(closed.access.lost), key=str) == [
        (FROM_LEGACY, TO, 80, (), "allow plaintext", "deny plaintext"),
        (FROM_WEB, TO, 80, (), "allow mtls", "deny mtls"),
    ]
    assert {decided(row) for row in closed.access.lost} == {("NetworkPolicy closed", "", "new.yaml", 1)}
    assert not any(row.breaks for row in closed.access.lost)
    assert (opened.verdict, closed.verdict) == (verdict, verdict)


def test_a_request_that_is_newly_allowed_is_told_with_it() -> None:
    narrow = policy(f"{WEB_ALONE}\n    to: [{{operation: {{paths: [/items]}}}}]")
    wide = policy(f"{WEB_ALONE}\n    to: [{{operation: {{paths: [/items, /admin]}}}}]")
    found = previewed((*BASE, narrow), wide)
    assert told(found.access.gained) == [(FROM_WEB, TO, 80, ("GET /admin",), "deny mtls", "allow mtls")]
    assert decided(found.access.gained[0]) == ("AuthorizationPolicy cart", "/spec/rules/0", "new.yaml", 11)
    assert (found.access.lost, found.access.uncertain) == ((), ())


def test_an_action_of_the_same_rules_is_told_by_the_requests_that_they_name() -> None:
    rules = f"{WEB_ALONE}\n    to: [{{operation: {{paths: [/items]}}}}]"
    found = previewed((*BASE, policy(rules)), policy(rules, "DENY"))
    assert (FROM_WEB, TO, 80, ("GET /items",), "allow mtls", "deny mtls") in told(found.access.lost)
    assert (FROM_WEB, TO, 80, ("GET /",), "deny mtls", "allow mtls") in told(found.access.gained)


TOKENS = (
    "apiVersion: security.istio.io/v1\nkind: RequestAuthentication\nmetadata: {name: tokens, namespace: shop}\n"
    "spec: {jwtRules: [{issuer: i}]}\n"
)
EIGHT = ", ".join(f"/{number}" for number in range(8))


@pytest.mark.parametrize(
    ("before", "after", "request_"),
    [
        (
            f"to: [{{operation: {{paths: [{EIGHT}]}}}}]",
            f"to: [{{operation: {{paths: [{EIGHT}, /new]}}}}]",
            "GET /new",
        ),
        (
            "when: [{key: 'request.headers[x-user]', values: [alice]}]",
            "when: [{key: 'request.headers[x-user]', values: [alice, bob]}]",
            "GET /, header x-user: bob",
        ),
        (
            "when: [{key: request.auth.principal, values: [i/alice]}]",
            "when: [{key: request.auth.principal, values: [i/alice, i/bob]}]",
            'GET /, token {"iss": "i", "sub": "bob"}',
        ),
    ],
)
def test_one_more_value_in_a_list_is_told_by_the_request_that_it_opens(before: str, after: str, request_: str) -> None:
    old, new = (policy(f"{WEB_ALONE}\n    {rule}") for rule in (before, after))
    opened, closed = previewed((*BASE, TOKENS, old), new), previewed((*BASE, TOKENS, new), old)
    assert told(opened.access.gained) == [(FROM_WEB, TO, 80, (request_,), "deny mtls", "allow mtls")]
    assert told(closed.access.lost) == [(FROM_WEB, TO, 80, (request_,), "allow mtls", "deny mtls")]
    assert (opened.access.lost, closed.access.gained) == ((), ())


def test_what_is_not_known_is_told_with_what_would_settle_it_and_leaves_the_verdict_open() -> None:
    denying = policy("from: [{source: {namespaces: [shop]}}]", "DENY")
    found = previewed((ROOT, SHOP, SERVER, WEB, CART), denying, complete=Complete.NO)
    assert told(found.access.uncertain) == [(FROM_WEB, TO, 80, (), "unknown mtls", "deny mtls")]
    was = found.access.uncertain[0].before
    assert was is not None
    assert was.needs[0] == "the network policies of namespace 'shop'"
    assert (found.access.lost, found.access.gained) == ((), ())
    assert found.verdict is Verdict.INCOMPLETE


def test_findings_are_introduced_and_fixed_with_their_places() -> None:
    bad = CART.replace("targetPort: 8080", "targetPort: 9999")
    found = previewed(BASE, bad)
    introduced = [(one.code, one.file, one.line, one.severity) for one in found.findings.introduced]
    assert ("new.yaml", 4) in {(file, line) for _, file, line, _ in introduced}
    assert found.findings.fixed == ()
    back = previewed((*BASE[:-1], bad), CART)
    assert {one.code for one in back.findings.fixed} == {code for code, _, _, _ in introduced}
    assert {(one.file, one.line) for one in back.findings.fixed if one.code == introduced[0][0]} == {("mesh.yaml", 43)}
    assert back.findings.introduced == ()


def test_findings_that_only_move_are_unchanged() -> None:
    bad = CART.replace("targetPort: 8080", "targetPort: 9999")
    found = previewed((*BASE[:-1], bad), f"# a comment\n{bad.replace('name: cart,', 'name: cart, labels: {a: b},')}")
    assert [(one.how, one.title) for one in found.objects] == [("changed", "Service shop/cart")]
    assert (found.findings.introduced, found.findings.fixed) == ((), ())
    assert found.findings.unchanged > 0


def test_a_change_that_changes_nothing_says_so() -> None:
    found = previewed((*BASE, mode("STRICT")), mode("STRICT"))
    assert found.objects == ()
    assert found.notes[0] == "nothing differs from what is there"
    assert nothing_becomes(found)
    assert (found.findings.introduced, found.findings.fixed, found.findings.unchanged) == ((), (), 0)
    assert found.verdict is Verdict.PASS


def test_objects_that_no_call_depends_on_change_no_call() -> None:
    found = previewed(BASE, "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings, namespace: shop}\n")
    assert [(one.how, one.title) for one in found.objects] == [("added", "ConfigMap shop/settings")]
    assert nothing_becomes(found)


def test_a_workload_that_is_deleted_takes_its_calls_with_it() -> None:
    found = previewed(BASE, delete=("Deployment shop/cart",))
    assert sorted(told(found.access.lost), key=str) == [
        (FROM_LEGACY, TO, 80, (), "allow plaintext", ""),
        (FROM_WEB, TO, 80, (), "allow mtls", ""),
    ]
    assert found.workloads == 2


def test_the_parts_of_meshes_and_of_kubernetes_are_no_clients() -> None:
    system = deployment("kube-system/coredns", ports="")
    found = previewed((*BASE, ISTIOD, system, mode("PERMISSIVE")), mode("STRICT"))
    assert [row.from_ for row in found.access.lost] == [FROM_LEGACY]


def test_a_root_namespace_that_nothing_is_given_of_is_told_as_not_checked() -> None:
    found = previewed((SHOP, SERVER, WEB, CART, mode("PERMISSIVE")), mode("STRICT"))
    assert found.not_checked == (
        NotChecked(
            "namespace 'istio-system'",
            "nothing of it was given, and it is taken to hold no policy",
            "give its objects too",
        ),
    )
    assert nothing_becomes(found)
    assert found.verdict is Verdict.INCOMPLETE
    whole = previewed((SHOP, SERVER, WEB, CART, mode("PERMISSIVE")), mode("STRICT"), complete=Complete.YES)
    assert (whole.not_checked, whole.verdict) == ((), Verdict.PASS)


def test_without_workloads_there_are_no_calls_to_tell_of() -> None:
    found = previewed((ROOT, SHOP, mode("PERMISSIVE")), mode("STRICT"))
    assert found.workloads == 0
    assert found.not_checked == (
        NotChecked("access", "no workload was read, so that nobody calls anybody", "give the workloads too"),
    )
    assert found.verdict is Verdict.INCOMPLETE


@pytest.mark.parametrize(("before", "line"), [((), 1), ((mode("STRICT"),), 10)], ids=["alone", "behind another"])
def test_a_change_that_cannot_be_read_is_a_finding_at_its_place(before: tuple[str, ...], line: int) -> None:
    found = previewed((*BASE, mode("PERMISSIVE")), *before, "kind: [broken\n")
    (one,) = (one for one in found.findings.introduced if one.code == "SC101")
    assert (one.file, one.line, one.severity) == ("new.yaml", line, Severity.ERROR)
    assert found.verdict is Verdict.FAIL


def test_what_was_not_readable_before_is_no_finding_of_the_change() -> None:
    found = previewed((*BASE, "kind: [broken\n"), network())
    assert (found.findings.introduced, found.findings.fixed) == ((), ())


def test_a_file_that_does_not_exist_is_refused(tmp_path: Path) -> None:
    inputs = Inputs(manifests="---\n".join(BASE))
    with pytest.raises(InputError, match=r"new\.yaml"):
        preview(PreviewRequest(inputs, Inputs(paths=(str(tmp_path / "new.yaml"),))))


def test_files_are_read_on_both_sides(tmp_path: Path) -> None:
    (tmp_path / "mesh").mkdir()
    (tmp_path / "mesh" / "all.yaml").write_text("---\n".join((*BASE, mode("PERMISSIVE"))), encoding="utf-8")
    (tmp_path / "new.yaml").write_text(mode("STRICT"), encoding="utf-8")
    found = preview(
        PreviewRequest(Inputs(paths=(str(tmp_path / "mesh"),)), Inputs(paths=(str(tmp_path / "new.yaml"),)))
    )
    assert decided(found.access.lost[0]) == (
        "PeerAuthentication mode",
        "/spec/mtls/mode",
        str(tmp_path / "new.yaml"),
        8,
    )


def test_a_snapshot_is_what_there_is(tmp_path: Path) -> None:
    listed = [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "istio-system"}},
        {
            "apiVersion": "v1",
            "kind": "Namespace",
            "metadata": {"name": "shop", "labels": {"istio-injection": "enabled"}},
        },
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "legacy"}},
        *(_running("shop", "cart"), _running("shop", "web"), _running("legacy", "batch")),
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": "cart", "namespace": "shop", "uid": "u"},
            "spec": {
                "clusterIP": "10.96.0.7",
                "selector": {"app": "cart"},
                "ports": [{"port": 80, "targetPort": 8080}],
            },
        },
    ]
    file = tmp_path / "dump.json"
    file.write_text(json.dumps({"apiVersion": "v1", "kind": "List", "items": listed}), encoding="utf-8")
    found = preview(
        PreviewRequest(Inputs(snapshot=str(file)), Inputs(manifests=mode("STRICT"), manifests_name="new.yaml"))
    )
    assert [(one.how, one.title) for one in found.objects] == [("added", "PeerAuthentication shop/mode")]
    assert told(found.access.lost) == [(FROM_LEGACY, TO, 80, (), "allow plaintext", "deny broken")]
    assert decided(found.access.lost[0]) == ("PeerAuthentication mode", "/spec/mtls/mode", "new.yaml", 8)
    same = preview(PreviewRequest(Inputs(snapshot=str(file)), Inputs(manifests=CART.replace("name: http, ", ""))))
    assert same.objects == (), "what only the API server sets is no difference"


def _running(namespace: str, name: str) -> dict[str, object]:
    labels = {"app": name}
    container = {"name": "app", "image": "app", "ports": [{"containerPort": 8080}] if name == "cart" else []}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name, "namespace": namespace, "uid": name},
        "spec": {
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


@pytest.mark.parametrize(
    ("request_", "sentence"),
    [
        (
            PreviewRequest(Inputs(), Inputs(manifests="a: 1")),
            "nothing to change; give what there is: manifests, paths, a snapshot or a context",
        ),
        (
            PreviewRequest(Inputs(manifests="a: 1"), Inputs()),
            "no change was given; give after_manifests or after_paths, or name what to delete",
        ),
        (
            PreviewRequest(Inputs(manifests=network()), Inputs(), ("NetworkPolicy shop/close",)),
            "there is no 'NetworkPolicy shop/close' to delete; did you mean 'NetworkPolicy shop/closed'?",
        ),
    ],
)
def test_half_a_question_is_refused_with_the_right_way(request_: PreviewRequest, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        preview(request_)
    assert str(caught.value) == sentence
