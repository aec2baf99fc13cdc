"""The same object judged by other releases: what each of them says, in exact words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service_mesh.catalog import upcoming
from service_mesh.catalog.catalogue import Catalogue
from service_mesh.catalog.judgement import Judgement, Outcome
from service_mesh.model.grade import Severity
from service_mesh.model.resource import Resource
from tests.catalog.objects import GATEWAY_API, thing
from tests.support.releases import beyond, newest

Told = list[tuple[str, str, str]]

NEWEST_ISTIO, NEWEST_GATEWAY_API, NEWEST_CILIUM = newest("istio"), newest("gateway-api"), newest("cilium")

DESTINATION_RULE = thing(
    "networking.istio.io/v1beta1",
    "DestinationRule",
    spec={"host": "shop", "trafficPolicy": {"loadBalancer": {"warmup": {"duration": "5s"}}, "retryBudget": {}}},
)
ROUTE = thing(
    GATEWAY_API,
    "HTTPRoute",
    spec={"rules": [{"name": "all", "backendRefs": [{"name": "shop", "port": 80}], "retry": {"attempts": 3}}]},
)


def _judge(data: dict[str, object], **versions: str) -> Judgement:
    return Catalogue.bundled().narrowed(versions).check(Resource(data))


def _told(data: dict[str, object], **versions: str) -> Told:
    """Grade (a dash for the rule's own), pointer and message of every fault."""
    return [
        (f"{code} {draft.severity or '-'}", draft.node.pointer if draft.node else "", draft.message)
        for code, draft in _judge(data, **versions).faults
    ]


def test_field_that_came_later_is_told_with_both_releases() -> None:
    where = "/spec/trafficPolicy"
    assert _told(DESTINATION_RULE, istio="1.20") == [
        (
            "SC120 -",
            f"{where}/loadBalancer/warmup",
            "'warmup' is not a field of 'spec.trafficPolicy.loadBalancer' in Istio 1.20 but from 1.24 on",
        ),
        (
            "SC120 -",
            f"{where}/retryBudget",
            "'retryBudget' is not a field of 'spec.trafficPolicy' in Istio 1.20 but from 1.27 on",
        ),
    ]
    assert _told(DESTINATION_RULE, istio="1.26") == [
        (
            "SC120 -",
            f"{where}/retryBudget",
            "'retryBudget' is not a field of 'spec.trafficPolicy' in Istio 1.26 but from 1.27 on",
        )
    ]
    assert _judge(DESTINATION_RULE, istio="1.30") == Judgement(Outcome.VALID)


def test_field_of_a_release_that_is_newer_than_the_data_is_a_warning_that_names_both() -> None:
    data = thing("networking.istio.io/v1", "Sidecar", spec={"egres": [{"hosts": ["./*"]}]})
    later = beyond("istio", 4)
    assert _told(data, istio=later) == [
        (
            "SC120 warning",
            "/spec/egres",
            f"'egres' is not a field of 'spec' in Istio {NEWEST_ISTIO}, by which {later} is judged",
        )
    ]
    assert _judge(data, istio=later).outcome is Outcome.VALID
    assert _told(data, istio="1.30") == [("SC120 -", "/spec/egres", "'egres' is not a field of 'spec'")]
    assert _judge(data, istio="1.30").outcome is Outcome.INVALID


def test_faults_that_no_release_can_mend_stay_errors_under_a_newer_one() -> None:
    data = thing("networking.istio.io/v1", "Sidecar", spec={"egress": "all"})
    later = beyond("istio", 4)
    assert _told(data, istio=later) == [
        ("SC121 -", "/spec/egress", "'egress' is the string 'all' where a list is expected")
    ]
    assert _judge(data, istio=later).outcome is Outcome.INVALID


def test_values_kinds_and_versions_of_a_newer_release_are_warnings_too() -> None:
    later = beyond("istio", 10)
    patch = {"applyTo": "CLUSTER", "patch": {"operation": "REWRITE"}}
    value = thing("networking.istio.io/v1alpha3", "EnvoyFilter", spec={"configPatches": [patch]})
    ((grade, _, message),) = _told(value, istio=later)
    assert grade == "SC122 warning"
    assert message.endswith(f"in Istio {NEWEST_ISTIO}, by which {later} is judged")
    assert _told(thing("networking.istio.io/v2", "Sidecar", spec={}), istio=later) == [
        (
            "SC110 warning",
            "/apiVersion",
            f"version 'v2' of 'Sidecar.networking.istio.io' is not served by Istio {NEWEST_ISTIO}, by which {later} is"
            " judged, 'v1', 'v1beta1', 'v1alpha3' are",
        )
    ]
    assert _told(thing("networking.istio.io/v1", "Waypoint", spec={}), istio=later) == [
        (
            "SC111 warning",
            "/kind",
            f"'Waypoint' is no kind of group 'networking.istio.io' in Istio {NEWEST_ISTIO}, by which {later} is judged",
        )
    ]


def test_name_that_is_known_to_come_is_no_error_where_no_version_was_named(monkeypatch: pytest.MonkeyPatch) -> None:
    words = f" but from {beyond('istio')} on"
    field = upcoming.Upcoming("istio", NEWEST_ISTIO, words, ("DestinationRule",), ("http.brandNew",))
    value = upcoming.Upcoming("istio", NEWEST_ISTIO, words, ("EnvoyFilter",), values=(("patch.operation", "REWRITE"),))
    monkeypatch.setattr(upcoming, "UPCOMING", (field, value))
    policy = {"connectionPool": {"http": {"brandNew": {"interval": "5s"}}}}
    data = thing("networking.istio.io/v1", "DestinationRule", spec={"host": "shop", "trafficPolicy": policy})
    pointer = "/spec/trafficPolicy/connectionPool/http/brandNew"
    message = f"'brandNew' is not a field of 'spec.trafficPolicy.connectionPool.http' in Istio {NEWEST_ISTIO}{words}"
    assert _told(data) == [("SC120 warning", pointer, message)]
    assert _told(data, istio=NEWEST_ISTIO) == [("SC120 -", pointer, message)]
    patch = {"applyTo": "CLUSTER", "patch": {"operation": "REWRITE"}}
    data = thing("networking.istio.io/v1alpha3", "EnvoyFilter", spec={"configPatches": [patch]})
    assert [(grade, message.endswith(words)) for grade, _, message in _told(data)] == [("SC122 warning", True)]


def test_what_is_to_come_is_newer_than_every_release_of_the_data() -> None:
    behind = [
        f"{row.project}: {', '.join(row.kinds)} {row.words.strip()}"
        for row in upcoming.UPCOMING
        if row.after != newest(row.project)
    ]
    assert behind == [], (
        "these rows of catalog/upcoming.py were written before the newest release was added: take out what it has, and"
        " let 'after' and the words of what it still lacks name it"
    )


def test_version_that_came_later_names_what_the_release_serves_and_is_mended_to_it() -> None:
    data = thing("networking.istio.io/v1", "VirtualService", spec={"hosts": ["shop"]})
    judgement = _judge(data, istio="1.20")
    ((code, draft),) = judgement.faults
    assert (code, draft.message) == (
        "SC110",
        "version 'v1' of 'VirtualService.networking.istio.io' is not served by Istio 1.20 but from 1.22 on,"
        " 'v1beta1', 'v1alpha3' are",
    )
    assert draft.fix is not None
    assert (draft.fix.title, draft.fix.safe) == ("replace with 'networking.istio.io/v1beta1'", True)


@pytest.mark.parametrize(
    ("data", "versions", "told"),
    [
        (
            thing("gateway.networking.k8s.io/v1alpha2", "GRPCRoute", spec={}),
            {"gateway_api": "1.6"},
            (
                "SC110 -",
                "version 'v1alpha2' of 'GRPCRoute.gateway.networking.k8s.io' is not served by Gateway API 1.6"
                " but was up to 1.1, 'v1' is",
            ),
        ),
        (
            thing("gateway.networking.k8s.io/v1alpha2", "GRPCRoute", spec={}),
            {},
            (
                "SC110 warning",
                f"version 'v1alpha2' of 'GRPCRoute.gateway.networking.k8s.io' is not served by Gateway API"
                f" {NEWEST_GATEWAY_API} but was up to 1.1, 'v1' is",
            ),
        ),
        (
            thing("cilium.io/v2alpha1", "CiliumNodeConfig", spec={"defaults": {}, "nodeSelector": {}}),
            {},
            (
                "SC110 -",
                f"version 'v2alpha1' of 'CiliumNodeConfig.cilium.io' is not served by Cilium {NEWEST_CILIUM}"
                " but was up to 1.19, 'v2' is",
            ),
        ),
        (
            thing("gateway.networking.k8s.io/v1alpha2", "TLSRoute", spec={}),
            {"gateway_api": "1.6-standard"},
            (
                "SC110 -",
                "version 'v1alpha2' of 'TLSRoute.gateway.networking.k8s.io' is not served by the standard channel of"
                " Gateway API 1.6 but in the experimental one, 'v1' is",
            ),
        ),
    ],
    ids=["removed", "removed and still shipped by a mesh", "removed of Cilium", "other channel"],
)
def test_version_that_is_gone_says_until_when_it_was_served(
    data: dict[str, object], versions: dict[str, str], told: tuple[str, str]
) -> None:
    assert [(grade, message) for grade, _, message in _told(data, **versions)] == [told]


@pytest.mark.parametrize(
    ("data", "versions", "message"),
    [
        (
            thing("extensions.istio.io/v1alpha1", "TrafficExtension", spec={}),
            {"istio": "1.26"},
            "'TrafficExtension.extensions.istio.io' is no kind of Istio 1.26 but from 1.30 on",
        ),
        (
            thing("gateway.networking.x-k8s.io/v1alpha1", "XListenerSet", spec={}),
            {},
            f"'XListenerSet.gateway.networking.x-k8s.io' is no kind of Gateway API {NEWEST_GATEWAY_API} but was up to"
            " 1.4, 'ListenerSet' of 'gateway.networking.k8s.io' replaces it",
        ),
        (
            thing("authentication.istio.io/v1alpha1", "Policy", spec={}),
            {},
            "'Policy.authentication.istio.io' is no kind of Istio since 1.6,"
            " 'PeerAuthentication' and 'RequestAuthentication' of 'security.istio.io' replace it",
        ),
        (
            thing("gateway.networking.k8s.io/v1alpha2", "ReferencePolicy", spec={}),
            {},
            "'ReferencePolicy.gateway.networking.k8s.io' is no kind of Gateway API since 0.6,"
            " 'ReferenceGrant' replaces it",
        ),
    ],
    ids=["later", "earlier", "before the data", "before the data, of a group that is there"],
)
def test_kind_that_the_release_lacks_is_told_with_the_releases_that_have_it(
    data: dict[str, object], versions: dict[str, str], message: str
) -> None:
    assert _told(data, **versions) == [("SC111 -", "/kind", message)]


def test_field_that_was_removed_is_told_with_what_replaces_it() -> None:
    data = thing(
        GATEWAY_API,
        "Gateway",
        spec={
            "gatewayClassName": "istio",
            "backendTLS": {"clientCertificateRef": {"name": "a"}},
            "listeners": [{"name": "http", "port": 80, "protocol": "HTTP"}],
        },
    )
    assert _told(data, gateway_api="1.6") == [
        (
            "SC120 -",
            "/spec/backendTLS",
            "'backendTLS' is not a field of 'spec' in Gateway API 1.6 but was up to 1.3,"
            " 'spec.tls.backend' replaces it",
        )
    ]
    headers = [{"route": [{"destination": {"host": "shop"}}], "appendHeaders": {"a": "b"}}]
    data = thing("networking.istio.io/v1", "VirtualService", spec={"hosts": ["shop"], "http": headers})
    assert _told(data, istio="1.30") == [
        (
            "SC120 -",
            "/spec/http/0/appendHeaders",
            "'appendHeaders' is not a field of 'spec.http[0]' in Istio 1.30 but was before 1.5,"
            " 'headers.request' replaces it",
        )
    ]


def test_real_name_of_another_release_is_not_mended_as_a_slip() -> None:
    data = thing("security.istio.io/v1", "AuthorizationPolicy", spec={"targetRefs": [{"kind": "Service", "name": "a"}]})
    ((_, draft),) = _judge({**data, "apiVersion": "security.istio.io/v1beta1"}, istio="1.20").faults
    assert (draft.message, draft.fix) == (
        "'targetRefs' is not a field of 'spec' in Istio 1.20 but from 1.22 on",
        None,
    )


def test_field_of_another_version_of_the_kind_names_that_version() -> None:
    rule = {"timeouts": {"request": "10s"}}
    data = thing("policy.linkerd.io/v1beta2", "HTTPRoute", spec={"rules": [rule]})
    assert _told(data) == [
        (
            "SC120 -",
            "/spec/rules/0/timeouts",
            "'timeouts' is not a field of 'spec.rules[0]' in version 'v1beta2' but in version 'v1beta3'",
        )
    ]


def test_unknown_field_of_reconstructed_definitions_is_never_more_than_a_warning() -> None:
    data = thing("cilium.io/v2", "CiliumNetworkPolicy", spec={"endpointSelector": {}, "ingress": [{}], "egresss": []})
    for minor in range(14, 21):
        judgement = _judge(data, cilium=f"1.{minor}")
        ((code, draft),) = judgement.faults
        assert (code, draft.severity, draft.message, judgement.outcome) == (
            "SC120",
            Severity.WARNING,
            f"'egresss' is not a field of 'spec' as far as Cilium 1.{minor} is known",
            Outcome.VALID,
        )


def test_kind_that_a_reconstructed_release_lacks_is_not_checked() -> None:
    data = thing("cilium.io/v2", "CiliumEgressGatewayPolicy", spec={})
    reason = "no schema for 'CiliumEgressGatewayPolicy.cilium.io' of Cilium 1.14"
    assert _judge(data, cilium="1.14") == Judgement(Outcome.NOT_CHECKED, reason=reason)


def test_input_file_of_istioctl_is_judged_by_its_last_definition() -> None:
    data = thing("install.istio.io/v1alpha1", "IstioOperator", spec={"profile": "ambient"})
    assert _judge(data) == Judgement(Outcome.VALID)
    assert _judge(data, istio="1.20") == Judgement(Outcome.VALID)


def test_removed_version_of_kubernetes_is_not_checked_where_the_cluster_still_serves_it() -> None:
    data = thing("extensions/v1beta1", "Ingress", spec={})
    reason = "no schema for 'extensions/v1beta1' of 'Ingress', which Kubernetes 1.21 still serves"
    assert _judge(data, kubernetes="1.21") == Judgement(Outcome.NOT_CHECKED, reason=reason)
    assert _judge(data, kubernetes="1.22").outcome is Outcome.INVALID


def test_experimental_field_is_told_by_channel() -> None:
    where, field = "/spec/rules/0/retry", "'retry'"
    alone = f"{field} belongs to the experimental channel of Gateway API 1.6 alone"
    assert _told(ROUTE, gateway_api="1.6") == [("SC128 -", where, alone)]
    assert _judge(ROUTE, gateway_api="1.6-experimental") == Judgement(Outcome.VALID)
    assert _told(ROUTE, gateway_api="1.6-standard") == [
        (
            "SC120 -",
            where,
            f"{field} is not a field of 'spec.rules[0]' in the standard channel of Gateway API 1.6"
            " but in the experimental one",
        )
    ]
    assert ("SC120 -", where, f"{field} is not a field of 'spec.rules[0]' in Gateway API 1.1 but from 1.2 on") in _told(
        ROUTE, gateway_api="1.1"
    )


def test_kind_that_two_projects_ship_is_judged_by_the_one_that_defines_it() -> None:
    assert Catalogue.bundled().versions([Resource(ROUTE).kind]) == {"gateway_api": NEWEST_GATEWAY_API}
    linkerd = thing("policy.linkerd.io/v1beta3", "HTTPRoute", spec={})
    assert Catalogue.bundled().versions([Resource(linkerd).kind]) == {"linkerd": newest("linkerd")}


def test_versions_of_definitions_that_are_split_over_two_releases_are_all_served() -> None:
    split = {"service": "cart", "backends": [{"service": "a", "weight": 1}]}
    for version in ("v1alpha1", "v1alpha2", "v1alpha4"):
        data = thing(f"split.smi-spec.io/{version}", "TrafficSplit", spec=split)
        assert _judge(data) == Judgement(Outcome.VALID)


def test_notes_say_what_was_used_instead() -> None:
    later, kubernetes = beyond("istio"), newest("kubernetes")
    notes = Catalogue.bundled().narrowed({"istio": later, "linkerd": "edge-25.7.3", "kubernetes": "1.30"}).notes()
    assert list(notes) == [
        f"the definitions of Istio {later} are not known, those of {NEWEST_ISTIO} are used instead: what they lack is a"
        " warning",
        f"the kinds of Kubernetes itself are judged by {kubernetes}: fields that came after 1.30 are not reported",
        "the definitions of Linkerd edge-25.7.3 are not known, those of 2.18 are used instead: what they lack is a"
        " warning",
    ]
    assert list(Catalogue.bundled().narrowed({"istio": "1.20", "kubernetes": kubernetes}).notes()) == []


LAST_MINOR = int(NEWEST_ISTIO.partition(".")[2])
KINDS = ("VirtualService", "DestinationRule", "Gateway", "ServiceEntry", "Sidecar", "WorkloadEntry", "EnvoyFilter")
NAMES = st.text("abcdefghijklmnopqrstuvwxyzR", min_size=1, max_size=12)


@settings(max_examples=60, deadline=None)
@given(kind=st.sampled_from(KINDS), name=NAMES, minor=st.integers(18, LAST_MINOR + 6))
def test_unknown_field_is_an_error_up_to_the_newest_release_and_a_warning_behind_it(
    kind: str, name: str, minor: int
) -> None:
    data = thing("networking.istio.io/v1alpha3", kind, spec={f"x{name}": 1})
    found = [d for code, d in _judge(data, istio=f"1.{minor}").faults if code == "SC120"]
    assert [draft.severity for draft in found] == [Severity.WARNING if minor > LAST_MINOR else None]


@pytest.mark.parametrize(("kind_of_session", "words"), [("Cookie", " but from 9 on"), ("Header", "")])
def test_coming_field_is_no_excuse_beside_what_the_coming_release_refuses(
    kind_of_session: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = upcoming.Upcoming("p", "8", " but from 9 on", ("Kind",), ("spec.cookie",), never_beside=("type", "Header"))
    monkeypatch.setattr(upcoming, "UPCOMING", (row,))
    beside = {"type": kind_of_session, "cookie": {}}
    assert upcoming.upcoming_name("Kind", ("spec", "cookie"), beside=beside) == words
