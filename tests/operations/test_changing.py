"""A change on top of what was read: what it replaces, what the API server keeps, and what it cannot be."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from service_mesh.engine.world import World
from service_mesh.errors import UsageError
from service_mesh.mesh.view import Complete
from service_mesh.model.origin import Layer
from service_mesh.model.resource import Resource
from service_mesh.operations.changing import Changed, apply
from service_mesh.operations.loading import load, whole
from service_mesh.operations.request import Inputs


def world(*documents: str, name: str = "mesh.yaml") -> World:
    inputs = Inputs(manifests="\n---\n".join(documents), manifests_name=name)
    return whole(load(inputs, Complete.AUTO).worlds, Complete.AUTO)


def policy(name: str, spec: str = "{podSelector: {}}", metadata: str = "") -> str:
    return (
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n"
        f"metadata: {{name: {name}, namespace: shop{metadata}}}\n"
        f"spec: {spec}\n"
    )


CART, WEB = policy("cart"), policy("web")
EGRESS = "{podSelector: {}, policyTypes: [Egress]}"
NAMESPACE = "apiVersion: v1\nkind: Namespace\nmetadata: {name: shop}\n"
SERVICE = (
    "apiVersion: v1\nkind: Service\n"
    "metadata: {name: cart, namespace: shop, uid: u-1, creationTimestamp: '2026-01-01'}\n"
    "spec: {clusterIP: 10.96.0.7, clusterIPs: [10.96.0.7], selector: {app: cart}, ports: [{port: 80}]}\n"
    "status: {loadBalancer: {}}\n"
)


def changed(before: Iterable[str], after: Iterable[str] = (), delete: Iterable[str] = ()) -> Changed:
    return apply(world(*before), world(*after, name="new.yaml"), tuple(delete))


def touched(found: Changed) -> list[tuple[str, str]]:
    return [(one.how, one.title) for one in found.objects]


def held(found: Changed, title: str) -> Resource:
    """The one writing of an object after the change."""
    (one,) = (one for one in found.after.reading.resources if one.title == title)
    return one


def data(found: Changed, title: str) -> Any:
    return held(found, title).data


def test_an_object_of_the_same_name_is_replaced_and_another_one_added() -> None:
    found = changed([CART, WEB], [policy("cart", EGRESS), policy("new")])
    assert touched(found) == [("changed", "NetworkPolicy shop/cart"), ("added", "NetworkPolicy shop/new")]
    assert held(found, "NetworkPolicy shop/cart").layer is Layer.CHANGE
    assert data(found, "NetworkPolicy shop/cart")["spec"] == {"podSelector": {}, "policyTypes": ["Egress"]}
    assert [source.name for source in found.after.sources] == ["mesh.yaml", "new.yaml"]


def test_places_are_those_of_the_change() -> None:
    found = changed([CART], [policy("new"), policy("cart", EGRESS)])
    origin = held(found, "NetworkPolicy shop/cart").origin
    assert origin is not None
    assert (origin.source.name, origin.line, origin.document) == ("new.yaml", 5, 2)


def test_an_object_that_is_deleted_is_gone() -> None:
    found = changed([CART, WEB], delete=["NetworkPolicy shop/cart"])
    assert touched(found) == [("removed", "NetworkPolicy shop/cart")]
    assert [one.title for one in found.after.reading.resources] == ["NetworkPolicy shop/web"]


def test_what_is_given_as_it_was_is_no_change() -> None:
    found = changed([CART, WEB], [CART])
    assert found.objects == ()


@pytest.mark.parametrize(
    "more",
    [
        ", resourceVersion: '7'",
        ", generation: 3",
        ", managedFields: [{manager: kubectl}]",
        ", selfLink: /a",
        ", uid: u-2",
        ", creationTimestamp: '2026-01-01T00:00:00Z'",
        ", ownerReferences: [{kind: App, name: a, uid: u}]",
        ", annotations: {kubectl.kubernetes.io/last-applied-configuration: '{}'}",
    ],
)
def test_what_the_api_server_writes_for_itself_is_no_change(more: str) -> None:
    assert changed([policy("cart", metadata=more)], [CART]).objects == ()


@pytest.mark.parametrize("more", [", labels: {team: red}", ", annotations: {team: red}", ", finalizers: [a]"])
def test_metadata_that_people_write_is_a_change(more: str) -> None:
    assert touched(changed([CART], [policy("cart", metadata=more)])) == [("changed", "NetworkPolicy shop/cart")]


def test_what_only_the_api_server_sets_stays() -> None:
    new = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\n"
        "spec: {selector: {app: other}, ports: [{port: 80}]}\n"
    )
    found = changed([SERVICE], [new])
    assert data(found, "Service shop/cart") == {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"creationTimestamp": "2026-01-01", "uid": "u-1", "name": "cart", "namespace": "shop"},
        "spec": {
            "clusterIP": "10.96.0.7",
            "clusterIPs": ["10.96.0.7"],
            "selector": {"app": "other"},
            "ports": [{"port": 80}],
        },
        "status": {"loadBalancer": {}},
    }
    same = new.replace("app: other", "app: cart")
    assert changed([SERVICE], [same]).objects == (), "addresses that are not written down are no change either"


def test_what_the_change_says_of_itself_wins() -> None:
    new = (
        "apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\n"
        "spec: {clusterIP: None, selector: {app: cart}, ports: [{port: 80}]}\nstatus: {}\n"
    )
    found = data(changed([SERVICE], [new]), "Service shop/cart")
    assert (found["spec"]["clusterIP"], found["status"]) == ("None", {})


def test_an_older_layer_does_not_come_back() -> None:
    before = apply(world(CART), world(policy("cart", EGRESS), name="one.yaml"), ()).after
    found = apply(before, world(policy("cart", "{podSelector: {}, ingress: []}"), name="two.yaml"), ())
    assert touched(found) == [("changed", "NetworkPolicy shop/cart")]
    assert apply(before, world(policy("cart", EGRESS)), ()).objects == ()


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("NetworkPolicy shop/cart", "NetworkPolicy shop/cart"),
        ("networkpolicy  shop/cart ", "NetworkPolicy shop/cart"),
        ("NetworkPolicy.networking.k8s.io shop/cart", "NetworkPolicy shop/cart"),
        ("Namespace shop", "Namespace shop"),
        ("ConfigMap settings", "ConfigMap default/settings"),
        ("ConfigMap default/settings", "ConfigMap default/settings"),
    ],
)
def test_what_is_deleted_is_named_by_kind_and_place(text: str, title: str) -> None:
    settings = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\n"
    assert touched(changed([NAMESPACE, CART, settings], delete=[text]))[0] == ("removed", title)


POLICIES = (
    "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: shop}\n",
    "apiVersion: policy.linkerd.io/v1alpha1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: shop}\n",
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "'' names no object to delete; write 'Kind namespace/name', such as 'NetworkPolicy shop/cart', or"),
        ("NetworkPolicy", "'NetworkPolicy' names no object to delete; write 'Kind namespace/name'"),
        ("NetworkPolicy shop/", "'NetworkPolicy shop/' names no object to delete"),
        ("shop/cart", "'shop/cart' names no object to delete"),
        (
            "NetworkPolicy shop/crat",
            "there is no 'NetworkPolicy shop/crat' to delete; did you mean 'NetworkPolicy shop/cart'?",
        ),
        ("NetworkPolicy cart", "there is no 'NetworkPolicy cart' to delete"),
        ("Namespace shop/shop", "there is no 'Namespace shop/shop' to delete"),
        ("Secret far/away", "there is no 'Secret far/away' to delete; it was not read; write 'Kind namespace/name'"),
        (
            "AuthorizationPolicy shop/a",
            "'AuthorizationPolicy shop/a' means several objects; say which:"
            " 'AuthorizationPolicy.security.istio.io shop/a', 'AuthorizationPolicy.policy.linkerd.io shop/a'",
        ),
        (f"Secret {'x' * 500}", f"there is no 'Secret {'x' * 73}' to delete"),
    ],
)  # fmt: skip
def test_what_cannot_be_deleted_is_said_with_the_right_way(text: str, sentence: str) -> None:
    with pytest.raises(UsageError) as caught:
        changed([NAMESPACE, CART, *POLICIES], delete=[text])
    assert str(caught.value).startswith(sentence)


def test_one_of_several_kinds_is_named_by_its_group() -> None:
    found = changed(POLICIES, delete=["AuthorizationPolicy.policy.linkerd.io shop/a"])
    assert [one.group for one in found.after.reading.resources] == ["security.istio.io"]


def test_the_same_object_is_not_applied_and_deleted() -> None:
    with pytest.raises(UsageError) as caught:
        changed([CART], [policy("cart", EGRESS)], ["NetworkPolicy shop/cart"])
    assert str(caught.value) == "'NetworkPolicy shop/cart' is both applied and deleted; leave one of the two away"


def test_what_is_deleted_twice_is_deleted_once() -> None:
    twice = ["NetworkPolicy shop/cart", "NetworkPolicy shop/cart"]
    assert touched(changed([CART, WEB], delete=twice)) == [("removed", "NetworkPolicy shop/cart")]


def test_of_several_writings_of_an_object_only_the_one_that_counts_is_there_before_and_after() -> None:
    found = changed([CART, WEB, policy("cart", EGRESS)], [policy("new")])
    for side, titles in ((found.before, ["cart", "web"]), (found.after, ["cart", "web", "new"])):
        assert [one.name for one in side.reading.resources] == titles
        assert side.reading.resources[0].data["spec"] == {"podSelector": {}, "policyTypes": ["Egress"]}
    assert touched(changed([CART, policy("cart", EGRESS)], [CART])) == [("changed", "NetworkPolicy shop/cart")]


def test_what_was_read_is_left_as_it_was() -> None:
    before = world(SERVICE, CART)
    kept = [dict(one.data) for one in before.reading.resources]
    apply(before, world(SERVICE.replace("port: 80", "port: 81"), policy("cart", EGRESS)), ())
    assert [dict(one.data) for one in before.reading.resources] == kept


def test_with_a_namespace_goes_what_lives_there_and_with_an_owner_what_it_owns() -> None:
    owned = ", ownerReferences: [{kind: NetworkPolicy, name: cart}]"
    assert touched(changed([NAMESPACE, CART, SERVICE], delete=["Namespace shop"])) == [
        ("removed", "Namespace shop"),
        ("removed", "NetworkPolicy shop/cart"),
        ("removed", "Service shop/cart"),
    ]
    assert touched(changed([CART, policy("web", metadata=owned)], delete=["NetworkPolicy shop/cart"])) == [
        ("removed", "NetworkPolicy shop/cart"),
        ("removed", "NetworkPolicy shop/web"),
    ]


def in_clusters(*names: str) -> World:
    read = world(CART)
    resources = [Resource(one.data, one.origin, name) for name in names for one in read.reading.resources]
    return replace(read, reading=replace(read.reading, resources=resources))


def test_a_change_is_for_the_one_cluster_that_was_read() -> None:
    found = apply(in_clusters("prod"), world(policy("cart", EGRESS), name="new.yaml"), ())
    assert touched(found) == [("changed", "NetworkPolicy shop/cart")]
    assert held(found, "NetworkPolicy shop/cart").cluster == "prod"


def test_several_clusters_are_refused() -> None:
    with pytest.raises(UsageError) as caught:
        apply(in_clusters("prod", "test"), world(CART, name="new.yaml"), ())
    assert str(caught.value) == (
        "what there is is of several clusters: 'prod', 'test'; preview the change for one of them"
    )
