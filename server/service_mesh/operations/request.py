"""What the surfaces ask: plain values, already typed, independent of where they came from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from service_mesh.mesh.view import Complete
from service_mesh.model.grade import Severity

__all__ = ["FixMode", "Inputs", "ValidateRequest"]


class FixMode(StrEnum):
    """Which fixes are applied to the returned texts."""

    NONE = "none"
    SAFE = "safe"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Inputs:
    """The configuration to look at.

    Attributes:
        manifests: YAML or JSON text, or the bytes of it.
        manifests_name: How that text is named in findings.
        paths: Files, folders and globs.
        roots: Folders that paths must lie in; None where the caller is a person at a shell.
        max_bytes: Ceiling for everything read together.
    """

    manifests: str | bytes | None = None
    manifests_name: str = "manifests"
    paths: tuple[str, ...] = ()
    roots: tuple[str, ...] | None = None
    max_bytes: int = 200 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class ValidateRequest:
    """A call of `validate`.

    Attributes:
        inputs: The configuration.
        complete: Whether what is missing can be taken not to exist.
        min_severity: Findings below it are left out of the answer and of the verdict.
        fail_on: The mildest severity that makes the verdict `fail`.
        select: Codes, names or code prefixes; empty means all.
        ignore: The same, taken away.
        fix: Which fixes are applied to the texts in `fixed`.
        namespace: Report only on objects of this namespace; the others still serve as surroundings.
        versions: `istio`, `linkerd`, `cilium`, `gateway_api` or `kubernetes` -> the version that objects are judged
            by; the newest known one for those that are not named.
        crds: Files, folders and globs of CustomResourceDefinitions that replace the bundled ones of their kinds.
    """

    inputs: Inputs
    complete: Complete = Complete.AUTO
    min_severity: Severity = Severity.INFO
    fail_on: Severity = Severity.ERROR
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fix: FixMode = FixMode.NONE
    namespace: str | None = None
    versions: Mapping[str, str] = field(default_factory=dict)
    crds: tuple[str, ...] = ()
