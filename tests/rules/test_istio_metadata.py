"""What fixtures cannot show of annotations, labels and webhooks: every form of value, near names, and their bounds."""

import pytest

from service_mesh.mesh.view import Complete, MeshView
from service_mesh.model.resource import Resource
from service_mesh.rules.istio._annotated import places
from service_mesh.rules.istio._annotation_values import annotation_fault
from service_mesh.rules.istio._annotations import ANNOTATIONS, DEPRECATED, LABELS, RETIRED, is_of_istio, meant
from service_mesh.rules.istio._webhooks import url_fault, url_host
from service_mesh.rules.istio.webhooks_overlapping import webhooks_overlapping

_TRAFFIC = "traffic.sidecar.istio.io"
_READINESS = "readiness.status.sidecar.istio.io"
_RANGES = f"{_TRAFFIC}/excludeOutboundIPRanges"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("sidecar.istio.io/interceptionMode", "NONE"),
        ("status.sidecar.istio.io/port", " 15020 "),
        (f"{_READINESS}/periodSeconds", "4294967295"),
        (f"{_TRAFFIC}/includeOutboundIPRanges", ""),
        (f"{_TRAFFIC}/includeOutboundIPRanges", "10.1.2.3/8,::/0"),
        (f"{_TRAFFIC}/includeInboundPorts", "*"),
        (f"{_TRAFFIC}/excludeInboundPorts", " 80 , 443 "),
        ("prometheus.istio.io/merge-metrics", "T"),
        ("proxy.istio.io/config", ""),
        ("proxy.istio.io/config", '{"concurrency": 0, "drainDuration": "1m30s"}'),
        ("sidecar.istio.io/proxyCPU", "1.5"),
        ("sidecar.istio.io/proxyMemory", "1e3"),
        ("sidecar.istio.io/inject", "anything"),
        ("example.com/other", "anything"),
    ],
)
def test_value_that_istio_reads_has_no_fault(name: str, value: str) -> None:
    assert annotation_fault(name, value) == ""


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("status.sidecar.istio.io/port", "-1", "is no port number"),
        (f"{_READINESS}/periodSeconds", "4294967296", "is no whole number from 0 to 4294967295"),
        (f"{_READINESS}/periodSeconds", "+1", "is no whole number from 0 to 4294967295"),
        (_RANGES, "10.0.0.1", "holds '10.0.0.1', which is no address range in CIDR notation"),
        (_RANGES, "10.0.0.0/08", "holds '10.0.0.0/08', which is no address range in CIDR notation"),
        (_RANGES, "10.0.0.0/33", "holds '10.0.0.0/33', which is no address range in CIDR notation"),
        (f"{_TRAFFIC}/excludeOutboundPorts", "80,", "holds '', which is no port number"),
        (f"{_TRAFFIC}/excludeOutboundPorts", "80-90", "holds '80-90', which is no port number"),
        ("prometheus.istio.io/merge-metrics", "tRUE", "is neither 'true' nor 'false'"),
        ("proxy.istio.io/config", "concurrency: true", "has a 'concurrency' that is no whole number from 0"),
        ("proxy.istio.io/config", "concurrency: -1", "has a 'concurrency' that is no whole number from 0"),
        ("proxy.istio.io/config", "a: [", "holds no YAML map of proxy settings"),
        ("sidecar.istio.io/proxyMemory", "128 Mi", "is no quantity such as '100m' or '128Mi'"),
    ],
)  # fmt: skip
def test_fault_of_a_value_is_named(name: str, value: str, fault: str) -> None:
    assert annotation_fault(name, value) == fault


def test_tables_of_names_do_not_contradict_each_other() -> None:
    assert set(DEPRECATED) <= set(ANNOTATIONS)
    assert RETIRED & set(ANNOTATIONS) == set()
    assert [name for name in (*ANNOTATIONS, *LABELS, *RETIRED) if not is_of_istio(name)] == [
        "kubernetes.io/ingress.class"
    ]


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("sidecar.istio.io/proxycpu", "sidecar.istio.io/proxyCPU"),
        ("sidecars.istio.io/proxyCPU", "sidecar.istio.io/proxyCPU"),
        ("istio.io/tea", None),
        ("unheard.istio.io/of", None),
    ],
)
def test_guess_changes_the_domain_or_the_name_but_not_both(name: str, near: str | None) -> None:
    assert meant(name, ANNOTATIONS) == near


@pytest.mark.parametrize(
    ("url", "fault", "host"),
    [
        ("https://istiod.example.com:15017/inject", "", "istiod.example.com"),
        ("https://192.0.2.1/inject", "", "192.0.2.1"),
        ("https://[2001:db8::1]:443", "", "2001:db8::1"),
        ("HTTPS://istiod.istio-system.svc.", "", "istiod.istio-system.svc."),
        ("https://istiod:port/", "names no host", ""),
        ("https://-a.example.com/", "names no valid host", "-a.example.com"),
        ("https://[2001:db8/", "names no host", ""),
        ("ftp://istiod", "does not begin with 'https://'", "istiod"),
        ("", "is no URL", ""),
    ],
)
def test_url_of_a_webhook_is_judged_as_the_api_server_does(url: str, fault: str, host: str) -> None:
    assert (url_fault(url), url_host(url)) == (fault, host)


def test_object_without_anything_for_istio_has_no_places() -> None:
    pod = Resource({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "annotations": {"a/b": "c"}}})
    assert list(places(pod, MeshView([pod], Complete.YES))) == []


def test_many_revisions_and_webhooks_are_bounded() -> None:
    hooks = [
        {
            "name": f"h{number}.istio.io",
            "clientConfig": {"url": f"https://h{number}.example.com"},
            "namespaceSelector": {"matchLabels": {"istio.io/rev": f"r{number:04}"}},
        }
        for number in range(500)
    ]
    kind = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration"}
    first = Resource({**kind, "metadata": {"name": "first"}, "webhooks": hooks})
    second = Resource({**kind, "metadata": {"name": "second"}, "webhooks": [{**hooks[0], "clientConfig": {}}]})
    assert webhooks_overlapping.check is not None
    found = list(webhooks_overlapping.check(first, MeshView([first, second], Complete.YES)))
    assert [draft.node.pointer for draft in found if draft.node is not None] == ["/webhooks/0/name"]
