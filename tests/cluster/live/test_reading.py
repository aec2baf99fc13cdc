"""A cluster through a scripted API server: what is read, and what is said of what is not."""

import json
import logging
import threading
import time
from datetime import UTC, datetime
from typing import Any

import pytest

from service_mesh.cluster.certificates import CERTIFICATES
from service_mesh.cluster.layouts import Layout
from service_mesh.cluster.live.definitions import slimmed
from service_mesh.cluster.live.discovery import Served
from service_mesh.cluster.live.getter import UnansweredError
from service_mesh.cluster.live.listing import Listing
from service_mesh.cluster.live.reading import read_cluster
from service_mesh.cluster.live.wanted import is_wanted, known_kinds
from service_mesh.model.kinds import (
    CERTIFICATE_FILE,
    CUSTOM_RESOURCE_DEFINITION,
    DEPLOYMENT,
    DESTINATION_RULE,
    GATEWAY,
    HELM_VALUES,
    LINKERD_SERVER,
    NAMESPACE,
    NODE,
    POD,
    SECRET,
    VIRTUAL_SERVICE,
    Kind,
)
from service_mesh.model.origin import Layer
from service_mesh.model.unchecked import NotChecked
from service_mesh.rules.registry import load_rules
from tests.cluster.live.scripted import ACCESS, KINDS, Asked, Reply, Script, read, status
from tests.cluster.packing import obj
from tests.cluster.secrets import AFTER, BEFORE, CANARY, certificate, encoded
from tests.cluster.test_canaries import FORMS, PLACES

SERVED = frozenset({POD, NAMESPACE, NODE, SECRET, DEPLOYMENT, GATEWAY, VIRTUAL_SERVICE, LINKERD_SERVER})
OF_FILES = {HELM_VALUES, CERTIFICATE_FILE}
PODS = "/api/v1/pods"
ROLE = "kubectl create clusterrole service-mesh-reader --verb=list --resource="


def item(name: str, **fields: object) -> dict[str, object]:
    return {"metadata": {"name": name, "namespace": "shop"}, **fields}


def page(*items: object, token: str = "") -> Reply:
    return Reply({"kind": "PodList", "metadata": {"continue": token}, "items": list(items)})


def titles(script: Script) -> list[str]:
    return [resource.title for cluster in read(script).clusters for resource in cluster.resources]


class TestObjects:
    def test_items_of_a_list_get_the_type_of_their_list(self) -> None:
        (cluster,) = read(Script({PODS: page(item("web"))})).clusters
        (pod,) = cluster.resources
        expected = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "web", "namespace": "shop"}}
        assert (pod.data, pod.origin, pod.layer, pod.cluster) == (expected, None, Layer.CONTEXT, "")

    def test_cluster_has_the_name_of_its_context_and_the_version_of_its_server(self) -> None:
        (cluster,) = read(Script()).clusters
        assert (cluster.name, cluster.server_version, cluster.layout) == ("east", "1.34.2", Layout.LIVE)

    def test_kinds_are_read_at_the_version_that_the_server_prefers(self) -> None:
        versions = [
            {"version": version, "resources": [{**gateway, "responseKind": {"kind": kind}} for kind in kinds]}
            for version, kinds, gateway in (
                ("v1", ("HTTPRoute",), {"resource": "httproutes", "scope": "Namespaced", "verbs": ["list"]}),
                ("v1beta1", ("HTTPRoute",), {"resource": "httproutes", "scope": "Namespaced", "verbs": ["list"]}),
            )
        ]
        groups = [{"metadata": {"name": "gateway.networking.k8s.io"}, "versions": versions}]
        script = Script({"/apis": Reply({"kind": "APIGroupDiscoveryList", "items": groups})})
        read(script)
        assert [path for path in script.paths() if "gateway" in path] == [
            "/apis/gateway.networking.k8s.io/v1/httproutes"
        ]

    def test_what_cannot_be_listed_or_is_not_wanted_is_not_asked_for(self) -> None:
        resources = [
            {"resource": "pods", "responseKind": {"kind": "Pod"}, "scope": "Namespaced", "verbs": ["get"]},
            {"resource": "nodes/proxy", "responseKind": {"kind": "Node"}, "verbs": ["list"]},
            {"resource": "events", "responseKind": {"kind": "Event"}, "verbs": ["list"]},
            {"resource": "../x", "responseKind": {"kind": "Service"}, "verbs": ["list"]},
        ]
        core = {"metadata": {"name": ""}, "versions": [{"version": "v1", "resources": resources}]}
        script = Script({"/api": Reply({"kind": "APIGroupDiscoveryList", "items": [core]})})
        read(script)
        assert [path for path in script.paths() if path.startswith("/api/")] == []

    def test_server_without_aggregated_discovery_is_asked_group_by_group(self) -> None:
        script = Script({PODS: page(item("web"))}, is_legacy=True)
        snapshot = read(script)
        assert snapshot.unread == ()
        assert snapshot.clusters[0].listed >= SERVED
        assert {path for path in script.paths() if path in KINDS} == set(KINDS)

    def test_kinds_that_the_cluster_does_not_have_count_as_listed(self) -> None:
        (cluster,) = read(Script()).clusters
        assert cluster.listed == SERVED | known_kinds()
        assert DESTINATION_RULE in cluster.listed

    def test_releases_of_helm_are_left_in_their_secrets(self) -> None:
        script = Script()
        read(script)
        queries = {asked.path: asked.query for asked in script.asked}
        assert queries["/api/v1/secrets"] == {"limit": "500", "fieldSelector": "type!=helm.sh/release.v1"}
        assert queries[PODS] == {"limit": "500"}

    def test_definitions_of_other_kinds_lose_their_schemas(self) -> None:
        def definition(group: str) -> dict[str, object]:
            versions = [{"name": "v1", "served": True, "schema": {"openAPIV3Schema": {"type": "object"}}}]
            return {"spec": {"group": group, "versions": versions}}

        assert slimmed(definition("networking.istio.io")) == definition("networking.istio.io")
        other = {"spec": {"group": "example.com", "versions": [{"name": "v1", "served": True}]}}
        assert slimmed(definition("example.com")) == other

    def test_every_kind_that_a_health_rule_asks_for_is_read(self) -> None:
        kinds = {kind for rule in load_rules().about_health() for kind in (*rule.about, *rule.reads)}
        assert sorted(kind for kind in kinds - OF_FILES if not is_wanted(kind)) == []
        assert is_wanted(CUSTOM_RESOURCE_DEFINITION)


