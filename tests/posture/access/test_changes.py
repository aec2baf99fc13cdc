"""What a change does to calls, against asking about every pair by itself before and after it."""

import random
from collections.abc import Callable, Iterable, Iterator
from typing import Any, cast

import pytest

from service_mesh.mesh.succession import SucceedingView, TracedView
from service_mesh.mesh.view import Complete, MeshView
from service_mesh.mesh.workloads import workloads
from service_mesh.model.resource import Resource
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.changes import Difference, Side, differences
from service_mesh.posture.access.engine import answer
from service_mesh.posture.access.matrix import offered
from service_mesh.posture.access.outcomes import outcome_of
from service_mesh.posture.access.reach import Change, Reach, reach_of
from service_mesh.posture.decisions import Verdict
from service_mesh.posture.edges import Edge, Transport
from service_mesh.posture.kubernetes.ends import of_workload
from tests.posture.access.mutations import extras, mutated
from tests.posture.access.test_matrix import _pod
from tests.posture.access.test_reach import CART, KUBERNETES, SECURITY, doc, labelled
from tests.posture.access.worlds import random_world
from tests.support.large_mesh import Size, objects
from tests.support.scene import deployment, scene

Object = dict[str, Any]
_Told = tuple[object, ...] | None
_Port = tuple[int, str, int | None]
_Cells = dict[tuple[str, str, _Port], set[tuple[_Told, _Told]]]
"""Client, server and port -> what calls there were and are, by each Service, where that is not the same."""

_EVERYWHERE = Reach(is_everywhere=True)


class _Changed:
    """A mesh of plain objects and the same after a change; what stays is one Resource on both sides.

    Pairs are asked of views that know nothing of each other.
    """

    def __init__(
        self, before: Iterable[Object], after: Iterable[Object], complete: Complete, **releases: tuple[int, ...]
    ) -> None:
        kept = {id(one): Resource(one) for one in before}
        old = {one.key: one for one in kept.values()}
        new = {one.key: one for one in (kept.get(id(each)) or Resource(each) for each in after)}
        self._alone = MeshView([*old.values()], complete, releases), MeshView([*new.values()], complete, releases)
        traced = TracedView([*old.values()], complete, releases)
        self._views = traced, SucceedingView(traced, [*new.values()], complete, releases)
        keys = dict.fromkeys((*old, *new))
        self.changes = [Change(old.get(key), new.get(key)) for key in keys if old.get(key) is not new.get(key)]

    def reach(self) -> Reach:
        return reach_of(*self._views, self.changes)

    def told(self, reach: Reach) -> _Cells:
        return _told(differences(*self._views, reach))

    def asked(self) -> _Cells:
        return _asked(*self._alone)


def _said(verdict: Verdict, edge: Edge) -> _Told:
    return verdict, edge.transport, edge.is_encrypted, edge.is_authenticated


def _of(side: Side | None) -> _Told:
    return None if side is None else _said(side.outcome.verdict, side.edge)


def _told(found: Iterable[Difference]) -> _Cells:
    """Differences cell by cell; those in what is needed alone depend on the sample of a class and are left out."""
    cells: _Cells = {}
    for one in found:
        sides = _of(one.before), _of(one.after)
        for client in one.clients if sides[0] != sides[1] else ():
            for server in one.servers:
                cells.setdefault((client.title, server.title, one.port[:3]), set()).add(sides)
    return cells


def _asked(before: MeshView, after: MeshView) -> _Cells:
    """Every pair by itself, by every Service that leads there."""
    old, new = dict(_pairs(before)), dict(_pairs(after))
    cells: _Cells = {}
    for key in dict.fromkeys((*old, *new)):
        if old.get(key) != new.get(key):
            client, server, port, _ = key
            cells.setdefault((client, server, port), set()).add((old.get(key), new.get(key)))
    return cells


def _pairs(mesh: MeshView) -> Iterator[tuple[tuple[str, str, _Port, str], _Told]]:
    listed = [one for one in workloads(mesh) if not one.is_machine]
    for server in listed:
        for way in offered(mesh, server):
            service = way.service.name if way.service is not None else ""
            port = way.port, way.protocol, way.service_port if way.service is not None else None
            for client in listed:
                found = answer(mesh, Call(of_workload(client), of_workload(server), *port[:2], way.service))
                outcome = outcome_of(found.layers, found.edge.transport)
                yield (client.title, server.title, port, service), _said(outcome.verdict, found.edge)


