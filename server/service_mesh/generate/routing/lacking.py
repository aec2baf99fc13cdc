"""Which actions a dialect has no words for, or not in the release at hand."""

from collections.abc import Iterator

from service_mesh.generate.dialects import Dialect
from service_mesh.generate.plan import Gap
from service_mesh.generate.routing.actions import Actions, Cors, Redirect
from service_mesh.generate.routing.linkerd_routes import is_annotated
from service_mesh.generate.site import Site
from service_mesh.generate.wording.linkerd import route_kind
from service_mesh.model.kinds import HTTP_ROUTE

__all__ = ["lacking"]

_PLAIN_REDIRECTS = (301, 302)


def lacking(site: Site, actions: Actions) -> Iterator[Gap]:
    """The gaps.

    Args:
        site: Where routes are written for.
        actions: What is asked for.
    """
    redirect = actions.redirect
    if site.dialect is Dialect.ISTIO_SIDECAR:
        if redirect is not None and redirect.path is not None and redirect.path.prefix:
            yield _PREFIX_REDIRECT
        return
    if actions.retries is not None and not is_annotated(site):
        yield _NO_RETRIES.get(site.dialect, _EXPERIMENTAL_RETRIES)
    if actions.timeout and site.dialect is not Dialect.LINKERD and not site.has("gateway_api", 1, 2):
        yield _newer("timeouts of routes, which are experimental before Gateway API 1.2", "Gateway API", "1.2")
    if actions.response is not None and not _takes_all(site):
        yield _newer("headers of answers, which routes of policy.linkerd.io do not change", "Linkerd", "2.18")
    if redirect is not None:
        yield from _of_redirect(site, redirect)
    if actions.rewrite is not None and site.dialect is Dialect.LINKERD:
        yield _NO_REWRITES
    if actions.cors is not None:
        yield from _of_cors(site, actions.cors)


def _takes_all(site: Site) -> bool:
    """Whether routes are those of the Gateway API, and not Linkerd's own."""
    return site.dialect is not Dialect.LINKERD or route_kind(site) == HTTP_ROUTE


def _of_redirect(site: Site, redirect: Redirect) -> Iterator[Gap]:
    if redirect.status not in _PLAIN_REDIRECTS and not (_takes_all(site) and site.has("gateway_api", 1, 5)):
        yield Gap(f"the status {redirect.status}: routes of this release know 301 and 302", "302, or Gateway API 1.5")


def _of_cors(site: Site, cors: Cors) -> Iterator[Gap]:
    if not site.has("gateway_api", 1, 5):
        yield _newer("CORS, which is experimental before Gateway API 1.5", "Gateway API", "1.5")
    for project, release, name in ((Dialect.ISTIO_AMBIENT, (1, 26), "Istio"), (Dialect.CILIUM, (1, 20), "Cilium")):
        least = ".".join(map(str, release))
        if site.dialect is project and not site.has(project.project, *release):
            yield _newer(f"CORS, which {name} serves since {least}", name, least)
    forms = {one.form for one in cors.origins}
    if forms & {"prefix", "regex"}:
        yield Gap(
            "origins by prefix or by expression: routes of the Gateway API take whole ones", "every origin by exact"
        )
    if "below" in forms and site.dialect is Dialect.ISTIO_AMBIENT:
        yield Gap(
            "origins of all hosts below one: Istio takes their star for a plain character", "every origin by exact"
        )


def _newer(part: str, project: str, release: str) -> Gap:
    return Gap(part, f"{project} {release} or newer")


_PREFIX_REDIRECT = Gap(
    "a redirect that keeps what is below the prefix: VirtualServices redirect to one path",
    "an HTTPRoute for the Service, which sidecars follow where no VirtualService is about it",
)
_EXPERIMENTAL = "retries: the field of routes is experimental, and clusters with the standard channel do not have it"
_EXPERIMENTAL_RETRIES = Gap(_EXPERIMENTAL, "retries in the callers")
_NO_RETRIES = {
    Dialect.ISTIO_AMBIENT: Gap(
        _EXPERIMENTAL, "retries in the callers, or the field retry with the CRDs of the experimental channel"
    ),
    Dialect.LINKERD: Gap("retries by annotation, which Linkerd has since 2.16", "Linkerd 2.16 or newer"),
}
_NO_REWRITES = Gap(
    "rewrites: Linkerd drops a whole route with the filter URLRewrite",
    "a redirect, where callers follow it, or both paths in the application",
)
