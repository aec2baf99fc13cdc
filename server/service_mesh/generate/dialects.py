"""The dialects that configuration is written in."""

from enum import StrEnum

__all__ = ["Dialect"]


class Dialect(StrEnum):
    """A mesh, with the way its data plane runs where that decides what can be said."""

    ISTIO_SIDECAR = "istio-sidecar"
    ISTIO_AMBIENT = "istio-ambient"
    LINKERD = "linkerd"
    CILIUM = "cilium"
    GATEWAY_API = "gateway-api"

    @property
    def project(self) -> str:
        """The project whose releases decide what is served, as callers name it."""
        return _PROJECTS[self]

    @property
    def is_istio(self) -> bool:
        """Whether it is Istio, in either mode."""
        return self in (Dialect.ISTIO_SIDECAR, Dialect.ISTIO_AMBIENT)

    @property
    def in_words(self) -> str:
        """Its name in a sentence."""
        return _TITLES[self]


_PROJECTS = {
    Dialect.ISTIO_SIDECAR: "istio",
    Dialect.ISTIO_AMBIENT: "istio",
    Dialect.LINKERD: "linkerd",
    Dialect.CILIUM: "cilium",
    Dialect.GATEWAY_API: "gateway_api",
}
_TITLES = {
    Dialect.ISTIO_SIDECAR: "Istio with sidecars",
    Dialect.ISTIO_AMBIENT: "Istio in ambient mode",
    Dialect.LINKERD: "Linkerd",
    Dialect.CILIUM: "Cilium",
    Dialect.GATEWAY_API: "the plain Gateway API",
}
