"""When the rules about control planes keep quiet, and which of several possible problems is the one that is told."""

from collections.abc import Mapping

import pytest

from service_mesh.mesh.capture import Capture
from service_mesh.mesh.view import MeshView
from service_mesh.model.resource import Resource
from service_mesh.rules.registry import load_rules
from tests.status.faults import NOW, healthy, with_change

ISTIOD = "Deployment istio-system/istiod"
FIRST, SECOND = "Pod istio-system/istiod-75f8b6d9c4-4kz2p", "Pod istio-system/istiod-75f8b6d9c4-q8x7m"
AGENT = "DaemonSet kube-system/cilium"
CRASHING = {"waiting": {"reason": "CrashLoopBackOff"}}
PULLING = {"waiting": {"reason": "ErrImagePull"}}
_LAST = "ST129"
"""The last code that is about every mesh; the others have tests of their own."""


def told(cluster: str, *, now: float | None = NOW, **change: object) -> list[tuple[str, str, str]]:
    """Code, severity and message of what the rules about control planes say of a healthy cluster with a change."""
    view = MeshView(map(Resource, with_change(healthy(cluster), change)), captures={"": Capture(now, None)})
    asked = [rule for rule in load_rules() if rule.room == "control_plane" and rule.code <= _LAST]
    found = []
    for rule, resource in ((each, one) for each in asked for kind in each.about for one in view.of_kind(kind)):
        assert rule.check is not None
        drafts = rule.check(resource, view)
        found += [(rule.code, (draft.severity or rule.severity).value, draft.message) for draft in drafts]
    return found


def codes(cluster: str, *, now: float | None = NOW, **change: object) -> list[str]:
    """Codes alone."""
    return [code for code, _, _ in told(cluster, now=now, **change)]


def unready(since: str) -> Mapping[str, str]:
    """The condition of a pod that is not ready."""
    return {"type": "Ready", "status": "False", "lastTransitionTime": since}


@pytest.mark.parametrize("cluster", ["istio-sidecar", "istio-ambient", "linkerd", "cilium"])
def test_healthy_control_plane_is_healthy_without_a_known_time_too(cluster: str) -> None:
    assert codes(cluster, now=None) == []


def test_cause_is_told_with_the_component_when_no_pod_of_it_is_ready() -> None:
    where = "/status/containerStatuses/0/state"
    change = {f"{ISTIOD} /status/readyReplicas": 0, f"{FIRST} {where}": PULLING, f"{SECOND} {where}": PULLING}
    effect = "proxies get no new configuration and no new certificates, and pods are not injected"
    cause = "the image of container 'discovery' of pod 'istiod-75f8b6d9c4-4kz2p' cannot be pulled"
    said = f"none of the 2 pods of 'istiod' is ready, so {effect}; {cause}: 'docker.io/istio/pilot:1.31.2'"
    assert told("istio-sidecar", set=change) == [("ST101", "error", said)]


def test_pods_with_one_fault_are_told_once_and_counted() -> None:
    names = ("4x7kd", "9gq2m")
    states = {f"Pod kube-system/cilium-{name} /status/containerStatuses/0/state": CRASHING for name in names}
    crash = "container 'cilium-agent' of pod 'cilium-4x7kd' crashes each time it is started"
    said = f"{crash}, and 1 further pod of 'cilium'"
    assert told("cilium", set={f"{AGENT} /status/numberReady": 1, **states}) == [("ST103", "error", said)]


