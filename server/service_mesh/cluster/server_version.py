"""Finds the version of Kubernetes in what tools write of it.

Sources: istio/istio tools/bug-report/pkg/content/content.go (`kubectl version` as text), cilium/cilium
cilium-cli/sysdump/sysdump.go (Go's form of version.Info), `kubectl version -o json` and `-o yaml`, openshift/api
config/v1/types_cluster_operator.go (the operand versions of the ClusterOperator of kube-apiserver).
"""

import re
from collections.abc import Iterable

from service_mesh.model.resource import Resource

__all__ = ["version_in", "version_of_operator"]

_LONGEST = 20_000
_VERSION = r"[\"']?v?(\d{1,3}\.\d{1,3}\.\d{1,3}[-+.\w]{0,60})"
_FORMS = tuple(
    re.compile(form + _VERSION)
    for form in (
        r"Server Version:[ \t]*",
        r"Server Version:[^\n]{0,200}?GitVersion:",
        r"serverVersion[\"']?:\s[^}]{0,1000}?gitVersion[\"']?:\s{0,20}",
        r"\Aversion\.Info\{[^\n]{0,200}?GitVersion:",
        r"\A\s*",
    )
)


def version_in(text: str) -> str:
    """The version of the server without its `v`, empty where none of the known forms tells it."""
    head = text[:_LONGEST]
    return next((match[1] for form in _FORMS if (match := form.search(head))), "")


def version_of_operator(resources: Iterable[Resource]) -> str:
    """The version that OpenShift's operator of kube-apiserver runs, empty where it is not there."""
    for resource in resources:
        if resource.kind == ("config.openshift.io", "ClusterOperator") and resource.name == "kube-apiserver":
            for node in resource.each("status.versions[]"):
                version = node.get("version")
                name = node.get("name")
                if name is not None and name.value == "kube-apiserver" and version is not None:
                    return version_in(version.value) if isinstance(version.value, str) else ""
    return ""
