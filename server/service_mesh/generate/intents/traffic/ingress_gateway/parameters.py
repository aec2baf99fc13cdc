"""Parameters of ingress-gateway."""

from typing import Annotated

from pydantic import Field, field_validator

from service_mesh.generate.parameters.base import Parameters
from service_mesh.generate.parameters.gateways import slug_of
from service_mesh.generate.parameters.names import LabelKey, LabelValue, Name, ObjectName, Path, WildcardHost
from service_mesh.generate.parameters.parties import Service
from service_mesh.generate.parameters.paths import arriving
from service_mesh.generate.routing.rules import Match

__all__ = ["Ingress", "IngressRoute", "IngressTls"]


class IngressTls(Parameters):
    """How clients speak TLS with the gateway."""

    secret: Annotated[
        ObjectName, Field(description="The Secret with the certificate of the hosts, where the gateway's pods run.")
    ]
    redirect: Annotated[
        bool, Field(description="Whether plain HTTP is redirected to HTTPS; else nothing listens on its port.")
    ] = True
    client_ca: Annotated[
        ObjectName | None,
        Field(
            description="Clients have to show a certificate of this authority: the ConfigMap with its ca.crt, which"
            " Istio reads from the Secret itself. Without it clients need none."
        ),
    ] = None


class IngressRoute(Parameters):
    """Requests by their path, and the Service that gets them."""

    prefix: Annotated[Path, Field(description="This path and everything below it.")] = "/"
    service: Annotated[Service, Field(description="The Service that gets them.")]

    @field_validator("prefix")
    @classmethod
    def _arrives(cls, prefix: str) -> str:
        arriving(prefix)
        return prefix.rstrip("/") or "/"

    @property
    def match(self) -> Match:
        """The requests; all of them for `/`."""
        return Match(prefix="" if self.prefix == "/" else self.prefix)

    def takes(self, path: str) -> bool:
        """Whether it takes a path, if nothing more specific does."""
        return self.prefix in ("/", path) or path.startswith(f"{self.prefix}/")


class Ingress(Parameters):
    """A gateway, the hosts that it serves, and the Services behind it."""

    namespace: Annotated[Name, Field(description="The namespace of the gateway and of its pods.")]
    name: Annotated[Name, Field(description="Its name; a Gateway of that name that is there gets the hosts as well.")]
    hosts: Annotated[
        tuple[WildcardHost, ...], Field(min_length=1, max_length=16, description="The hosts that clients ask for.")
    ]
    routes: Annotated[
        tuple[IngressRoute, ...],
        Field(min_length=1, max_length=16, description="Paths and who gets them; a longer one comes first."),
    ]
    tls: Annotated[
        IngressTls | None, Field(description="How clients speak TLS; without it everything goes in clear.")
    ] = None
    gateway_class: Annotated[
        ObjectName | None,
        Field(description="The GatewayClass: who serves a Gateway of the Gateway API; istio or cilium with those."),
    ] = None
    selector: dict[LabelKey, LabelValue] = Field(
        default_factory=dict,
        max_length=8,
        description="Labels of the gateway's pods where Istio's own Gateway is used; istio=ingressgateway without any.",
    )
    through_waypoints: Annotated[
        bool, Field(description="Whether requests pass the waypoints of the Services as well, in ambient mode.")
    ] = False

    @field_validator("hosts")
    @classmethod
    def _once(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(hosts))

    @field_validator("routes")
    @classmethod
    def _differ(cls, routes: tuple[IngressRoute, ...]) -> tuple[IngressRoute, ...]:
        prefixes = [one.prefix for one in routes]
        for prefix in prefixes:
            if prefixes.count(prefix) > 1:
                raise ValueError(f"the prefix {prefix} is routed more than once: only one of them would get requests")
        return routes

    @property
    def text(self) -> str:
        """`gateways/public`."""
        return f"{self.namespace}/{self.name}"

    @property
    def port(self) -> int:
        """The port that clients call."""
        return 443 if self.tls is not None else 80

    @property
    def is_redirected(self) -> bool:
        """Whether plain HTTP is redirected."""
        return self.tls is not None and self.tls.redirect

    @property
    def slug(self) -> str:
        """What objects for the hosts are called by: `shop-example-com`."""
        return slug_of(self.hosts[0])

    @property
    def ordered(self) -> tuple[IngressRoute, ...]:
        """The routes, the most specific first."""
        return tuple(sorted(self.routes, key=lambda one: -len(one.prefix.rstrip("/"))))

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces of the Services."""
        return tuple(dict.fromkeys(one.service.namespace for one in self.routes))
