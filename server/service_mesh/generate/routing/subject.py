"""What routes are about: a Service with its versions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from service_mesh.generate.cast import Actor
from service_mesh.generate.parameters.parties import Service
from service_mesh.generate.site import Site
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
    """

    service: Service
    selector: Mapping[str, str]
    target_port: int = 8080
    versions: tuple[Version, ...] = field(default=())

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
        )
        if not self.versions:
            yield common
        for version in self.versions:
            yield replace(common, name=self.service_of(version.name), labels=self.labels_of(version))
        yield Actor(self.service.namespace, "client")


def fitted(subject: RoutedService, site: Site) -> RoutedService:
    """The same with the labels that the Service selects by, where the surroundings hold it."""
    held = site.view.find(SERVICE, subject.service.namespace, subject.service.name)
    selector = held.root.value_at("spec.selector") if held is not None else None
    if not isinstance(selector, Mapping) or not selector:
        return subject
    return replace(subject, selector={str(name): str(value) for name, value in selector.items()})
