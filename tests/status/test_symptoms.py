"""What causes a symptom: one changed fact gives one cause, a healthy cluster none, and bad questions are refused."""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.engine.run import Engine, Report
from service_mesh.engine.world import World
from service_mesh.errors import UsageError
from service_mesh.mesh.capture import Capture
from service_mesh.mesh.naming import Subject
from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import workloads
from service_mesh.model.kinds import DEPLOYMENT, POD, Kind
from service_mesh.model.origin import Layer
from service_mesh.model.resource import Resource
from service_mesh.operations.diagnosis import check_question, find_cause
from service_mesh.operations.request import Inputs, StatusRequest, Symptom
from service_mesh.operations.status import status
from service_mesh.operations.status_result import Cause
from service_mesh.rules.registry import load_rules
from service_mesh.source.reader import Reading
from service_mesh.status.symptoms.diagnosis import diagnose
from service_mesh.status.symptoms.order import EXPLAINED, ORDER
from service_mesh.status.symptoms.table import SUSPECTS
from tests.status.faults import NOW, healthy, with_change

_TABLE = Path(__file__).with_name("symptoms.yaml")
_NO_INJECTOR = "the cause is that no injector runs in the cluster, neither Istio's istiod nor Linkerd's proxy injector"
_WORKLOADS = (
    ("istio-sidecar", "shop/web"),
    ("istio-sidecar", "payments/ledger"),
    ("istio-ambient", "shop/web"),
    ("istio-ambient", "shop/cart"),
    ("linkerd", "shop/web"),
    ("linkerd", "shop/cart"),
    ("cilium", "shop/web"),
    ("cilium", "shop/api"),
)

Documents = Iterable[Mapping[str, object]]


def _cases() -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", yaml.safe_load(_TABLE.read_text(encoding="utf-8")))


_CASES = _cases()


def _report(clusters: Mapping[str, Documents], listed: frozenset[Kind] | None = None) -> Report:
    registry = load_rules()
    reading = Reading()
    for name, documents in clusters.items():
        reading.resources += [Resource(dict(data), cluster=name, layer=Layer.SNAPSHOT) for data in documents]
    world = World((), reading, captures={name: Capture(NOW, listed) for name in clusters})
    return Engine(registry, Catalogue.bundled(), frozenset(rule.code for rule in registry)).run(world)


@cache
def _well(cluster: str) -> Report:
    return _report({"": healthy(cluster)})


def _asked(report: Report, symptom: str, workload: str) -> Cause:
    found = find_cause(StatusRequest(Inputs(), symptom=Symptom(symptom), workload=workload), report)
    assert found is not None
    return found


def _object(cause: Cause) -> str:
    ref = cause.resource
    return (
        "" if ref is None else f"{ref.kind} {ref.namespace}/{ref.name}" if ref.namespace else f"{ref.kind} {ref.name}"
    )


def _refused(report: Report, workload: str) -> str:
    with pytest.raises(UsageError) as error:
        _asked(report, "503", workload)
    return str(error.value)


@pytest.mark.parametrize("case", _CASES, ids=[case["case"] for case in _CASES])
def test_one_changed_fact_is_told_as_the_cause(case: dict[str, Any]) -> None:
    found = _asked(_report({"": with_change(healthy(case["in"]), case)}), case["symptom"], case["of"])
    assert (found.cause, _object(found), found.code, found.next_command) == (
        case["cause"],
        case["object"],
        case["code"],
        case["next"],
    )
    assert found.disproof
    assert len([one for one in found.looked_for if one.endswith(": found")]) >= 1


@pytest.mark.parametrize("symptom", [one.value for one in Symptom])
@pytest.mark.parametrize(("cluster", "workload"), _WORKLOADS)
def test_healthy_cluster_gives_no_cause_and_a_command_that_tells_more(
    cluster: str, workload: str, symptom: str
) -> None:
    found = _asked(_well(cluster), symptom, workload)
    assert found.cause == (_NO_INJECTOR if (cluster, symptom) == ("cilium", "injection") else "")
    assert found.next_command
    assert found.looked_for


