"""Requests from outside that show where a gateway sends them, and what it needs beside its files."""

from collections.abc import Iterator, Mapping

from service_mesh.generate.cast import Actor
from service_mesh.generate.intents.traffic.ingress_gateway.parameters import Ingress
from service_mesh.generate.parameters.parties import Service
from service_mesh.generate.questions import Question, RouteQuestion
from service_mesh.generate.site import Site
from service_mesh.model.kinds import CONFIG_MAP, SECRET, Kind

__all__ = ["cast", "certificates", "needed", "notes", "questions", "verify"]

_NOBODYS = "/asked-for-by-nobody"
_STRANGE = "asked-for-by-nobody.example"
_PEM = "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"


def questions(asked: Ingress, redirect: Mapping[str, object]) -> Iterator[Question]:
    """What has to hold of the gateway.

    Args:
        asked: What is asked for.
        redirect: What the rule says that redirects plain HTTP.
    """
    for host in asked.hosts:
        name = host.replace("*", "any")
        for path, why in _paths(asked).items():
            yield _asks(asked, why, name, asked.port, path, _taken(asked, path))
        if asked.is_redirected:
            yield _asks(asked, "plain HTTP, which is redirected", name, 80, "/", None, redirect)
        elif asked.tls is not None:
            yield _asks(asked, "plain HTTP, which nobody serves", name, 80, "/", None)
    yield _asks(asked, "a host that nobody named", _STRANGE, asked.port, "/", None)
    first = asked.ordered[0]
    yield RouteQuestion(
        why="a workload of the cluster, which the gateway's routes are not for",
        source=f"{first.service.namespace}/client",
        destination=first.service.address,
        expected={first.service.text: 100},
        path=_NOBODYS,
    )


def cast(asked: Ingress) -> Iterator[Actor]:
    """The workloads behind the gateway, and one beside them."""
    ports: dict[tuple[str, str], list[int]] = {}
    for one in asked.routes:
        ports.setdefault((one.service.namespace, one.service.name), []).append(one.service.port)
    for (namespace, name), (first, *others) in ports.items():
        yield Actor(namespace, name, ports=(8080, *others), services={name: first})
    yield Actor(asked.ordered[0].service.namespace, "client")


def certificates(asked: Ingress, site: Site, *, has_authority: bool, namespace: str) -> Iterator[Mapping[str, object]]:
    """The Secret with the certificate, and the ConfigMap with the authority, as far as they are not there.

    Args:
        asked: What is asked for.
        site: What is there.
        has_authority: Whether the Secret holds the authority of clients as well.
        namespace: The namespace of the Secret.
    """
    if asked.tls is None:
        return
    authority = {"ca.crt": _PEM} if asked.tls.client_ca is not None else {}
    if site.view.find(SECRET, namespace, asked.tls.secret) is None:
        texts = {"tls.crt": _PEM, "tls.key": "not shown", **(authority if has_authority else {})}
        kind = {"type": "kubernetes.io/tls", "stringData": texts}
        yield {**_object(SECRET, namespace, asked.tls.secret), **kind}
    name = asked.tls.client_ca
    if name is not None and not has_authority and site.view.find(CONFIG_MAP, namespace, name) is None:
        yield {**_object(CONFIG_MAP, namespace, name), "data": authority}


def needed(asked: Ingress, *, has_authority: bool, namespace: str) -> Iterator[str]:
    """What has to be there before, beside the gateway; arguments as for `certificates`."""
    services = dict.fromkeys(f"{one.service.text}:{one.service.port}" for one in asked.routes)
    yield f"these Services are there: {', '.join(services)}"
    if asked.tls is not None:
        own = asked.tls.client_ca is not None and has_authority
        keys = "tls.crt, tls.key" + (" and ca.crt, the authority of clients" if own else "")
        for_hosts = ", ".join(asked.hosts)
        yield f"Secret {namespace}/{asked.tls.secret} with {keys}: a certificate for {for_hosts}"
        if asked.tls.client_ca is not None and not has_authority:
            yield f"ConfigMap {namespace}/{asked.tls.client_ca} with ca.crt, the authority of clients"


def verify(asked: Ingress) -> Iterator[str]:
    """Requests to the gateway past DNS; ADDRESS is what its Service is reached by."""
    host, first = asked.hosts[0].replace("*", "any"), asked.ordered[0].prefix
    scheme = "https" if asked.tls is not None else "http"
    certificate = " --cert client.crt --key client.key" if asked.tls is not None and asked.tls.client_ca else ""
    yield f"curl -si{certificate} --resolve {host}:{asked.port}:ADDRESS {scheme}://{host}{first}"
    if asked.tls is not None and asked.tls.client_ca is not None:
        yield f"curl -si --resolve {host}:{asked.port}:ADDRESS {scheme}://{host}{first}  # fails in the handshake"
    if asked.is_redirected:
        yield f"curl -si --resolve {host}:80:ADDRESS http://{host}{first}  # 301 to https"


def notes(asked: Ingress) -> Iterator[str]:
    """What whoever applies it has to know."""
    if asked.tls is None:
        yield "without tls requests and their answers go to the gateway in clear"
    else:
        client = ", nor that clients are asked for one" if asked.tls.client_ca is not None else ""
        yield f"where requests go is proved; that the certificate fits the hosts is not{client}: see verify"
    if all(one.prefix != "/" for one in asked.routes):
        yield "other paths get 404: a route with the prefix / would take them"
    yield "the names of the hosts have to lead to the gateway's address in DNS"


def _asks(
    asked: Ingress,
    why: str,
    host: str,
    port: int,
    path: str,
    service: Service | None,
    says: Mapping[str, object] | None = None,
) -> RouteQuestion:
    return RouteQuestion(
        why=why,
        source=f"gateway:{asked.text}",
        destination=f"host:{host}:{port}",
        expected={service.text: 100} if service is not None else {},
        says=says or {},
        path=path,
    )


def _paths(asked: Ingress) -> dict[str, str]:
    """Paths that are asked for, each with what it is for."""
    found: dict[str, str] = {}
    for one in asked.ordered:
        found.setdefault(one.prefix, f"the prefix for {one.service.name}")
    for one in asked.ordered:
        below = one.prefix.rstrip("/")
        found.setdefault(f"{below}/below", "below a prefix")
        found.setdefault(f"{below or '/a'}x", "a path that begins with the same letters")
    found.setdefault(_NOBODYS, "a path that nobody named")
    return found


def _taken(asked: Ingress, path: str) -> Service | None:
    return next((one.service for one in asked.ordered if one.takes(path)), None)


def _object(kind: Kind, namespace: str, name: str) -> dict[str, object]:
    return {"apiVersion": "v1", "kind": kind.name, "metadata": {"name": name, "namespace": namespace}}
