"""What a server refuses becomes not checked, with the missing permission; the rest is read."""

import pytest

from service_mesh.cluster.live.reading import read_context
from service_mesh.cluster.live.wanted import known_kinds
from service_mesh.errors import InputError, UsageError
from service_mesh.model.kinds import (
    CERTIFICATE_FILE,
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
)
from service_mesh.model.unchecked import NotChecked
from tests.cluster.live.scripted import KINDS, Reply, Script, read, status

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


class TestRefusals:
    def test_forbidden_kinds_of_a_group_are_one_note_with_the_permission(self) -> None:
        snapshot = read(Script({PODS: status(403), "/api/v1/nodes": status(403)}))
        assert snapshot.unread == (
            NotChecked(
                "Pod and Node of the core group",
                "listing it in all namespaces is forbidden (403)",
                f"ask for a ClusterRole with 'list' on pods, nodes: {ROLE}pods,nodes; "
                "or name a namespace that you may read",
            ),
        )
        assert snapshot.clusters[0].listed == (SERVED | known_kinds()) - {POD, NODE}

    def test_kinds_of_groups_are_named_with_their_group_in_the_permission(self) -> None:
        (note,) = read(Script({"/apis/networking.istio.io/v1/gateways": status(403)})).unread
        assert note.what == "Gateway of 'networking.istio.io'"
        assert f"{ROLE}gateways.networking.istio.io" in note.how_to_settle

    def test_namespace_is_read_where_all_namespaces_are_forbidden(self) -> None:
        script = Script(
            {
                PODS: status(403),
                "/api/v1/namespaces/shop/pods": page(item("web")),
                "/api/v1/namespaces": status(403),
                "/api/v1/namespaces/shop": Reply({"kind": "Namespace", "metadata": {"name": "shop"}}),
            }
        )
        snapshot = read(script, namespace="shop")
        (cluster,) = snapshot.clusters
        assert [resource.title for resource in cluster.resources] == ["Pod shop/web", "Namespace shop"]
        assert snapshot.unread == (
            NotChecked(
                "Pod and Namespace of the core group outside of namespace 'shop'",
                "listing it in all namespaces is forbidden (403)",
                f"ask for a ClusterRole with 'list' on pods, namespaces: {ROLE}pods,namespaces",
            ),
        )
        assert not cluster.listed & {POD, NAMESPACE}

    def test_user_who_may_list_nothing_is_told_so_once(self) -> None:
        snapshot = read(Script({path: status(403) for path in KINDS}))
        (note,) = snapshot.unread
        assert (note.what, note.why) == ("every kind of context 'east'", "its user may list nothing (403)")
        assert snapshot.clusters[0].resources == ()
        assert not snapshot.clusters[0].listed & SERVED

    def test_user_who_may_not_even_ask_what_is_served_is_told_so(self) -> None:
        snapshot = read(Script({"/api": status(403), "/apis": status(403)}))
        assert snapshot.unread == (
            NotChecked(
                "every kind of context 'east'",
                "the API server does not tell which kinds it serves (403)",
                "ask for the ClusterRole 'system:discovery'",
            ),
        )
        assert snapshot.clusters[0].listed == frozenset()

    def test_groups_whose_servers_fail_leave_the_others(self) -> None:
        broken = {path: status(503) for path in KINDS if "istio" in path or "linkerd" in path}
        snapshot = read(Script({**broken, PODS: page(item("web"))}))
        assert [(note.what, note.why) for note in snapshot.unread] == [
            ("Gateway and VirtualService of 'networking.istio.io'", "the server behind it does not answer (503)"),
            ("Server of 'policy.linkerd.io'", "the server behind it does not answer (503)"),
        ]
        assert snapshot.clusters[0].listed == (SERVED | known_kinds()) - {GATEWAY, VIRTUAL_SERVICE, LINKERD_SERVER}

    def test_groups_that_do_not_tell_their_kinds_are_named(self) -> None:
        script = Script({"/apis/networking.istio.io/v1": status(503)}, is_legacy=True)
        snapshot = read(script)
        assert snapshot.unread == (
            NotChecked(
                "every kind of 'networking.istio.io'",
                "the server behind this group answers with 503",
                "kubectl --context east get apiservices",
            ),
        )
        assert not snapshot.clusters[0].listed & {GATEWAY, VIRTUAL_SERVICE, DESTINATION_RULE}

    def test_stale_group_without_kinds_is_named(self) -> None:
        stale = {"metadata": {"name": "policy.linkerd.io"}, "versions": [{"version": "v1", "freshness": "Stale"}]}
        script = Script({"/apis": Reply({"kind": "APIGroupDiscoveryList", "items": [stale]})})
        assert [(note.what, note.why) for note in read(script).unread] == [
            ("every kind of 'policy.linkerd.io'", "the server behind this group does not answer")
        ]

    @pytest.mark.parametrize("path", ["/version", "/api", "/apis"])
    def test_credentials_that_are_refused_are_one_sentence(self, path: str) -> None:
        with pytest.raises(InputError) as caught:
            read(Script({path: status(401)}))
        assert str(caught.value) == (
            "context 'east': the API server https://192.0.2.1:6443 refuses its credentials (401): they are expired or "
            "of another cluster; log in again, then try: kubectl --context east get namespaces"
        )

    def test_credentials_that_are_refused_for_everything_are_an_error(self) -> None:
        with pytest.raises(InputError, match="refuses its credentials"):
            read(Script({path: status(401) for path in KINDS}))

    def test_credentials_that_end_while_reading_leave_what_was_read(self) -> None:
        snapshot = read(Script({PODS: [page(item("a"), token="t"), status(401)]}))
        assert [note.why for note in snapshot.unread] == ["the credentials are refused (401)"]

    @pytest.mark.parametrize(
        ("reply", "reason"),
        [
            (Reply(b"<html>login</html>"), "it does not answer as an API server does"),
            (Reply(b"", 302, {"Location": "https://elsewhere.example"}), "it redirects (302), which is not followed"),
        ],
    )
    def test_server_that_is_none_is_an_error(self, reply: Reply, reason: str) -> None:
        with pytest.raises(InputError) as caught:
            read(Script({"/version": reply}))
        assert reason in caught.value.message

    def test_version_that_is_forbidden_is_unknown(self) -> None:
        assert read(Script({"/version": status(403)})).clusters[0].server_version == ""

    def test_namespace_that_is_none_is_a_wrong_use(self) -> None:
        with pytest.raises(UsageError, match=r"'a/\.\./b' is no name of a namespace"):
            read_context(namespace="a/../b")