def test_attached_policy_that_allows_some_is_no_cause_and_is_named_among_what_was_looked_for() -> None:
    found = _asked(_well("istio-sidecar"), "403", "shop/web")
    assert (found.cause, found.next_command) == ("", "istioctl experimental authz check web-6d5f7c8b9-4kz2p -n shop")
    assert found.looked_for == (
        "a fault that answers requests on purpose",
        "an AuthorizationPolicy of Istio that refuses: undecided, see AuthorizationPolicy shop/web",
        "a policy that cannot mean what it says",
        "a caller and a workload that disagree about mutual TLS",
        "a workload that should have a proxy and has none",
        "a waypoint that is missing or passed by",
        "an EnvoyFilter that changes more than it means to",
    )


def test_server_of_linkerd_that_admits_some_is_named_among_what_was_looked_for() -> None:
    found = _asked(_well("linkerd"), "403", "shop/cart")
    assert "a Server of Linkerd that admits nobody: undecided, see Server shop/cart-http" in found.looked_for
    assert found.next_command == "linkerd viz authz -n shop deployment/cart"


def test_policy_of_cilium_that_lets_some_in_is_named_among_what_was_looked_for() -> None:
    found = _asked(_well("cilium"), "timeout", "shop/api")
    title = "a network policy that drops the traffic"
    assert f"{title}: undecided, see CiliumNetworkPolicy shop/api" in [
        one.partition(" and ")[0] for one in found.looked_for
    ]
    assert found.next_command == "hubble observe --verdict DROPPED -n shop"


def test_what_was_not_read_is_said_beside_what_was_looked_for() -> None:
    documents = [one for one in healthy("istio-sidecar") if one["kind"] != "Pod"]
    found = _asked(_report({"": documents}, frozenset({DEPLOYMENT})), "503", "shop/web")
    assert found.cause == ""
    assert found.looked_for[:4] == (
        "a proxy that does not run beside the workload (not read: Pod)",
        "a workload none of whose pods is ready (not read: Pod)",
        "a Service that selects no pod (not read: Service, Pod)",
        "a Service mirrored from another cluster that is not reached",
    )


def test_status_of_a_deployment_tells_that_no_pod_is_ready_where_pods_were_not_read() -> None:
    documents = [one for one in healthy("istio-sidecar") if one["kind"] != "Pod"]
    changed = with_change(tuple(documents), {"set": {"Deployment shop/web /status/readyReplicas": 0}})
    found = _asked(_report({"": changed}, frozenset({DEPLOYMENT})), "503", "shop/web")
    assert found.cause == "the cause is that 'Deployment shop/web' counts no ready pod"


def test_pods_are_found_by_their_labels_where_no_replica_set_was_read() -> None:
    documents = [one for one in healthy("istio-sidecar") if one["kind"] != "ReplicaSet"]
    assert _asked(_report({"": documents}), "503", "shop/web").cause == ""


def test_absence_proves_nothing_where_pods_were_not_read() -> None:
    documents = [one for one in healthy("istio-sidecar") if one["kind"] not in ("Pod", "Deployment")]
    changed = (*documents, next(one for one in healthy("istio-sidecar") if _is(one, "Deployment", "web")))
    found = _asked(_report({"": changed}, frozenset({POD})), "injection", "shop/web")
    assert "no injector" not in found.cause


def test_proved_cause_comes_before_a_likely_one_that_stands_higher() -> None:
    change = {
        "set": {
            "Pod shop/web-6d5f7c8b9-4kz2p /status/conditions/3/status": "False",
            "VirtualService shop/web /spec/http/0/route/0/destination/subset": "v2",
        }
    }
    found = _asked(_report({"": with_change(healthy("istio-sidecar"), change)}), "503", "shop/web")
    assert (found.code, "is that" in found.cause) == ("IS103", True)
    assert "pods that are not ready while others are: found" in found.looked_for


