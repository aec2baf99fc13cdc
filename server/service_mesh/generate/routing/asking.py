"""Questions about where requests to a Service go."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from service_mesh.generate.cast import Actor
from service_mesh.generate.dialects import Dialect
from service_mesh.generate.questions import Question, RouteQuestion
from service_mesh.generate.routing.destination_rule import subsets_of
from service_mesh.generate.routing.rules import Split
from service_mesh.generate.routing.subject import RoutedService
from service_mesh.generate.routing.virtual_service import held_route
from service_mesh.generate.site import Site
from service_mesh.mesh.ports import port_number
from service_mesh.model.kinds import SERVICE

__all__ = ["Asking"]

_BESIDE = "beside"
_ELSEWHERE, _OUTSIDE = "elsewhere", "outside-the-mesh"


@dataclass(frozen=True, slots=True)
class Asking:
    """Who is asked about: a Service with its versions, as a dialect tells them apart.

    Attributes:
        site: Where routes are written for.
        subject: The Service.
        subsets: Version -> its subset, where versions are subsets.
    """

    site: Site
    subject: RoutedService
    subsets: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def about(site: Site, subject: RoutedService) -> "Asking":
        """Ask about a Service."""
        is_sidecar = site.dialect is Dialect.ISTIO_SIDECAR
        return Asking(site, subject, subsets_of(site, subject).names if is_sidecar else {})

    def place(self, split: Split) -> str:
        """Where a share ends: a Service, or a subset of one."""
        service = split.service or self.subject.service
        if not split.version:
            return service.text
        subset = self.subsets.get(split.version)
        return f"{service.text}/{subset}" if subset else f"{service.namespace}/{self.subject.service_of(split.version)}"

    def asks(
        self,
        why: str,
        shares: Iterable[Split],
        *,
        stage: str = "",
        source: str = "",
        method: str = "GET",
        path: str = "/",
        headers: Mapping[str, str] | None = None,
        says: Mapping[str, object] | None = None,
    ) -> RouteQuestion:
        """One question: whether a request is divided like this; arguments are those of the question."""
        gateway = self.subject.gateway if not source else None
        usual = f"gateway:{gateway.text}" if gateway is not None else f"{self.subject.service.namespace}/client"
        host = f"host:{gateway.host.replace('*', 'any')}:{gateway.port}" if gateway is not None else ""
        return RouteQuestion(
            why=why,
            stage=stage,
            source=source or usual,
            destination=host or self.subject.service.address,
            expected={self.place(one): one.weight for one in shares},
            says=says or {},
            method=method,
            path=path,
            headers=headers or {},
        )

    def beside(
        self, shares: tuple[Split, ...], *, stage: str = "", path: str = "/", headers: Mapping[str, str] | None = None
    ) -> Iterator[Question]:
        """What nobody named: callers of other namespaces, callers outside the mesh, and the Service next door.

        Args:
            shares: Where a request goes.
            stage: The stage after which it is asked.
            path: The path of the request.
            headers: Its headers.
        """
        own, namespace = self.subject.service, self.subject.service.namespace
        sources = [("a caller in another namespace", shares, f"{_ELSEWHERE}/client")]
        if self.subject.gateway is not None:
            sources = [("a workload, whose calls are not routed", (Split(),), f"{namespace}/client")]
        elif self.site.dialect is not Dialect.CILIUM:
            sources.append(("a caller outside the mesh, who is not routed", (Split(),), f"{_OUTSIDE}/client"))
        for why, expected, source in sources:
            yield self.asks(why, expected, stage=stage, source=source, path=path, headers=headers)
        yield RouteQuestion(
            why="a Service beside it",
            stage=stage,
            source=f"{namespace}/client",
            destination=f"svc:{namespace}/{_BESIDE}:{own.port}",
            expected={f"{namespace}/{_BESIDE}": 100},
            path=path,
            headers=headers or {},
        )
        for number in self._other_ports():
            yield RouteQuestion(
                why="another port of the Service, which is not routed",
                stage=stage,
                source=f"{namespace}/client",
                destination=f"svc:{own.text}:{number}",
                expected={own.text: 100},
                path=path,
                headers=headers or {},
            )

    def _other_ports(self) -> Iterator[int]:
        """The other ports of a Service that is there, where a VirtualService that is there does not route them."""
        service, site = self.subject.service, self.site
        held = site.view.find(SERVICE, service.namespace, service.name)
        if held is not None and not (site.dialect is Dialect.ISTIO_SIDECAR and held_route(site, self.subject)):
            numbers = (port_number(one) for one in held.each("spec.ports[]"))
            yield from (one for one in numbers if one is not None and one != service.port)

    def cast(self, services: Iterable[Split] = ()) -> Iterator[Actor]:
        """The workloads of the Service, those of other Services that get its requests, and those that nobody named."""
        namespace = self.subject.service.namespace
        yield from self.subject.cast()
        for one in services:
            if one.service is not None:
                yield Actor(namespace, one.service.name, services={one.service.name: one.service.port})
        yield Actor(namespace, _BESIDE, services={_BESIDE: self.subject.service.port})
        yield Actor(_ELSEWHERE, "client")
        yield Actor(_OUTSIDE, "client", is_meshed=False)