class TestPaging:
    def test_pages_are_asked_for_until_there_is_no_further_one(self) -> None:
        script = Script({PODS: [page(item("a"), token="t1"), page(item("b"), token="t2"), page(item("c"))]})
        assert titles(script) == ["Pod shop/a", "Pod shop/b", "Pod shop/c"]
        asked = [one.query for one in script.asked if one.path == PODS]
        assert asked == [{"limit": "500"}, {"limit": "500", "continue": "t1"}, {"limit": "500", "continue": "t2"}]

    def test_state_that_is_gone_is_read_from_the_start_once(self) -> None:
        replies = [page(item("old"), token="t"), status(410), page(item("a"), token="t"), page(item("b"))]
        assert titles(Script({PODS: replies})) == ["Pod shop/a", "Pod shop/b"]

    def test_state_that_is_gone_again_is_told(self) -> None:
        replies = [page(item("old"), token="t"), status(410), page(item("a"), token="t"), status(410)]
        snapshot = read(Script({PODS: replies}))
        assert snapshot.unread == (
            NotChecked(
                "Pod of the core group, behind the first 1",
                "it changes faster than it can be read (410)",
                "try again, or give a snapshot instead",
            ),
        )
        assert [resource.title for resource in snapshot.clusters[0].resources] == ["Pod shop/a"]
        assert POD not in snapshot.clusters[0].listed

    @pytest.mark.parametrize(
        "body", [b'{"items": [{"metadata"', b"<html>", b"[]", b"\xff", b'{"items": 1}', b"[" * 9999]
    )
    def test_answer_that_is_cut_off_or_no_json_is_told(self, body: bytes) -> None:
        snapshot = read(Script({PODS: Reply(body)}))
        assert [(note.what, note.why) for note in snapshot.unread] == [
            ("Pod of the core group", "the answer is cut off or no JSON")
        ]
        assert snapshot.clusters[0].listed >= SERVED - {POD}

    @pytest.mark.parametrize("odd", [None, 1, [], "x", {"metadata": 1}, {"metadata": {"name": []}, "kind": {}}])
    def test_odd_items_do_no_harm(self, odd: object) -> None:
        assert "Pod shop/web" in titles(Script({PODS: page(odd, item("web"))}))

    def test_half_of_a_character_is_replaced(self) -> None:
        script = Script({PODS: Reply(b'{"items": [{"metadata": {"name": "a\\ud800"}}]}')})
        assert titles(script) == ["Pod default/a\ufffd"]


