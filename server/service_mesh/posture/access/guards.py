"""What the proxies of meshes decide about many calls: asked once for all clients that no policy there tells apart."""

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field, replace

from service_mesh.mesh.view import MeshView
from service_mesh.mesh.workloads import Workload
from service_mesh.model.kinds import AUTHORIZATION_POLICY, REQUEST_AUTHENTICATION
from service_mesh.model.resource import Resource
from service_mesh.posture.access.calls import Call
from service_mesh.posture.access.facts import service_number
from service_mesh.posture.access.groups import Crowd, first_of
from service_mesh.posture.access.layers import LayerAnswer
from service_mesh.posture.access.lines import Line, server_key
from service_mesh.posture.access.looks import Look, looks
from service_mesh.posture.access.meshes import authorization_answers
from service_mesh.posture.access.outcomes import Outcomes, Said, Weighed, alike
from service_mesh.posture.istio.authorization.policies import applying, at_waypoint, at_workload
from service_mesh.posture.linkerd.authorizations import port_access, route_authorizations
from service_mesh.posture.linkerd.enrolment import Enrolled, enrolment
from service_mesh.posture.linkerd.identity import identity_of, matches_identity

__all__ = ["Guards"]


@dataclass(slots=True)
class Guards:
    """The proxies on the ways of calls, with every answer kept.

    Attributes:
        mesh: The objects.
        crowd: The clients.
        outcomes: What answers come to.
    """

    mesh: MeshView
    crowd: Crowd
    outcomes: Outcomes
    _answers: dict[Hashable, Weighed] = field(default_factory=dict)
    _parts: dict[Hashable, tuple[int, ...]] = field(default_factory=dict)
    _meant: dict[str, int] = field(default_factory=dict)

    def on(self, line: Line) -> list[Said]:
        """What is said of calls on a line, from each of its clients."""
        server = line.call.server.workload
        if server is None or line.call.protocol != "TCP":
            return [(line.clients, self.outcomes.weighed(()))]
        policies = tuple(self._policies(line, server))
        patterns = tuple(sorted(set(_patterns(self.mesh, server, line.call.port))))
        where = self._where(line, server, policies)
        parts = ((part & line.clients, part) for part in self._divided(policies, patterns))
        return alike((mask, self._said(line, mask, (where, part))) for mask, part in parts if mask)

    def _policies(self, line: Line, server: Workload) -> Iterator[Resource]:
        """The policies of Istio on the way."""
        places = [at_workload(self.mesh, server)]
        if line.way.waypoint is not None and line.way.waypoint.gateway is not None:
            places += [at_waypoint(line.way.waypoint.gateway, one) for one in {None: 0, line.call.service: 0}]
        for place in places:
            for kind in (AUTHORIZATION_POLICY, REQUEST_AUTHENTICATION):
                yield from applying(self.mesh, place, kind)

    def _where(self, line: Line, server: Workload, policies: tuple[Resource, ...]) -> Hashable:
        """All that decides besides who the client is."""
        call, way = line.call, line.way
        is_linkerd = enrolment(self.mesh, server).mode is not Enrolled.NONE
        use = way.waypoint
        return (
            server_key(self.mesh, server, call.port),
            line.clients if is_linkerd else 0,
            tuple(policy.key for policy in policies),
            call.port,
            service_number(self.mesh, call.service) if call.service is not None else None,
            (use.namespace, use.name) if use is not None else None,
            line.near,
            way.missing,
            *((edge.transport, edge.may_be, edge.missing) for edge in (way.edge, way.last)),
        )

    def _said(self, line: Line, mask: int, key: Hashable) -> Weighed:
        said = self._answers.get(key)
        if said is None:
            call = line.call
            client = self.crowd.ends[first_of(mask)]
            asked = Call(client, call.server, call.port, call.protocol, call.service, call.request)
            answers = authorization_answers(self.mesh, asked, line.way)
            said = self._answers[key] = self.outcomes.weighed(_for_any(one, client.text) for one in answers)
        return said

    def _divided(self, policies: tuple[Resource, ...], patterns: tuple[str, ...]) -> tuple[int, ...]:
        """The clients, divided so that no part holds two whom the policies tell apart."""
        key = tuple(policy.key for policy in policies), patterns
        parts = self._parts.get(key)
        if parts is None:
            texts = 0
            for policy in policies:
                texts |= looks(self.mesh).of.get(policy.key, Look()).identities
            parts = self.crowd.divided(0, texts, ())
            for pattern in patterns:
                meant = self._identities(pattern)
                parts = tuple(half for part in parts for half in (part & meant, part & ~meant) if half)
            self._parts[key] = parts
        return parts

    def _identities(self, pattern: str) -> int:
        """The clients whose identity in Linkerd's mesh a pattern matches."""
        if pattern not in self._meant:
            known = ((1 << one.number, identity_of(self.mesh, one.sample)) for one in self.crowd.classes)
            self._meant[pattern] = sum(bit for bit, name in known if name and matches_identity((pattern,), name))
        return self._meant[pattern]


def _patterns(mesh: MeshView, server: Workload, port: int) -> Iterator[str]:
    """The identities and patterns of them that count for a port in Linkerd's mesh."""
    if enrolment(mesh, server).mode is Enrolled.NONE:
        return
    access = port_access(mesh, server, port)
    for granted in (access.granted, *(route_authorizations(mesh, route) for route in access.routes)):
        for one in granted.authorizations:
            yield from one.identities


def _for_any(one: LayerAnswer, title: str) -> LayerAnswer:
    """An answer without the name of the client that stands for others."""
    missing = tuple(text.replace(title, "the client") for text in one.decision.missing)
    return one if missing == one.decision.missing else replace(one, decision=replace(one.decision, missing=missing))
