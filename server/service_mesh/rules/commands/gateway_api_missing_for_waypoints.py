"""Ambient mode is installed and nothing installs the Gateway API.

## Why it matters
Waypoints are Gateways of the Gateway API, and without a waypoint nothing in ambient mode looks at requests. Istio does
not bring the definitions: `istioctl waypoint apply` fails without them, and so does every HTTPRoute.

## Wrong
```bash
istioctl install --set profile=ambient -y
istioctl waypoint apply -n shop --enroll-namespace
```

## Right
```bash
kubectl apply --server-side -k "https://github.com/kubernetes-sigs/gateway-api/config/crd?ref=v1.6.0"
istioctl install --set profile=ambient -y
istioctl waypoint apply -n shop --enroll-namespace
```

## When it stays quiet
Where the document makes no waypoint and holds no object of the Gateway API; where any command names the Gateway API,
its group or the file of its releases, in whatever order, or a definition of it stands in the document. It is only
mentioned where there are other objects of the Gateway API than waypoints, which may be meant for another mesh. Whether
the cluster brings the Gateway API itself is not known here.

## Fix safety
No fix is offered: text is not edited.
"""

from collections.abc import Iterator

from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.script import Script
from service_mesh.rules.commands._istio import installation
from service_mesh.rules.commands._istioctl import ISTIOCTL
from service_mesh.rules.commands._steps import GATEWAY_API_GROUP, all_calls, gives_gateway_api, is_waypoint
from service_mesh.rules.rule import script_rule

_MISSING = "nothing here installs the Gateway API, which {what} need and Istio does not bring"


@script_rule(
    "CM133",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    sources=(
        "istio/istio: istioctl/pkg/waypoint/waypoint.go",
        "https://istio.io/latest/docs/ambient/install/istioctl/",
    ),
)
def gateway_api_missing_for_waypoints(script: Script) -> Iterator[Draft]:
    """Report ambient installations in a text that uses the Gateway API and never installs it."""
    used = [resource for resource in script.resources if resource.group == GATEWAY_API_GROUP]
    waypoints = any(map(is_waypoint, used)) or _applies_waypoint(script)
    if not (used or waypoints) or gives_gateway_api(script):
        return
    what = "waypoints" if waypoints else f"objects such as the {used[0].kind.name}"
    for command in script.commands:
        found = installation(command)
        if found is not None and found.is_ambient:
            message = _MISSING.format(what=what)
            yield Draft(message, location=found.word.location, severity=None if waypoints else Severity.INFO)


def _applies_waypoint(script: Script) -> bool:
    return any(call.tool is ISTIOCTL and call.path == ("waypoint", "apply") for call in all_calls(script))