def _of_istio(seed: int) -> _Changed:
    chance, world, other = random.Random(seed * 7 + 1), random_world(seed), random_world(seed + 100_000)
    after = mutated(chance, world.objects, other.objects)
    return _Changed(world.objects, after, Complete.YES, istio=world.release)


def _of_all(seed: int) -> _Changed:
    """Istio, Linkerd, Cilium and network policies side by side, some of the rarer kinds, and live pods at times."""
    chance = random.Random(seed * 13 + 5)
    counts = chance.randrange(4, 11), chance.randrange(0, 16), chance.randrange(1, 6)
    shares = chance.random() < 0.5, chance.random() < 0.3, chance.random() < 0.15
    size = Size(*counts, has_cilium=shares[0], encrypts=shares[1], has_sidecars=shares[2])
    listed = cast("list[Object]", list(objects(size, seed)))
    listed = [one for one in listed if one["kind"] != "ConfigMap" or chance.random() < 0.7]
    listed += chance.sample(extras(chance), chance.choice((0, 2, 6)))
    if chance.random() < 0.3:
        made = [
            one
            for one in listed
            if one["kind"] == "Deployment" and "ports" in one["spec"]["template"]["spec"]["containers"][0]
        ]
        listed += [_pod(one, number, chance) for number, one in enumerate(made) if chance.random() < 0.6]
    unique = {Resource(one).key: one for one in listed}
    other = cast("list[Object]", list(objects(size, seed + 100_000)))
    after = mutated(chance, [*unique.values()], [*other, *extras(chance)])
    return _Changed(unique.values(), after, (Complete.YES, Complete.AUTO, Complete.NO)[seed % 3])


@pytest.mark.parametrize(("made", "start"), [(_of_istio, 0), (_of_istio, 75), *((_of_all, at) for at in (0, 75, 150))])
def test_what_a_change_does_is_what_every_pair_says_before_and_after_it(
    made: Callable[[int], _Changed], start: int
) -> None:
    limited = different = 0
    for seed in range(start, start + 75):
        world = made(seed)
        reach, asked = world.reach(), world.asked()
        assert world.told(_EVERYWHERE) == asked, f"seed {seed}"
        assert world.told(reach) == asked, f"seed {seed} within its reach"
        limited += not reach.is_everywhere
        different += bool(asked) and not reach.is_everywhere
    assert limited > 20, "most changes are looked at within their reach"
    assert different > 5, "and many of these change something"


def _between(before: Iterable[str], after: Iterable[str]) -> list[tuple[str, str, object, str, str]]:
    """Differences by clients, servers, port and what was and is; the way that a mesh is asked as a whole."""
    found = differences(scene(*before), scene(*after), _EVERYWHERE)
    return [
        (
            " ".join(sorted(each.title for each in one.clients)),
            " ".join(sorted(each.title for each in one.servers)),
            tuple(one.port),
            _word(one.before),
            _word(one.after),
        )
        for one in found
        if one.differs
    ]


def _word(side: Side | None) -> str:
    return f"{side.outcome.verdict.value} {side.edge.transport.value}" if side is not None else ""


SMALL = (labelled("shop"), deployment("shop/web"), deployment("shop/cart"), CART)
BOTH = "Deployment shop/cart Deployment shop/web"


def test_the_same_mesh_gives_no_difference_unless_all_is_asked_for() -> None:
    assert _between(SMALL, SMALL) == []
    (one, *others) = differences(scene(*SMALL), scene(*SMALL), _EVERYWHERE, is_all=True)
    assert not any(each.differs for each in (one, *others))
    assert sum(len(each.clients) * len(each.servers) for each in (one, *others)) == 4


