"""What routes are about: a Service with its versions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from service_mesh.generate.cast import Actor
from service_mesh.generate.parameters.gateways import RouteGateway
from service_mesh.generate.parameters.parties import Service
from service_mesh.generate.site import Site
from service_mesh.mesh.ports import port_number
from service_mesh.model.kinds import SERVICE

__all__ = ["RoutedService", "Version", "fitted"]


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a service.

    Attributes:
        name: Its name: `v2`.
        labels: What its pods are labelled with, beside the labels that the Service selects by.
    """

    name: str
    labels: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RoutedService:
    """A Service whose requests are routed.

    Attributes:
        service: The Service that is addressed.
        selector: The labels that it finds its pods by.
        target_port: The container port that it leads to.
        versions: Its versions; none where it is not told apart.
        port_name: The name of that port, where the Service leads to it by its name.
        gateway: The Gateway whose requests are routed, in the place of those between workloads.
    """

    service: Service
    selector: Mapping[str, str]
    target_port: int = 8080
    versions: tuple[Version, ...] = field(default=())
    port_name: str = ""
    gateway: RouteGateway | None = None

    def service_of(self, version: str) -> str:
        """The Service of one version, where versions are told apart by Services: `cart-v2`."""
        return f"{self.service.name}-{version}"

    def labels_of(self, version: Version) -> Mapping[str, str]:
        """The labels of a version's pods."""
        return {**self.selector, **version.labels}

    def cast(self) -> Iterator[Actor]:
        """A workload for each version, a client in the mesh, and the Service in front."""
        services = {self.service.name: self.service.port}
        common = Actor(
            self.service.namespace,
            self.service.name,
            dict(self.selector),
            ports=(self.target_port,),
            services=services,
            selects=dict(self.selector),
            port_name=self.port_name,
        )
        if not self.versions:
            yield common
        for version in self.versions:
            yield replace(common, name=self.service_of(version.name), labels=self.labels_of(version))
        yield Actor(self.service.namespace, "client")


def fitted(subject: RoutedService, site: Site) -> RoutedService:
    """The same as the surroundings hold it: the labels that it selects by, and the container port behind it."""
    held = site.view.find(SERVICE, subject.service.namespace, subject.service.name)
    if held is None:
        return subject
    labels = held.root.value_at("spec.selector")
    if isinstance(labels, Mapping) and labels:
        subject = replace(subject, selector={str(name): str(value) for name, value in labels.items()})
    port = next((one for one in held.each("spec.ports[]") if port_number(one) == subject.service.port), None)
    target = port.value_at("targetPort") if port is not None else None
    if isinstance(target, str):
        return replace(subject, port_name=target)
    return replace(subject, target_port=target) if isinstance(target, int) else subject
