"""Clusters as a real API server stores them, read through a kubeconfig: nothing is lost, the forbidden is told."""

import json
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from service_mesh.cluster.live.reading import read_context
from service_mesh.cluster.redaction import redacted
from service_mesh.cluster.snapshot import Snapshot, read_snapshot
from service_mesh.cluster.writer import write_snapshot
from service_mesh.errors import InputError
from service_mesh.model.kinds import CONFIG_MAP, NAMESPACE, NODE, POD, SECRET, SERVICE
from service_mesh.model.resource import Resource
from tests.cluster.secrets import CANARY
from tests.cluster.test_canaries import FORMS, PLACES
from tests.kube.client import Client
from tests.kube.cluster import Cluster
from tests.kube.populate import ADDRESSES, Refusal, put, remove, service_account_token, write_kubeconfig
from tests.kube.server import ApiServer
from tests.status.faults import Problem, Row, healthy, healthy_names, problems, rows

Document = Mapping[str, Any]
UNSERVED = "its kind is not served"
READER = {"kind": "ServiceAccount", "name": "reader", "namespace": "shop"}


@dataclass(slots=True)
class Live:
    """A server of its own, whose objects come and go without regard to other tests."""

    server: ApiServer
    client: Client
    folder: Path
    stored: list[Document] = field(default_factory=list)
    refused: set[tuple[str, str, str, str]] = field(default_factory=set)

    def hold(self, documents: tuple[Document, ...]) -> list[Refusal]:
        """Have these objects and no others of an earlier call; what the server refuses, unless it lacks the kind."""
        wanted = {_key(document): document for document in documents}
        gone = [one for one in self.stored if _key(one) not in wanted and one["kind"] != "Namespace"]
        webhooks = [one for one in self.stored if one["kind"].endswith("WebhookConfiguration")]
        remove(self.client, [*gone, *webhooks])  # else they would be called for what is put now
        known = {_key(one) for one in self.stored if wanted.get(_key(one)) == one} - self.refused
        refusals = put(self.client, [one for one in documents if _key(one) not in known or one in webhooks])
        refusals = [refusal for refusal in refusals if refusal.message != UNSERVED]
        self.stored, self.refused = list(documents), {_key(refusal.document) for refusal in refusals}
        return refusals

    def read(self, user: Mapping[str, str] | None = None, namespace: str = "") -> Snapshot:
        path = self.folder / "config"
        credentials = user or {"client-certificate": "client.crt", "client-key": "client.key"}
        path.touch(mode=0o600)
        path.write_bytes(write_kubeconfig(f"https://127.0.0.1:{self.server.port}", "ca.crt", credentials))
        return read_context("tests", kubeconfig=str(path), namespace=namespace, deadline_seconds=60)


