"""A command runs and its answer does not mean what the text says.

## Why it matters
It prints something, so nobody doubts it: a request from the proxy's own container is not redirected and says nothing
about mTLS; a native sidecar is no longer among `spec.containers`; `jq` without `-r` keeps the quotes that `base64`
trips over; an old version as the name of a revision installs the new version under that name.

## Wrong
```bash
kubectl exec -it pod-name -c istio-proxy -- curl -v https://backend.production:8080
kubectl exec -it pod-name -c istio-proxy -- curl localhost:15000/stats/prometheus
kubectl get pods -o jsonpath='{.items[*].spec.containers[?(@.name=="istio-proxy")].image}'
istioctl proxy-config secret deploy/a -o json | jq '.dynamicActiveSecrets[0].name' | base64 -d
istioctl install --set revision=1-19-0
linkerd install --cluster-domain cluster1.local
```

## Right
```bash
kubectl exec -it pod-name -c app -- curl -v http://backend.production:8080
kubectl exec pod-name -c istio-proxy -- pilot-agent request GET stats/prometheus
kubectl get pods -o jsonpath='{.items[*].spec.initContainers[*].name}{.items[*].spec.containers[*].name}'
istioctl proxy-config secret deploy/a -o json | jq -r '.dynamicActiveSecrets[0].name' | base64 -d
istioctl install --set revision=canary
```

## When it stays quiet
`kubectl get -o jsonpath` with the names of all containers and `linkerd install --cluster-domain` are only pointed at
(info): both are right where no sidecar is looked for, and where the cluster's DNS really has that domain. Revisions
named after a supported version are the usual way to upgrade.

## Fix safety
No fix is offered: text is not edited.
"""

import re
from collections.abc import Iterator

from service_mesh.model.command import Command
from service_mesh.model.finding import Draft
from service_mesh.model.grade import Category, Severity
from service_mesh.rules.commands._calls import KUBECTL, calls, exec_parts, flag_name, flag_values
from service_mesh.rules.commands._istioctl import ISTIOCTL, OLDEST_SUPPORTED
from service_mesh.rules.commands._linkerd import LINKERD
from service_mesh.rules.rule import command_rule

_SOURCES = (
    "istio: tools/istio-iptables/pkg/capture/run.go",
    "istio: pkg/kube/inject",
    "istio: operator/cmd/mesh/install.go",
    "linkerd2: cli/cmd/install.go",
)
_LOCAL = re.compile(r"(?:https?://)?(?:localhost|127\.0\.0\.1|\[::1\])(?::\d+)?(?:/.*)?")
_NAMES = re.compile(r"(?<![A-Za-z])spec\.containers\[\*\]\.name")
_SIDECAR = re.compile(r"(?<![A-Za-z])spec\.containers\[\?[^]]*(?:istio|linkerd)-proxy")
_VERSION = re.compile(r"1-(\d{1,4})(?:-\d+)?")
_REDIRECT = "the proxy's own requests are not redirected, so this says nothing about mTLS; call from the application"
_NO_CURL = "the distroless proxy image has no 'curl'; use 'pilot-agent request GET stats/prometheus'"
_NATIVE = "a native sidecar is in 'spec.initContainers' and missing here; ask for both lists"
_QUOTES = "'jq' without '-r' keeps the quotes around the text, which 'base64 -d' refuses; use 'jq -r'"
_REVISION = "this installs the version of 'istioctl' itself under the name '{name}'; run the old 'istioctl' to go back"
_DOMAIN = "'{name}' is right only if it is the domain of this cluster's DNS; names do not resolve otherwise"


@command_rule("CM108", category=Category.OPERATIONS, severity=Severity.WARNING, sources=_SOURCES)
def command_misleading(command: Command) -> Iterator[Draft]:
    """Report commands whose answer is read for something that it is not."""
    if command.program in KUBECTL:
        yield from _from_the_proxy(command)
        yield from _containers_only(command)
    elif command.program == "jq":
        yield from _quoted_base64(command)
    else:
        yield from _old_revision(command)
        yield from _cluster_domain(command)


def _from_the_proxy(command: Command) -> Iterator[Draft]:
    outer, inner = exec_parts(command.words)
    if not inner or inner[0].text.rpartition("/")[2] not in {"curl", "wget"}:
        return
    if "istio-proxy" not in [value for value, _ in flag_values(outer, "c", "container")]:
        return
    local = any(_LOCAL.fullmatch(word.text) for word in inner[1:])
    yield Draft(_NO_CURL if local else _REDIRECT, location=inner[0].location)


def _containers_only(command: Command) -> Iterator[Draft]:
    for value, word in flag_values(command.words, "o", "output"):
        if "jsonpath" not in value or "initContainers" in value:
            continue
        if _SIDECAR.search(value):
            yield Draft(_NATIVE, location=word.location)
        elif _NAMES.search(value):
            yield Draft(_NATIVE, location=word.location, severity=Severity.INFO)


def _quoted_base64(command: Command) -> Iterator[Draft]:
    if command.reader is None or command.reader.program != "base64":
        return
    decodes = any(flag_name(word.text) in {"d", "D", "decode"} for word in command.reader.words)
    raw = any(re.fullmatch(r"-[a-zA-Z]*[rj][a-zA-Z]*|--(?:raw|join)-output", word.text) for word in command.words)
    if decodes and not raw:
        yield Draft(_QUOTES, location=command.location)


def _old_revision(command: Command) -> Iterator[Draft]:
    for call in calls(command):
        if call.tool is not ISTIOCTL or call.path not in {("install",), ("upgrade",)}:
            continue
        named = [(value, word) for value, word in flag_values(call.words, "r", "revision")]
        for value, word in flag_values(call.words, "s", "set"):
            key, _, revision = value.partition("=")
            if key == "revision":
                named.append((revision, word))
        for revision, word in named:
            version = _VERSION.fullmatch(revision)
            if version and int(version[1]) < OLDEST_SUPPORTED:
                yield Draft(_REVISION.format(name=revision), location=word.location)


def _cluster_domain(command: Command) -> Iterator[Draft]:
    for call in calls(command):
        if call.tool is not LINKERD or call.path != ("install",):
            continue
        for value, word in flag_values(call.words, "cluster-domain"):
            if value != "cluster.local" and re.fullmatch(r"[a-z0-9.-]+", value):
                yield Draft(_DOMAIN.format(name=value), location=word.location, severity=Severity.INFO)
