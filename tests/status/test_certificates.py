"""Certificates from the file to the problem: what was made here is read as a snapshot, judged and shown."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service_mesh.catalog.catalogue import Catalogue
from service_mesh.cluster.snapshot import read_snapshot
from service_mesh.engine.run import Engine
from service_mesh.engine.world import World
from service_mesh.mesh.capture import Capture
from service_mesh.mesh.certificates import certificates_of, leads_to
from service_mesh.mesh.istio_roots import roots
from service_mesh.mesh.view import MeshView
from service_mesh.model.resource import Resource
from service_mesh.rules.certificates._hosts import covers, covers_some
from service_mesh.rules.registry import load_rules
from service_mesh.source.reader import Reading
from service_mesh.status.certificates import certificates
from service_mesh.status.health import CertificateHealth
from tests.cluster.packing import as_folder, as_tar, obj
from tests.cluster.pki import Signed, made
from tests.cluster.secrets import encoded
from tests.status.faults import NOW, healthy

LATER = datetime(2026, 11, 21, tzinfo=UTC)


def read(path: str) -> tuple[Resource, ...]:
    (cluster,) = read_snapshot(path).clusters
    return cluster.resources


def said(resources: tuple[Resource, ...], cert_days: int = 30, now: float | None = NOW) -> list[tuple[str, str, str]]:
    """Code, severity and message of what the rules on certificates say."""
    registry = load_rules()
    codes = frozenset(rule.code for rule in registry.about_health() if rule.code.startswith("CE"))
    reading = Reading()
    reading.resources += resources
    world = World((), reading, captures={"": Capture(now, None, cert_days)})
    found = [graded.finding for graded in Engine(registry, Catalogue.bundled(), codes).run(world).findings]
    return sorted((one.code, one.severity.value, one.message) for one in found)


def tls(name: str, namespace: str, **content: str) -> dict[str, object]:
    data = {key.replace("_", "."): encoded(value) for key, value in content.items()}
    return obj("Secret", name, namespace, type="kubernetes.io/tls", data=data)


def cacerts(signing: Signed, chain: str, root: Signed, key: Signed | None = None) -> dict[str, object]:
    return tls(
        "cacerts",
        "istio-system",
        **{
            "ca-cert_pem": signing.pem,
            "ca-key_pem": (key or signing).key_pem,
            "cert-chain_pem": chain,
            "root-cert_pem": root.pem,
        },
    )


def packed(folder: Path, *objects: dict[str, object]) -> tuple[Resource, ...]:
    return read(as_tar(folder, {"all.json": json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)})}))


class TestPluggedInAuthority:
    def test_chain_that_leads_to_its_root_is_no_problem(self, tmp_path: Path) -> None:
        root = made("root", ca=True)
        upper = made("upper", root, ca=True)
        signing = made("signing", upper, ca=True, path_length=0)
        found = packed(tmp_path, cacerts(signing, signing.pem + upper.pem + root.pem, root))
        assert said(found) == []
        assert [one.subject for one in roots(MeshView(found))] == ["CN=root"]

    def test_missing_link_is_told(self, tmp_path: Path) -> None:
        root = made("root", ca=True)
        signing = made("signing", made("upper", root, ca=True), ca=True)
        assert said(packed(tmp_path, cacerts(signing, signing.pem, root))) == [
            (
                "CE106",
                "error",
                "the signing certificate of istiod ('CN=signing'), issued by 'CN=upper', does not lead to any of the "
                "roots 'CN=root' in Secret 'cacerts'",
            )
        ]

    def test_root_of_the_same_name_with_another_key_is_another_root(self, tmp_path: Path) -> None:
        root = made("root", ca=True)
        signing = made("signing", root, ca=True)
        given = obj("ConfigMap", "istio-ca-root-cert", "a", data={"root-cert.pem": root.pem})
        found = said(packed(tmp_path, cacerts(signing, signing.pem, made("root", ca=True)), given))
        assert found == [
            (
                "CE106",
                "error",
                "the signing certificate of istiod ('CN=signing'), issued by 'CN=root', does not lead to any of the "
                "roots 'CN=root' in Secret 'cacerts', of which one has its name and another key",
            )
        ]

    def test_authority_that_istiod_did_not_take_up_is_one_problem(self, tmp_path: Path) -> None:
        root, old = made("root", ca=True), made("old", ca=True, days=100)
        signing = made("signing", root, ca=True)
        given = [obj("ConfigMap", "istio-ca-root-cert", name, data={"root-cert.pem": old.pem}) for name in "ab"]
        client = {"caBundle": encoded(old.pem), "service": {"name": "istiod", "namespace": "istio-system"}}
        api = "admissionregistration.k8s.io/v1"
        hooks = obj("MutatingWebhookConfiguration", "w", api=api, webhooks=[{"clientConfig": client}])
        assert said(packed(tmp_path, cacerts(signing, signing.pem, root), *given, hooks)) == [
            (
                "CE107",
                "error",
                "the root of istiod's CA ('CN=root') is not among those that proxies get in namespace 'a', "
                "nor in 1 more",
            )
        ]

    def test_webhook_with_an_old_authority_that_has_ended_is_one_problem(self, tmp_path: Path) -> None:
        root, old = made("root", ca=True), made("old", ca=True, days=100)
        client = {"caBundle": encoded(old.pem), "service": {"name": "istiod", "namespace": "istio-system"}}
        api = "admissionregistration.k8s.io/v1"
        hooks = obj("MutatingWebhookConfiguration", "w", api=api, webhooks=[{"clientConfig": client}] * 2)
        assert said(packed(tmp_path, cacerts(root, "", root), hooks)) == [
            (
                "CE108",
                "error",
                "the CA bundle ('CN=old') does not verify the server 'istiod.istio-system.svc', here and in 1 more "
                "webhooks",
            )
        ]

    def test_key_of_another_certificate_is_told(self, tmp_path: Path) -> None:
        root = made("root", ca=True)
        signing = made("signing", root, ca=True)
        assert said(packed(tmp_path, cacerts(signing, signing.pem, root, key=root))) == [
            (
                "CE104",
                "error",
                "the private key beside the signing certificate of istiod ('CN=signing') belongs to another "
                "certificate",
            )
        ]

    def test_authority_too_deep_below_one_that_allows_none_is_told(self, tmp_path: Path) -> None:
        root = made("root", ca=True)
        upper = made("upper", root, ca=True, path_length=0)
        signing = made("signing", upper, ca=True)
        found = said(packed(tmp_path, cacerts(signing, signing.pem + upper.pem, root)))
        assert found == [
            (
                "CE112",
                "error",
                "the signing certificate of istiod ('CN=signing') stands 1 level below 'CN=upper', which allows no "
                "authority below it",
            )
        ]

    def test_ended_authority_is_one_problem_with_its_copies_and_without_what_it_signed(self, tmp_path: Path) -> None:
        root = made("root", ca=True, days=300)
        signing = made("signing", root, ca=True, days=310)
        given = [obj("ConfigMap", "istio-ca-root-cert", name, data={"root-cert.pem": root.pem}) for name in "ab"]
        assert said(packed(tmp_path, cacerts(signing, signing.pem + root.pem, root), *given)) == [
            (
                "CE101",
                "error",
                "the root of istiod's CA ('CN=root') ended 23 days ago, on 2026-10-28; 2 other objects hold it too",
            )
        ]

    def test_root_that_was_renewed_with_its_key_verifies_what_the_elder_one_signed(self, tmp_path: Path) -> None:
        elder = made("root", ca=True)
        root = made("root", ca=True, key=elder.key, days=5000)
        signing = made("signing", elder, ca=True)
        given = obj("ConfigMap", "istio-ca-root-cert", "a", data={"root-cert.pem": elder.pem})
        assert said(packed(tmp_path, cacerts(signing, signing.pem, root), given)) == []


class TestGateways:
    def gateway(self, host: str = "shop.example.com") -> dict[str, object]:
        listener = {
            "name": "https",
            "hostname": host,
            "port": 443,
            "protocol": "HTTPS",
            "tls": {"certificateRefs": [{"name": "web"}]},
        }
        spec = {"gatewayClassName": "istio", "listeners": [listener]}
        return obj("Gateway", "public", "shop", api="gateway.networking.k8s.io/v1", spec=spec)

    def test_chain_in_order_is_no_problem(self, tmp_path: Path) -> None:
        ca = made("CA", made("root", ca=True), ca=True)
        web = made("web", ca, names=("shop.example.com",))
        secret = tls("web", "shop", tls_crt=web.pem + ca.pem, tls_key=web.key_pem)
        assert said(packed(tmp_path, self.gateway(), secret)) == []

    def test_chain_that_begins_with_its_authority_is_told(self, tmp_path: Path) -> None:
        ca = made("CA", made("root", ca=True), ca=True)
        web = made("web", ca, names=("shop.example.com",))
        secret = tls("web", "shop", tls_crt=ca.pem + web.pem, tls_key=web.key_pem)
        assert said(packed(tmp_path, self.gateway(), secret)) == [
            (
                "CE105",
                "error",
                "the certificate of Gateway 'shop/public' ('CN=web') stands behind 'CN=CA', which is taken for it",
            )
        ]

    def test_authorities_out_of_order_are_a_warning(self, tmp_path: Path) -> None:
        root = made("root", ca=True)
        upper = made("upper", root, ca=True)
        lower = made("lower", upper, ca=True)
        web = made("web", lower, names=("shop.example.com",))
        secret = tls("web", "shop", tls_crt=web.pem + upper.pem + lower.pem, tls_key=web.key_pem)
        assert said(packed(tmp_path, self.gateway(), secret)) == [
            (
                "CE105",
                "warning",
                "in the chain of the certificate of Gateway 'shop/public' ('CN=web'), 'CN=upper' stands before "
                "'CN=lower', which it signed",
            )
        ]

    def test_hosts_are_compared_with_names(self) -> None:
        secret = Resource(
            {
                "metadata": {
                    "annotations": {
                        "service-mesh/certificates": json.dumps(
                            {
                                "/data/tls.crt": [
                                    {
                                        "names": ["a.example", "*.b.example"],
                                        "not_before": "2026-01-01T00:00:00Z",
                                        "not_after": "2027-01-01T00:00:00Z",
                                    }
                                ]
                            }
                        )
                    }
                }
            }
        )
        (one,) = certificates_of(secret)
        hosts = ("A.example.", "x.b.example", "*.b.example", "b.example", "x.y.b.example", "x.a.example", "*.example")
        assert [covers(one, host) for host in hosts] == [True, True, True, False, False, False, False]
        assert [covers_some(one, host) for host in hosts] == [True, True, True, False, False, False, True]


class TestFiles:
    def test_files_are_judged_like_everything_else(self, tmp_path: Path) -> None:
        ca = made("CA", made("root", ca=True), ca=True)
        web, other = made("web", ca, days=330), made("web", ca)
        files: dict[str, str | bytes] = {
            "order.pem": ca.pem + other.pem,
            "soon.crt": web.pem,
            "key.pem": other.pem + web.key_pem,
            "early.cer": made("web", start=LATER).der,
        }
        folder = as_folder(tmp_path, files)
        found = [(code, message.replace(folder, "")) for code, _, message in said(read(folder))]
        assert found == [
            ("CE102", "certificate in '/early.cer' ('CN=web') is not valid before 2026-11-21T00:00:00Z"),
            ("CE103", "certificate in '/soon.crt' ('CN=web') ends in 6 days, on 2026-11-27"),
            ("CE104", "the private key beside certificate in '/key.pem' ('CN=web') belongs to another certificate"),
            ("CE105", "certificate in '/order.pem' ('CN=web') stands behind 'CN=CA', which is taken for it"),
        ]

    def test_roots_in_one_file_are_a_bundle_of_which_old_ones_are_left_over(self, tmp_path: Path) -> None:
        text = made("old", ca=True, days=100).pem + made("new", ca=True).pem
        (tmp_path / "bundle.pem").write_text(text, encoding="utf-8")
        assert [(code, severity) for code, severity, _ in said(read(str(tmp_path / "bundle.pem")))] == [
            ("CE113", "warning")
        ]

    def test_days_that_are_enough_can_be_chosen(self, tmp_path: Path) -> None:
        (tmp_path / "web.pem").write_text(made("web", days=373).pem, encoding="utf-8")  # until 2027-01-09
        found = read(str(tmp_path / "web.pem"))
        assert said(found) == []
        assert [code for code, _, _ in said(found, cert_days=60)] == ["CE103"]

    def test_nothing_is_said_about_dates_where_the_time_is_unknown(self, tmp_path: Path) -> None:
        (tmp_path / "web.pem").write_text(made("web", days=10).pem, encoding="utf-8")
        assert said(read(str(tmp_path / "web.pem")), now=None) == []


class TestReading:
    @pytest.mark.parametrize(
        "text", ["", "x", "[]", "[" * 50_000, '{"/a": 7}', '{"/a": [7, {}]}', '{"/a": [{"not_before": 7}]}', 7, None]
    )
    def test_junk_in_the_annotation_is_nothing(self, text: Any) -> None:
        resource = Resource({"kind": "Secret", "metadata": {"annotations": {"service-mesh/certificates": text}}})
        assert certificates_of(resource) == ()

    def test_place_that_is_not_there_is_as_near_as_it_gets(self) -> None:
        facts = [{"not_before": "2026-01-01T00:00:00Z", "not_after": "2027-01-01T00:00:00Z"}]
        annotation = json.dumps({"/webhooks/7/clientConfig": facts, "/metadata/annotations/a~1b~0c": facts})
        metadata = {"annotations": {"service-mesh/certificates": annotation, "a/b~c": "x"}}
        found = certificates_of(Resource({"kind": "Secret", "metadata": metadata, "webhooks": [{}]}))
        assert [one.node.pointer for one in found] == ["/webhooks", "/metadata/annotations/a~1b~0c"]

    def test_circle_of_signers_ends(self, tmp_path: Path) -> None:
        one = made("a", made("b", ca=True), ca=True)
        other = made("b", made("a", ca=True), ca=True)
        found = packed(tmp_path, tls("s", "shop", ca_crt=one.pem + other.pem))
        first, second = certificates_of(found[0])
        assert not leads_to(first, [second], [])


class TestOverview:
    def view(self, name: str) -> MeshView:
        return MeshView(map(Resource, healthy(name)), captures={"": Capture(NOW, None)})

    def test_what_istio_rests_on(self) -> None:
        assert certificates(self.view("istio-ambient"), "", "istio") == (
            CertificateHealth(
                "signing certificate of istiod (Secret istio-system/cacerts ca-cert.pem)",
                "2036-09-01T00:00:00Z",
                3572,
                True,
            ),
            CertificateHealth(
                "root of istiod's CA (Secret istio-system/cacerts root-cert.pem)", "2046-01-01T00:00:00Z", 6981, None
            ),
        )

    def test_what_linkerd_rests_on(self) -> None:
        found = certificates(self.view("linkerd"), "", "linkerd")
        assert [(one.what, one.chain_ok) for one in found[:1]] == [
            ("identity issuer of Linkerd (Secret linkerd/linkerd-identity-issuer tls.crt)", True)
        ]
        assert (
            found[-1].what == "trust anchor of Linkerd (ConfigMap linkerd/linkerd-identity-trust-roots ca-bundle.crt)"
        )

    def test_what_cilium_rests_on(self) -> None:
        found = certificates(self.view("cilium"), "", "cilium")
        assert {one.chain_ok for one in found if one.what.startswith("server certificate")} == {True}
        assert found[-1].what == "CA of Cilium (Secret kube-system/cilium-ca ca.crt)"
