"""Command lines that show a certificate, whatever object it stands in."""

import re

from service_mesh.mesh.certificate_uses import Role, Use
from service_mesh.mesh.certificates import Certificate
from service_mesh.model.kinds import CERTIFICATE_FILE, CONFIG_MAP
from service_mesh.model.kubectl import command, get_yaml
from service_mesh.model.path import Path

__all__ = ["next_step", "shown"]

_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,253}", re.ASCII)
_ONE = ("openssl", "x509", "-noout", "-subject", "-issuer", "-dates")
_MANY = (
    ("openssl", "crl2pkcs7", "-nocrl", "-certfile", "/dev/stdin"),
    ("openssl", "pkcs7", "-print_certs", "-noout", "-text"),
)
_CHECKED = frozenset({Role.AUTHORITY, Role.ROOTS})


def shown(certificate: Certificate, *, is_one: bool = True) -> str:
    """Read a certificate from where it stands and print its names and dates.

    Args:
        certificate: The certificate.
        is_one: Whether it is the first of its field, which is the one that openssl shows; else all are shown.
    """
    resource, path = certificate.resource, certificate.node.path
    if resource.kind == CERTIFICATE_FILE:
        if is_one:
            return command(*_ONE, "-in", resource.name)
        return f"{command(*_MANY[0][:-1], resource.name)} | {command(*_MANY[1])}"
    if not path or not all(isinstance(step, int) or _PLAIN.fullmatch(step) for step in path):
        return get_yaml(resource)
    query = get_yaml(resource).removesuffix("-o yaml") + command("-o", f"jsonpath={{{_jsonpath(path)}}}")
    decoded = () if resource.kind == CONFIG_MAP else ("base64 -d",)
    print_it = (command(*_ONE),) if is_one else tuple(command(*words) for words in _MANY)
    return " | ".join((query, *decoded, *print_it))


def next_step(use: Use, certificate: Certificate) -> str:
    """What settles a doubt about a certificate in use: the mesh's own check where it has one for it."""
    if use.mesh == "linkerd" and use.role in _CHECKED:
        return command("linkerd", "check")
    return shown(certificate, is_one=certificate.position == 0)


def _jsonpath(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else "." + step.replace(".", r"\.") for step in path)