@pytest.fixture(scope="module")
def live(server: ApiServer, crds: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    folder = tmp_path_factory.mktemp("live")
    with ApiServer(server.binaries, folder) as own, closing(Client(own.port, own.context)) as client:
        Cluster.of(client, crds).use_newest()
        yield Live(own, client, folder)


def without_definitions(documents: tuple[Document, ...]) -> tuple[Document, ...]:
    """The objects of a baseline; the definitions are those of the projects."""
    return tuple(document for document in documents if document["kind"] != "CustomResourceDefinition")


def _key(document: Document) -> tuple[str, str, str, str]:
    metadata = document["metadata"]
    return document["apiVersion"], document["kind"], metadata.get("namespace", ""), metadata["name"]


def differences(expected: Any, found: Any, where: str = "") -> list[str]:
    """Where something that was stored is not found again; the server may add to it."""
    if isinstance(expected, dict) and isinstance(found, dict):
        pairs = [(key, value, found.get(key)) for key, value in expected.items()]
    elif isinstance(expected, list) and isinstance(found, list) and len(expected) == len(found):
        pairs = [(str(index), *pair) for index, pair in enumerate(zip(expected, found, strict=True))]
    else:
        is_left_out = found is None and expected in ("", None, [], {})  # the server does not keep what is empty
        return [] if expected == found or is_left_out else [f"{where}: {expected!r} != {found!r}"]
    return [line for key, one, other in pairs for line in differences(one, other, f"{where}/{key}")]


def content(data: Document) -> dict[str, Any]:
    """The object without what every server decides by itself."""
    own = {"uid", "creationTimestamp", "resourceVersion", "generation", "ownerReferences"}
    metadata = {name: value for name, value in data["metadata"].items() if name not in own}
    if data["kind"] != "Service":
        return {**data, "metadata": metadata}
    return {**data, "metadata": metadata, "spec": {k: v for k, v in data["spec"].items() if k not in ADDRESSES}}


def by_identity(snapshot: Snapshot) -> dict[tuple[object, str, str], Resource]:
    return {(one.kind, one.namespace, one.name): one for cluster in snapshot.clusters for one in cluster.resources}


class TestBaselines:
    @pytest.mark.parametrize("name", healthy_names())
    def test_healthy_cluster_reads_back_as_it_was_stored(self, live: Live, name: str) -> None:
        documents = without_definitions(healthy(name))
        assert live.hold(documents) == []
        snapshot = live.read()
        silent = {one["spec"]["group"] for one in documents if one["kind"] == "APIService" and "service" in one["spec"]}
        assert {note.what for note in snapshot.unread} == {f"every kind of '{group}'" for group in silent}
        found, lost = by_identity(snapshot), []
        for document in documents:
            resource = Resource(document)
            stored = found.get((resource.kind, resource.namespace, resource.name))
            if stored is None:
                served = live.client.kind(document["apiVersion"], document["kind"])
                lost += [resource.title] if served is not None else []
            else:
                lost += [f"{resource.title} {line}" for line in differences(content(redacted(document)), stored.data)]
        assert lost == []

    def test_reading_is_told_with_time_version_and_kinds(self, live: Live) -> None:
        before = datetime.now(UTC) - timedelta(seconds=1)
        (cluster,) = live.read().clusters
        assert cluster.taken_at is not None
        assert before <= cluster.taken_at <= datetime.now(UTC) + timedelta(seconds=1)
        version: Any = live.client.ask("GET", "/version")["gitVersion"]
        assert (cluster.name, f"v{cluster.server_version}") == ("tests", version)
        assert cluster.listed >= {POD, NODE, NAMESPACE, SERVICE, SECRET, CONFIG_MAP}

    @pytest.mark.parametrize("suffix", ["tar.gz", "zip", "yaml"])
    def test_reading_can_be_written_and_read_again(self, live: Live, tmp_path: Path, suffix: str) -> None:
        live.hold(without_definitions(healthy(healthy_names()[0])))
        (before,) = live.read().clusters
        write_snapshot(Snapshot((before,), ()), str(tmp_path / f"a.{suffix}"))
        (after,) = read_snapshot(str(tmp_path / f"a.{suffix}")).clusters
        assert {one.key: one.data for one in after.resources} == {one.key: one.data for one in before.resources}
        expected = (before.name, before.taken_at, before.listed, before.server_version)
        assert (after.name, after.taken_at, after.listed, after.server_version) == expected


class TestFaults:
    def test_faults_are_found_in_what_the_server_stored(self, live: Live) -> None:
        """One row of each topic and cluster; rows whose fault the server itself refuses are passed over."""
        chosen: dict[tuple[str, str], Row] = {}
        wrong = []
        for row in rows():
            key = row.cluster, row.topic
            if key in chosen or row.beside or live.hold(without_definitions(row.changed)):
                continue
            chosen[key] = row
            found = problems(through(live.read(), row.changed))
            if [brief(one) for one in found] != [brief(one) for one in sorted(row.expected)]:
                wrong.append((row.fault, found))
        assert wrong == []
        assert len(chosen) >= 12


def brief(problem: Problem) -> tuple[str, str, str]:
    """A problem without its field: the server does not keep empty ones, and then the one around it is named."""
    return problem.code, problem.severity, problem.object


def through(snapshot: Snapshot, documents: tuple[Document, ...]) -> tuple[Document, ...]:
    """The objects as they were read, at the age that the table gives them; kinds that are not served as they are."""
    found = by_identity(snapshot)
    result = []
    for document in documents:
        resource = Resource(document)
        stored = found.get((resource.kind, resource.namespace, resource.name))
        if stored is None or document["kind"] == "CustomResourceDefinition":
            result.append(document)
            continue
        own = {name: document["metadata"].get(name) for name in ("uid", "creationTimestamp", "generation")}
        metadata = {**stored.metadata, **own, "ownerReferences": document["metadata"].get("ownerReferences")}
        result.append({**stored.data, "metadata": {name: one for name, one in metadata.items() if one is not None}})
        if document["kind"] == "Service":
            addresses = {name: one for name, one in document["spec"].items() if name in ADDRESSES}
            result[-1] = {**result[-1], "spec": {**result[-1]["spec"], **addresses}}
    return tuple(result)


class TestPermissions:
    @pytest.fixture
    def token(self, live: Live) -> str:
        shop = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
        account = {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": "reader", "namespace": "shop"}}
        role = {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "Role",
            "metadata": {"name": "reader", "namespace": "shop"},
            "rules": [{"apiGroups": [""], "resources": ["pods", "services"], "verbs": ["list"]}],
        }
        binding = {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "RoleBinding",
            "metadata": {"name": "reader", "namespace": "shop"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "reader"},
            "subjects": [READER],
        }
        pod = {
            "apiVersion": "v1",
            "kind": "Pod",
            "metadata": {"name": "web", "namespace": "shop"},
            "spec": {"containers": [{"name": "web", "image": "web"}]},
        }
        assert live.hold((shop, account, role, binding, pod)) == []
        return service_account_token(live.client, "shop", "reader")

    def test_user_without_a_namespace_is_told_what_to_ask_for(self, live: Live, token: str) -> None:
        snapshot = live.read({"token": token})
        (note,) = snapshot.unread
        assert (note.what, note.why) == ("every kind of context 'tests'", "its user may list nothing (403)")
        assert "kubectl create clusterrole service-mesh-reader --verb=list --resource=" in note.how_to_settle
        assert snapshot.clusters[0].resources == ()
        assert token not in repr(snapshot)

    def test_user_of_a_namespace_gets_what_is_in_it(self, live: Live, token: str) -> None:
        snapshot = live.read({"token": token}, namespace="shop")
        (cluster,) = snapshot.clusters
        assert [resource.title for resource in cluster.resources] == ["Pod shop/web"]
        assert not cluster.listed & {POD, SERVICE, SECRET}
        told = {
            note.what.partition(" of ")[0] for note in snapshot.unread if "outside of namespace 'shop'" in note.what
        }
        assert told == {"Pod and Service"}

    def test_role_that_is_proposed_is_enough(self, live: Live, token: str) -> None:
        (note,) = live.read({"token": token}).unread
        resources = note.how_to_settle.rpartition("--resource=")[2].partition(";")[0].split(",")
        groups = sorted({name.partition(".")[2] for name in resources})
        plurals = sorted({name.partition(".")[0] for name in resources})
        role = {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRole",
            "metadata": {"name": "service-mesh-reader"},
            "rules": [{"apiGroups": groups, "resources": plurals, "verbs": ["list"]}],
        }
        binding = {
            "apiVersion": "rbac.authorization.k8s.io/v1",
            "kind": "ClusterRoleBinding",
            "metadata": {"name": "service-mesh-reader"},
            "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": "service-mesh-reader"},
            "subjects": [READER],
        }
        try:
            assert put(live.client, [role, binding]) == []
            assert live.read({"token": token}).unread == ()
        finally:
            remove(live.client, [role, binding])

    def test_credentials_that_nobody_knows_are_one_sentence(self, live: Live) -> None:
        with pytest.raises(InputError) as caught:
            live.read({"token": CANARY})
        assert caught.value.message.startswith("context 'tests': the API server https://127.0.0.1:")
        assert "refuses its credentials (401)" in caught.value.message
        assert CANARY not in str(caught.value)

    def test_user_without_credentials_may_list_nothing(self, live: Live) -> None:
        assert [note.why for note in live.read({"username": ""}).unread] == [
            "the API server does not tell which kinds it serves (403)"
        ]


class TestSecrets:
    def test_secrets_that_were_stored_are_not_read(self, live: Live) -> None:
        kinds = ("Secret", "ConfigMap", "Service")
        places = [data for data in PLACES.values() if data["kind"] in kinds and isinstance(data.get("data", {}), dict)]
        documents = []
        for number, data in enumerate(places):
            body = json.loads(json.dumps(data))
            body["metadata"] = {**body["metadata"], "name": f"canary-{number}", "namespace": "shop"}
            if body["kind"] == "Service":
                body["spec"] = {"ports": [{"port": 80}]}
            body.pop("status", None)
            body["type"] = "Opaque"
            documents.append(
                {name: value for name, value in body.items() if name != "type" or body["kind"] == "Secret"}
            )
        shop = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop"}}
        refused = live.hold((shop, *documents))
        snapshot = live.read()
        texts = repr(snapshot) + json.dumps([one.data for one in by_identity(snapshot).values()])
        assert [form for form in FORMS if form in texts] == []
        assert len([one for one in by_identity(snapshot).values() if one.name.startswith("canary-")]) == len(
            documents
        ) - len(refused)
        assert len(documents) - len(refused) > 10
