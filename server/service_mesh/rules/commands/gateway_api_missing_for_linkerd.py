"""Linkerd is installed and nothing installs the Gateway API before.

## Why it matters
Since 2.18 Linkerd no longer brings the definitions of the Gateway API. Where the cluster has no HTTPRoute, `linkerd
install --crds` ends with an error and `kubectl apply` gets nothing; the chart does not look, and the policy controller
fails later.

## Wrong
```bash
linkerd install --crds | kubectl apply -f -
```

## Right
```bash
kubectl apply --server-side -k "https://github.com/kubernetes-sigs/gateway-api/config/crd?ref=v1.2.1"
linkerd install --crds | kubectl apply -f -
```

## When it stays quiet
Where any command of the document names the Gateway API, its group or the file of its releases, in whatever order, where
a definition of it stands in the document, or `installGatewayAPI=true` is set. For values files, `--ignore-cluster`, and
where an older release is named. Whether the cluster brings the Gateway API itself is not known here.

## Fix safety
No fix is offered: text is not edited, and which release of the Gateway API fits depends on the cluster.
"""

import re
from collections.abc import Iterator

from service_mesh.model.command import Word
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.model.script import Script
from service_mesh.rules.commands._helm import helm_install
from service_mesh.rules.commands._linkerd_steps import definitions_installed, has_values
from service_mesh.rules.commands._steps import gives_gateway_api, mentions
from service_mesh.rules.rule import script_rule

_CHART = "linkerd-edge/linkerd-crds"
_RECENT = re.compile(r"20(?:2[6-9]|[3-9]\d)\.\d.*")
"""Versions of the chart that leave the Gateway API out without being told."""

_OLD = re.compile(r"LINKERD2_VERSION=[\"']?(?!edge-(?:25\.(?:[4-9]|1\d)|2[6-9]\.|[3-9]\d\.))")
_REFUSED = "'linkerd install --crds' refuses a cluster without the Gateway API, and nothing here installs it"
_INCOMPLETE = "the chart brings no Gateway API, which the policy controller needs, and nothing here installs it"


@script_rule(
    "CM130",
    category=Category.OPERATIONS,
    severity=Severity.WARNING,
    sources=(
        "https://github.com/linkerd/linkerd2/pull/13834",
        "https://github.com/linkerd/linkerd2/pull/15409",
        "https://linkerd.io/2/features/gateway-api/",
    ),
)
def gateway_api_missing_for_linkerd(script: Script) -> Iterator[Draft]:
    """Report installations of Linkerd in a text that never mentions the Gateway API."""
    found = [*_by_cli(script), *_by_chart(script)]
    if found and not gives_gateway_api(script) and not mentions(script, _OLD):
        yield from (Draft(message, location=word.location) for word, message in found)


def _by_cli(script: Script) -> Iterator[tuple[Word, str]]:
    for call in definitions_installed(script):
        if not has_values(call):
            yield next(word for name, word in call.line if name == "install"), _REFUSED


def _by_chart(script: Script) -> Iterator[tuple[Word, str]]:
    for command in script.commands:
        found = helm_install(command)
        if found is None or found.chart.text != _CHART or found.verb != "install" or not found.is_all:
            continue
        version = found.flag("version")
        if not version or _RECENT.fullmatch(version):
            yield found.chart, _INCOMPLETE