class TestDeadline:
    def test_kinds_that_are_late_are_told_and_the_others_are_there(self) -> None:
        begin = time.monotonic()
        slow = Script({PODS: Reply(wait=0.2), "/apis/apps/v1/deployments": page(item("web"))})
        snapshot = read(slow, seconds=0.1)
        assert time.monotonic() - begin < 0.2
        assert snapshot.unread == (
            NotChecked(
                "Pod of the core group",
                "it was not done within the deadline",
                "allow more time, or name a namespace",
            ),
        )
        assert [resource.title for resource in snapshot.clusters[0].resources] == ["Deployment shop/web"]
        assert snapshot.clusters[0].listed >= SERVED - {POD}

    def test_pages_before_the_deadline_are_kept(self) -> None:
        replies = [page(item("a"), token="t"), Reply({"items": [item("b")]}, wait=0.2)]
        snapshot = read(Script({PODS: replies}), seconds=0.1)
        assert [resource.title for resource in snapshot.clusters[0].resources] == ["Pod shop/a"]
        assert [note.what for note in snapshot.unread] == ["Pod of the core group, behind the first 1"]

    def test_what_comes_behind_the_deadline_is_not_added(self) -> None:
        snapshot = read(Script({PODS: Reply({"items": [item("late")]}, wait=0.15)}), seconds=0.05)
        before = snapshot.clusters[0].resources
        for thread in threading.enumerate():
            if thread.name == "cluster-reader":
                thread.join()
        assert snapshot.clusters[0].resources == before == ()

    def test_progress_is_told_in_the_thread_of_the_caller(self) -> None:
        told: list[tuple[int, int, bool]] = []

        def progress(done: int, total: int, what: str) -> None:
            assert threading.current_thread() is threading.main_thread()
            told.append((done, total, bool(what)))

        read_cluster(Script(), ACCESS, time.monotonic() + 20, progress=progress)
        assert told == [(done, len(KINDS), done > 0) for done in range(len(KINDS) + 1)]

    def test_caller_who_gives_up_leaves_nothing_to_begin_with(self) -> None:
        class GaveUpError(Exception):
            pass

        def progress(done: int, _total: int, _what: str) -> None:
            if done:
                raise GaveUpError

        script = Script({path: Reply({"items": []}, wait=0.02) for path in KINDS})
        with pytest.raises(GaveUpError):
            read_cluster(script, ACCESS, time.monotonic() + 20, progress=progress)


def listing_of(data: dict[str, Any]) -> Listing:
    """A list with one object, read as its kind."""
    group, _, version = data["apiVersion"].rpartition("/")
    served = Served(Kind(group, data["kind"]), version, "things", True)
    listing = Listing(served)
    listing.read(Script({f"{served.root}/things": page(data)}), time.monotonic() + 20)
    assert listing.trouble is None
    return listing


def texts(listing: Listing) -> str:
    """Everything in which something of a list may be shown."""
    return "\n".join([repr(listing), *(json.dumps(resource.data) for resource in listing.resources)])


class TestSecrets:
    @pytest.mark.parametrize("place", [name for name, data in PLACES.items() if data["kind"] != "List"])
    def test_secret_in_an_object_never_comes_out(self, place: str, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        data = PLACES[place]
        listing = listing_of({**data, "metadata": {**data["metadata"], "managedFields": [{"a": 1}]}})
        assert [form for form in FORMS if form in texts(listing) + caplog.text] == []
        (found,) = listing.resources
        assert "managedFields" not in found.metadata

    def test_secret_keeps_type_names_and_dates(self) -> None:
        data = obj("Secret", "s", "shop", type="kubernetes.io/tls", data={"tls.crt": encoded(certificate())})
        (found,) = listing_of(data).resources
        assert found.data["type"] == "kubernetes.io/tls"
        assert found.data["data"] == {"tls.crt": "UkVEQUNURUQ="}
        dates = json.dumps(found.annotations[CERTIFICATES])
        assert all(date.strftime("%Y-%m-%dT%H:%M:%SZ") in dates for date in (BEFORE, AFTER))

    def test_message_of_a_refusal_is_not_passed_on(self) -> None:
        assert CANARY not in repr(read(Script({PODS: status(403, f"User {CANARY} cannot list")})))


class TestTime:
    def test_without_a_clock_of_the_server_it_is_now(self) -> None:
        before = datetime.now(UTC)
        taken_at = read(Script()).clusters[0].taken_at
        assert taken_at is not None
        assert before <= taken_at <= datetime.now(UTC)


def test_failure_of_one_request_is_told() -> None:
    def failing(_: Asked) -> Reply:
        raise UnansweredError("the answer broke off", "try again")

    assert [note.why for note in read(Script({PODS: failing})).unread] == ["the answer broke off"]


def test_defect_of_ours_does_not_end_the_reading() -> None:
    def failing(_: Asked) -> Reply:
        raise ZeroDivisionError

    snapshot = read(Script({PODS: failing}))
    assert [note.why for note in snapshot.unread] == ["reading it failed (ZeroDivisionError)"]