def test_fault_of_another_workload_is_no_cause() -> None:
    change = {"set": {"Pod payments/ledger-5bd7c9f6c8-t5n8r /status/conditions/3/status": "False"}}
    report = _report({"": with_change(healthy("istio-sidecar"), change)})
    assert _asked(report, "503", "shop/web").cause == ""


def test_question_is_answered_for_a_pod_and_a_service_too() -> None:
    report = _well("istio-sidecar")
    named = ("pod/shop/web-6d5f7c8b9-4kz2p", "shop/web-6d5f7c8b9-4kz2p", "svc/shop/web", "deployment/shop/web")
    assert [_asked(report, "503", one).workload for one in named] == [
        "Pod shop/web-6d5f7c8b9-4kz2p",
        "Pod shop/web-6d5f7c8b9-4kz2p",
        "Service shop/web",
        "Deployment shop/web",
    ]


@pytest.mark.parametrize(
    ("workload", "said"),
    [
        ("shop/wbe", "no workload 'shop/wbe' was read; did you mean 'shop/web'?"),
        ("shpo/web", "no workload 'shpo/web' was read; did you mean 'shop/web'?"),
        ("web", "'web' does not say the namespace of the workload; did you mean 'shop/web'?"),
        ("deploy/web", "no workload 'deploy/web' was read; did you mean 'shop/web'?"),
        ("deply/shop/web", "'deply' is no kind of workload; did you mean 'deploy/shop/web'?"),
        ("payments/zebra", "no workload 'payments/zebra' was read; namespace 'payments' has ledger"),
    ],
)
def test_unknown_workload_is_refused_with_the_nearest_name(workload: str, said: str) -> None:
    assert _refused(_well("istio-sidecar"), workload) == said


def test_name_of_two_kinds_is_refused_with_both_and_found_by_its_kind() -> None:
    base = healthy("istio-sidecar")
    twin = {**next(one for one in base if _is(one, "Deployment", "web")), "kind": "StatefulSet"}
    report = _report({"": (*base, twin)})
    said = "'shop/web' names several workloads; write one of deploy/shop/web, sts/shop/web"
    assert _refused(report, "shop/web") == said
    assert _asked(report, "injection", "sts/shop/web").workload == "StatefulSet shop/web"


def test_workload_of_two_clusters_is_refused_with_both_and_found_by_its_cluster() -> None:
    report = _report({"east": healthy("linkerd"), "west": healthy("linkerd")})
    said = "'shop/web' names several workloads; write one of east/deploy/shop/web, west/deploy/shop/web"
    assert _refused(report, "shop/web") == said
    assert _asked(report, "503", "west/deploy/shop/web").cause == ""