def test_pods_killed_for_memory_are_told_once_and_counted() -> None:
    ended = {"terminated": {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-11-20T11:59:00Z"}}
    change = {f"{pod} /status/containerStatuses/0/lastState": ended for pod in (FIRST, SECOND)}
    killed = "container 'discovery' of pod 'istiod-75f8b6d9c4-4kz2p' was killed for its use of memory 1 minute ago"
    said = f"{killed}, and likewise in 1 further pod of 'istiod'"
    assert told("istio-sidecar", set=change) == [("ST107", "warning", said)]


def test_how_a_crashing_container_ended_is_part_of_the_message() -> None:
    status = "/status/containerStatuses/0"
    ended = {"terminated": {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-11-20T11:59:00Z"}}
    change = {f"{FIRST} {status}/state": CRASHING, f"{FIRST} {status}/lastState": ended}
    crash = "container 'discovery' of pod 'istiod-75f8b6d9c4-4kz2p' crashes each time it is started"
    said = f"{crash}: it ended with exit code 137 ('OOMKilled')"
    assert told("istio-sidecar", set=change) == [("ST103", "warning", said)]


def test_pods_are_found_though_the_replica_set_between_was_not_read() -> None:
    change = {f"{FIRST} /status/containerStatuses/0/state": CRASHING}
    assert codes("istio-sidecar", set=change, delete=["ReplicaSet istio-system/istiod-75f8b6d9c4"]) == ["ST103"]


@pytest.mark.parametrize(
    "change",
    [
        {f"{FIRST} /metadata/creationTimestamp": "2026-11-20T11:58:30Z"},
        {f"{FIRST} /metadata/deletionTimestamp": "2026-11-20T11:59:00Z"},
        {f"{FIRST} /status/phase": "Succeeded"},
    ],
    ids=["new", "being deleted", "finished"],
)
def test_pod_that_does_not_count_is_not_held_to_its_image(change: Mapping[str, object]) -> None:
    state = {f"{FIRST} /status/containerStatuses/0/state": PULLING}
    assert codes("istio-sidecar", set=state) == ["ST104"]
    assert codes("istio-sidecar", set={**state, **change}) == []


@pytest.mark.parametrize(("since", "expected"), [("11:59:00", []), ("11:57:00", ["ST102"])])
def test_pod_that_has_just_become_unready_is_given_time(since: str, expected: list[str]) -> None:
    change = {f"{ISTIOD} /status/readyReplicas": 1, f"{FIRST} /status/conditions/3": unready(f"2026-11-20T{since}Z")}
    assert codes("istio-sidecar", set=change) == expected


@pytest.mark.parametrize(
    ("now", "since", "expected"),
    [(NOW, "11:55:00", []), (NOW, "11:45:00", ["ST102"]), (None, "11:45:00", [])],
    ids=["five minutes", "a quarter of an hour", "no time known"],
)
def test_rollout_that_goes_on_is_given_ten_minutes(now: float | None, since: str, expected: list[str]) -> None:
    progress = {"type": "Progressing", "status": "True", "reason": "ReplicaSetUpdated"}
    condition = {**progress, "lastUpdateTime": f"2026-11-20T{since}Z"}
    change = {f"{ISTIOD} /status/readyReplicas": 1, f"{ISTIOD} /status/conditions/1": condition}
    assert codes("istio-sidecar", now=now, set=change) == expected


def test_component_that_is_scaled_to_zero_is_no_problem_of_its_own() -> None:
    relay = "Deployment kube-system/hubble-relay"
    change = {f"{relay} /spec/replicas": 0, f"{relay} /status": {"observedGeneration": 2}}
    assert codes("cilium", set=change, delete=["Pod kube-system/hubble-relay-6c9d7f5b8-n7c5d"]) == []


def test_component_of_which_no_controller_has_said_anything_is_not_judged() -> None:
    assert codes("istio-sidecar", set={f"{ISTIOD} /status": {}}) == []


def test_webhooks_of_a_component_that_is_down_are_not_reported_beside_it() -> None:
    injector = "Deployment linkerd/linkerd-proxy-injector"
    assert codes("linkerd", set={f"{injector} /status/readyReplicas": 0}) == ["ST101"]


def test_webhook_that_is_only_passed_over_is_a_warning() -> None:
    webhook = "MutatingWebhookConfiguration linkerd-tap-injector-webhook-config"
    said = "webhook 'tap-injector.linkerd.io' has no CA bundle, so it is passed over"
    change = [f"{webhook} /webhooks/0/clientConfig/caBundle"]
    assert told("linkerd", remove=change) == [("ST120", "warning", said)]


def test_webhook_at_a_url_needs_no_ca_bundle() -> None:
    hooks = "MutatingWebhookConfiguration istio-sidecar-injector /webhooks"
    clients = {f"{hooks}/{number}/clientConfig": {"url": "https://istiod.example.com/inject"} for number in range(4)}
    assert codes("istio-sidecar", set=clients) == []


def test_service_without_selector_may_have_its_control_plane_elsewhere() -> None:
    assert codes("istio-sidecar", remove=["Service istio-system/istiod /spec/selector"]) == []


@pytest.mark.parametrize(
    ("last", "count", "expected"),
    [("11:40:00", 3, ["ST108"]), ("11:40:00", 2, []), ("10:40:00", 9, [])],
    ids=["often and lately", "not often", "not lately"],
)
def test_restarts_count_when_they_are_many_and_recent(last: str, count: int, expected: list[str]) -> None:
    status = f"{FIRST} /status/containerStatuses/0"
    ended = {"terminated": {"exitCode": 1, "reason": "Error", "finishedAt": f"2026-11-20T{last}Z"}}
    assert codes("istio-sidecar", set={f"{status}/restartCount": count, f"{status}/lastState": ended}) == expected


@pytest.mark.parametrize(
    "more",
    [
        {"Node node-2 /spec/unschedulable": True},
        {"HorizontalPodAutoscaler istio-system/istiod /spec/minReplicas": 2},
    ],
    ids=["one node takes pods", "autoscaler asks for two"],
)
def test_single_pod_is_no_lack_where_more_cannot_be_or_are_asked_for(more: Mapping[str, object]) -> None:
    one = {f"{ISTIOD} /spec/replicas": 1, f"{ISTIOD} /status/readyReplicas": 1}
    scaler = {"HorizontalPodAutoscaler istio-system/istiod /spec/minReplicas": 1}
    assert codes("istio-sidecar", set={**one, **scaler}, delete=[SECOND]) == ["ST116"]
    assert codes("istio-sidecar", set={**one, **scaler, **more}, delete=[SECOND]) == []


def test_budget_that_waits_for_pods_does_its_work() -> None:
    budget = "PodDisruptionBudget istio-system/istiod /status"
    change = {f"{budget}/disruptionsAllowed": 0, f"{budget}/currentHealthy": 1}
    assert codes("istio-sidecar", set=change) == []


def test_autoscaler_of_fixed_size_is_not_at_its_limit() -> None:
    scaler = "HorizontalPodAutoscaler istio-system/istiod"
    change = {f"{scaler} /spec/maxReplicas": 2, f"{scaler} /status/conditions/2/reason": "TooManyReplicas"}
    assert codes("istio-sidecar", set=change) == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, ["ST113"]),
        ({"Pod kube-system/cilium-4x7kd /metadata/creationTimestamp": "2026-11-20T11:54:00Z"}, []),
        (
            {
                "Pod kube-system/cilium-4x7kd /metadata/creationTimestamp": "2026-11-20T11:54:00Z",
                f"{AGENT} /spec/updateStrategy": {"type": "OnDelete"},
            },
            ["ST113"],
        ),
    ],
    ids=["stands still", "goes on", "goes on by hand alone"],
)
def test_update_of_agents_is_behind_once_it_stands_still(change: Mapping[str, object], expected: list[str]) -> None:
    assert codes("cilium", set={f"{AGENT} /status/updatedNumberScheduled": 1, **change}) == expected
