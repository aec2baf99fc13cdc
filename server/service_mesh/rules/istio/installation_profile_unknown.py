"""Istio is to be installed with a profile that does not exist.

## Why it matters
`istioctl` and the charts look the profile up by its name and stop if there is none, so nothing is installed.
`production` is a word from guides: the profile of `istioctl` that is meant for production is called `default`. The
charts have fewer profiles, and none by that name: their values are the default.

## Wrong
```yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: installed, namespace: istio-system}
spec:
  profile: production
```

## Right
```yaml
apiVersion: install.istio.io/v1alpha1
kind: IstioOperator
metadata: {name: installed, namespace: istio-system}
spec:
  profile: default
```

## When it stays quiet
For a path to a file, and where `installPackagePath` is set, since a folder of your own may hold profiles of your own.
Profiles in chart values are judged from 1.24 on; those for platforms are not.

## Fix safety
Offered in an IstioOperator for `production` and where one profile has a near name; unsafe, because it decides what is
installed.
"""

from collections.abc import Iterator

from service_mesh.mesh.view import MeshView
from service_mesh.model.finding import Draft
from service_mesh.model.fix import Fix
from service_mesh.model.grade import Category, Severity
from service_mesh.model.kinds import ISTIO_OPERATOR
from service_mesh.model.names import nearest
from service_mesh.model.node import Node
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._mesh_settings import VALUES, chart_values
from service_mesh.rules.rule import rule

_PROFILES = ("ambient", "default", "demo", "empty", "minimal", "openshift", "openshift-ambient", "preview", "remote")
_OTHERS = frozenset({"external", "stable"})
"""Profiles of some releases only, and not worth naming."""

_OF_CHARTS = ("ambient", "demo", "preview", "remote", "stable")
_PLATFORMS = ("openshift", "platform-", "compatibility-version-")
_CHARTS_JUDGED_FROM = (1, 24)
_MEANT = {"production": "default"}


@rule(
    "IS267",
    category=Category.OPERATIONS,
    severity=Severity.ERROR,
    about=tuple(VALUES),
    sources=(
        "istio/istio: manifests/profiles",
        "istio/istio: operator/pkg/render/manifest.go (readProfile)",
        "istio/istio: manifests/zzz_profile.yaml",
    ),
)
def installation_profile_unknown(resource: Resource, mesh: MeshView) -> Iterator[Draft]:
    """Report a profile that no release of Istio brings."""
    profile = resource.get("spec.profile") if resource.kind == ISTIO_OPERATOR else None
    if profile is not None and profile.text and resource.get("spec.installPackagePath") is None:
        yield from _of_istioctl(profile)
    values = chart_values(resource)
    if values is not None and mesh.release("istio") >= _CHARTS_JUDGED_FROM:
        yield from _of_chart(values)


def _of_istioctl(profile: Node) -> Iterator[Draft]:
    name = profile.text
    if name in _OTHERS or name in _PROFILES or "/" in name or "\\" in name or name.endswith((".yaml", ".yml")):
        return
    near = _MEANT.get(name) or nearest(name, _PROFILES, unique=True)
    message = f"profile '{name[:80]}' does not exist; there are {', '.join(_PROFILES)}"
    yield profile.finding(message, fix=Fix.replace(profile, near) if near else None)


def _of_chart(values: Node) -> Iterator[Draft]:
    profile = values.get("profile") or values.get("global.profile")
    if profile is None or not profile.text or any(part in profile.text for part in _PLATFORMS):
        return
    if profile.text not in _OF_CHARTS:
        message = f"the charts have no profile '{profile.text[:80]}'; there are {', '.join(_OF_CHARTS)}"
        yield profile.finding(message)