@pytest.mark.parametrize(
    ("symptom", "workload", "said"),
    [
        (Symptom.LATENCY, "", "the symptom 'latency' is given without the workload that shows it"),
        (None, "shop/web", "the workload 'shop/web' is given without a symptom"),
    ],
)
def test_symptom_and_workload_are_only_taken_together(symptom: Symptom | None, workload: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        check_question(StatusRequest(Inputs(snapshot="dump"), symptom=symptom, workload=workload))
    assert error.value.message == said


def test_nothing_read_is_answered_without_a_cause() -> None:
    found = _asked(_report({"": ()}), "503", "shop/web")
    assert (found.cause, found.looked_for) == ("", ("no workload was read, so nothing was looked for",))


def test_status_carries_the_cause_and_keeps_problems_to_the_parts_that_are_asked_for(tmp_path: Path) -> None:
    change = {"set": {"VirtualService shop/web /spec/gateways": ["istio-ingress/shpo"]}}
    documents = with_change(healthy("istio-sidecar"), change)
    (tmp_path / "all.yaml").write_text(yaml.safe_dump_all(documents), encoding="utf-8")
    found = status(
        StatusRequest(
            Inputs(snapshot=str(tmp_path)), symptom=Symptom.STATUS_404, workload="shop/web", now="2026-11-20T12:00:00Z"
        )
    )
    assert found.cause is not None
    assert (found.cause.code, _object(found.cause)) == ("IS104", "VirtualService shop/web")


def test_every_code_of_the_table_is_a_rule_and_every_suspect_is_used() -> None:
    known = {rule.code for rule in load_rules()}
    named = {code for suspect in SUSPECTS.values() for code in (*suspect.proof, *suspect.signs)}
    assert named - known == set()
    assert {name for names in ORDER.values() for name in names} == set(SUSPECTS)


def test_every_symptom_has_an_order_and_explains_only_what_it_looks_for() -> None:
    assert set(ORDER) == set(EXPLAINED) == {symptom.value for symptom in Symptom}
    assert [symptom for symptom, names in EXPLAINED.items() if not names <= set(ORDER[symptom])] == []
    assert [symptom for symptom, names in ORDER.items() if len(set(names)) < len(names)] == []


def test_suspects_with_rules_say_whom_their_findings_concern() -> None:
    assert [name for name, one in SUSPECTS.items() if (one.proof or one.signs) and one.reach is None] == []
    assert [name for name, one in SUSPECTS.items() if not (one.proof or one.signs or one.probe)] == []


def test_every_symptom_has_cases_and_their_names_differ() -> None:
    assert {case["symptom"] for case in _CASES} == set(ORDER)
    assert {case["in"] for case in _CASES} == {cluster for cluster, _ in _WORKLOADS}
    assert len({case["case"] for case in _CASES}) == len(_CASES)


@pytest.mark.parametrize("odd", [None, 7, "x", True, [], {}, [None, 7, "x", [], {}], {"a": [None]}], ids=repr)
@pytest.mark.parametrize("cluster", ["istio-sidecar", "istio-ambient", "linkerd", "cilium"])
def test_odd_values_anywhere_in_what_is_near_never_stop_a_diagnosis(cluster: str, odd: object) -> None:
    near = [one for one in healthy(cluster) if _place(one) in ("shop", "istio-ingress")]
    answered = 0
    for number, document in enumerate(near):
        broken = [
            Resource(_with_odd(document, odd) if other == number else dict(one)) for other, one in enumerate(near)
        ]
        view = MeshView(broken, captures={"": Capture(NOW, None)})
        for symptom in ORDER:
            answered += bool(diagnose(view, (), symptom, _subject(view, document)).looked_for)
    assert answered == len(near) * len(ORDER)


def _with_odd(document: Mapping[str, object], odd: object) -> dict[str, object]:
    """The document with an odd value for each field below `spec`, `status` and the labels."""
    changed = dict(document)
    for part in ("spec", "status"):
        held = document.get(part)
        if isinstance(held, dict):
            changed[part] = dict.fromkeys(held, odd)
    return changed


def _place(document: Mapping[str, object]) -> str:
    return str(cast("Mapping[str, object]", document["metadata"]).get("namespace", ""))


def _subject(view: MeshView, document: Mapping[str, object]) -> Subject:
    """The workload or Service of the document, else the first workload there is."""
    kind, name = str(document["kind"]), str(cast("Mapping[str, object]", document["metadata"])["name"])
    workload = next(
        iter(one for one in workloads(view) if (one.resource.kind.name, one.resource.name) == (kind, name)), None
    )
    found = workload or workloads(view)[0]
    return Subject(found.resource, (found,))


def _is(document: Mapping[str, object], kind: str, name: str) -> bool:
    metadata = cast("Mapping[str, object]", document["metadata"])
    return document["kind"] == kind and metadata["name"] == name
