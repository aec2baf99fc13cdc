"""Which hosts a certificate is for, by the names that clients look at."""

from service_mesh.mesh.certificates import Certificate

__all__ = ["covers", "covers_some"]


def covers(certificate: Certificate, host: str) -> bool:
    """Tell whether a client that asks for a host accepts a certificate; `*` stands for one label (RFC 9525, 6.3).

    Args:
        certificate: The certificate. Its subject does not count: clients look at alternative names only.
        host: A host; one with `*` as its first label is covered by the same name alone.
    """
    wanted = host.lower().rstrip(".")
    above = wanted.partition(".")[2]
    names = {name.lower().rstrip(".") for name in certificate.names}
    return wanted in names or (bool(above) and f"*.{above}" in names and not wanted.startswith("*."))


def covers_some(certificate: Certificate, host: str) -> bool:
    """Tell whether a certificate is for a host, or for any of those that `*` at its beginning stands for."""
    if covers(certificate, host):
        return True
    suffix = host.lower().removeprefix("*")
    return host.startswith("*.") and any(name.lower().endswith(suffix) for name in certificate.names)