def test_calls_from_and_to_a_new_workload_were_not_there() -> None:
    new = deployment("shop/new", ports="9090")
    everyone = "Deployment shop/cart Deployment shop/new Deployment shop/web"
    expected = [
        ("Deployment shop/new", "Deployment shop/cart", (8080, "TCP", 80, "")),
        ("Deployment shop/new", "Deployment shop/web", (8080, "TCP", None, "")),
        (everyone, "Deployment shop/new", (9090, "TCP", None, "")),
    ]
    came, went = _between(SMALL, (*SMALL, new)), _between((*SMALL, new), SMALL)
    assert sorted(came, key=str) == sorted(((*one, "", "allowed plaintext") for one in expected), key=str)
    assert sorted(went, key=str) == sorted(((*one, "allowed plaintext", "") for one in expected), key=str)


def test_a_new_service_takes_the_place_of_the_port_of_the_pod() -> None:
    assert _between([one for one in SMALL if one != CART], SMALL) == [
        (BOTH, "Deployment shop/cart", (8080, "TCP", None, ""), "allowed plaintext", ""),
        (BOTH, "Deployment shop/cart", (8080, "TCP", 80, ""), "", "allowed plaintext"),
    ]


def test_a_service_port_of_another_number_is_another_port() -> None:
    after = [one.replace("port: 80,", "port: 81,") for one in SMALL]
    assert _between(SMALL, after) == [
        (BOTH, "Deployment shop/cart", (8080, "TCP", 80, ""), "allowed plaintext", ""),
        (BOTH, "Deployment shop/cart", (8080, "TCP", 81, ""), "", "allowed plaintext"),
    ]


def test_a_port_of_another_name_is_the_same_port_and_may_be_another_protocol() -> None:
    sidecars = ("", labelled("shop", "istio-injection: enabled"), *SMALL[1:])
    policy = doc(SECURITY, "AuthorizationPolicy", "shop/a", "{rules: [{to: [{operation: {methods: [GET]}}]}]}")
    before = (*sidecars[1:], policy)
    after = [one.replace("name: http", "name: tcp") for one in before]
    assert _between(SMALL, [one.replace("name: http", "name: tcp") for one in SMALL]) == []
    assert (BOTH, "Deployment shop/cart", (8080, "TCP", 80, ""), "unknown mtls", "denied mtls") in _between(
        before, after
    )


def test_what_decides_and_why_make_no_difference_but_encryption_does() -> None:
    closed = [
        doc(KUBERNETES, "NetworkPolicy", title, "{podSelector: {}, policyTypes: [Ingress]}")
        for title in ("shop/a", "shop/b")
    ]
    assert _between((*SMALL, closed[0]), (*SMALL, closed[1])) == []
    found = _between(SMALL, (labelled("shop", "istio-injection: enabled"), *SMALL[1:]))
    assert {one[3:] for one in found} == {("allowed plaintext", "allowed mtls")}


def test_clients_of_which_the_same_becomes_are_told_as_one() -> None:
    more = [deployment(f"shop/batch-{number}") for number in range(5)]
    policy = doc(KUBERNETES, "NetworkPolicy", "shop/a", "{podSelector: {matchLabels: {app: cart}}}")
    (one,) = differences(scene(*SMALL, *more), scene(*SMALL, *more, policy), _EVERYWHERE)
    assert (len(one.clients), [each.title for each in one.servers]) == (7, ["Deployment shop/cart"])
    assert (one.before and one.before.edge.transport, one.requests) == (Transport.PLAINTEXT, ())
    assert (one.after and one.after.outcome.verdict) is Verdict.DENIED


def test_a_service_of_another_name_is_another_way_though_a_twin_keeps_its_own() -> None:
    twin = (deployment("shop/a"), deployment("shop/b"))
    services = [
        doc("v1", "Service", f"shop/{name}", f"{{selector: {{app: {name}}}, ports: [{{port: 80, targetPort: 8080}}]}}")
        for name in "ab"
    ]
    other = services[1].replace("name: b", "name: c")
    found = _between((labelled("shop"), *twin, *services), (labelled("shop"), *twin, services[0], other))
    both = "Deployment shop/a Deployment shop/b"
    assert found == [
        (both, "Deployment shop/b", (8080, "TCP", 80, "b"), "allowed plaintext", ""),
        (both, "Deployment shop/b", (8080, "TCP", 80, "c"), "", "allowed plaintext"),
    ]
