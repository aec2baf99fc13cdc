"""Facts about certificates leave the reader, from every place that holds some; content and keys do not."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from service_mesh.cluster.certificates import CERTIFICATES
from service_mesh.cluster.redaction import redacted
from service_mesh.cluster.snapshot import read_snapshot
from service_mesh.model.resource import Resource
from tests.cluster.packing import MTIME, as_folder, as_tar, obj
from tests.cluster.pki import START, Signed, made
from tests.cluster.secrets import CANARY, encoded, private_key


def facts(data: Any) -> dict[str, list[dict[str, Any]]]:
    annotation = data["metadata"].get("annotations", {}).get(CERTIFICATES, "{}")
    found: dict[str, list[dict[str, Any]]] = json.loads(annotation)
    return found


def brief(data: Any) -> dict[str, list[str]]:
    return {place: [one["subject"] for one in held] for place, held in facts(data).items()}


def digest(signed: Signed) -> str:
    from cryptography.hazmat.primitives import hashes

    return signed.certificate.fingerprint(hashes.SHA256()).hex()


def secret(**content: str) -> dict[str, object]:
    return obj("Secret", "s", "shop", data={name.replace("_", "."): encoded(value) for name, value in content.items()})


class TestFacts:
    def test_everything_that_is_told_of_a_certificate(self) -> None:
        root = made("root", ca=True, path_length=1)
        leaf = made("web", root, days=90, names=("web.shop.svc", "spiffe://cluster.local/ns/shop/sa/web"))
        (told,) = facts(redacted(secret(tls_crt=leaf.pem, tls_key=leaf.key_pem)))["/data/tls.crt"]
        above = root.certificate.extensions
        from cryptography.x509 import SubjectKeyIdentifier

        own = leaf.certificate.extensions.get_extension_for_class(SubjectKeyIdentifier).value.digest.hex()
        assert told.pop("public_key") != told["sha256"]
        assert told == {
            "subject": "CN=web",
            "issuer": "CN=root",
            "not_before": "2026-01-01T00:00:00Z",
            "not_after": "2026-04-01T00:00:00Z",
            "key": "EC P-256",
            "signature": "ECDSA-SHA256",
            "sha256": digest(leaf),
            "ca": False,
            "key_id": own,
            "authority_key_id": above.get_extension_for_class(SubjectKeyIdentifier).value.digest.hex(),
            "names": ["web.shop.svc", "spiffe://cluster.local/ns/shop/sa/web"],
            "fits_key": True,
        }

    def test_authority_tells_how_long_a_chain_may_be_and_which_key_it_has(self) -> None:
        key = rsa.generate_private_key(65537, 2048)
        root = made("root", ca=True, path_length=0, key=key)
        (told,) = facts(redacted(secret(ca_crt=root.pem)))["/data/ca.crt"]
        assert (told["ca"], told["path_length"], told["key"], told["signature"]) == (True, 0, "RSA 2048", "RSA-SHA256")

    def test_signatures_are_checked_among_the_certificates_of_one_object(self) -> None:
        root, other = made("root", ca=True), made("root", ca=True)
        leaf = made("web", root)
        told = facts(redacted(secret(tls_crt=leaf.pem, ca_crt=other.pem + root.pem)))
        assert told["/data/tls.crt"][0]["signed_by"] == digest(root)
        assert [one["signed_by"] for one in told["/data/ca.crt"]] == [digest(other), digest(root)]
        alone = facts(redacted(secret(tls_crt=leaf.pem, ca_crt=other.pem)))
        assert "signed_by" not in alone["/data/tls.crt"][0]

    @pytest.mark.parametrize(
        ("place", "beside"), [("tls_crt", "tls_key"), ("cert", "key"), ("ca-cert_pem", "ca-key_pem")]
    )
    def test_key_beside_a_certificate_is_compared_with_it(self, place: str, beside: str) -> None:
        one, other = made("web"), made("web")
        name = f"/data/{place.replace('_', '.')}"
        fitting = facts(redacted(secret(**{place: one.pem, beside: one.key_pem})))
        wrong = facts(redacted(secret(**{place: one.pem, beside: other.key_pem})))
        broken = facts(redacted(secret(**{place: one.pem, beside: private_key()})))
        assert fitting[name][0]["fits_key"] is True
        assert wrong[name][0]["fits_key"] is False
        assert "fits_key" not in broken[name][0]

    def test_names_are_bounded(self) -> None:
        leaf = made("web", names=tuple(f"a{number}.example" for number in range(150)))
        assert len(facts(redacted(secret(tls_crt=leaf.pem)))["/data/tls.crt"][0]["names"]) == 100

    def test_certificates_of_a_place_are_bounded(self) -> None:
        text = made("root", ca=True).pem * 70
        assert len(facts(redacted(secret(ca_crt=text)))["/data/ca.crt"]) == 64


class TestPlaces:
    def test_bundle_of_a_config_map(self) -> None:
        data = obj("ConfigMap", "istio-ca-root-cert", "shop", data={"root-cert.pem": made("root", ca=True).pem})
        clean = redacted(data)
        assert brief(clean) == {"/data/root-cert.pem": ["CN=root"]}
        assert clean["data"] == data["data"]

    def test_bundle_inside_another_text(self) -> None:
        pem = made("root", ca=True).pem
        values = "identityTrustAnchorsPEM: |\n" + "".join(f"  {line}\n" for line in pem.splitlines())
        text = json.dumps({"anchors": pem})
        clean = redacted(obj("ConfigMap", "linkerd-config", "linkerd", data={"values": values, "json": text}))
        assert brief(clean) == {"/data/values": ["CN=root"], "/data/json": ["CN=root"]}

    def test_binary_content_of_a_config_map(self) -> None:
        clean = redacted(obj("ConfigMap", "c", binaryData={"a.pem": encoded(made("root").pem)}))
        assert brief(clean) == {"/binaryData/a.pem": ["CN=root"]}

    def test_bundles_of_webhooks_services_of_the_api_and_conversions(self) -> None:
        bundle = {"caBundle": encoded("\n" + made("root", ca=True).pem)}
        hook = obj("MutatingWebhookConfiguration", "w", webhooks=[{"clientConfig": bundle}])
        service = obj("APIService", "v1alpha1.tap.linkerd.io", spec=bundle)
        crd = obj("CustomResourceDefinition", "c", spec={"conversion": {"webhook": {"clientConfig": bundle}}})
        assert [brief(redacted(data)) for data in (hook, service, crd)] == [
            {"/webhooks/0/clientConfig/caBundle": ["CN=root"]},
            {"/spec/caBundle": ["CN=root"]},
            {"/spec/conversion/webhook/clientConfig/caBundle": ["CN=root"]},
        ]

    def test_anchors_in_a_variable_of_a_proxy(self) -> None:
        env = [{"name": "LINKERD2_PROXY_IDENTITY_TRUST_ANCHORS", "value": made("anchor", ca=True).pem}]
        clean = redacted(obj("Pod", "p", "shop", spec={"containers": [{"name": "linkerd-proxy", "env": env}]}))
        assert brief(clean) == {"/spec/containers/0/env/0/value": ["CN=anchor"]}

    def test_object_without_certificates_gets_no_annotation(self) -> None:
        data = obj("ConfigMap", "c", data={"a": "b" * 500})
        assert redacted(data) == data


class TestSavedFacts:
    def test_reading_again_what_was_saved_changes_nothing(self) -> None:
        leaf = made("web")
        for data in (
            secret(tls_crt=leaf.pem, tls_key=leaf.key_pem),
            obj("ConfigMap", "c", data={"a.pem": leaf.pem}),
            obj("MutatingWebhookConfiguration", "w", webhooks=[{"clientConfig": {"caBundle": encoded(leaf.pem)}}]),
        ):
            once = redacted(data)
            assert facts(once)
            assert redacted(once) == once

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "x",
            "[" * 100_000,
            "[]",
            '{"/a": 1}',
            '{"/a": [1, {}]}',
            '{"a": [{"not_before": "2026-01-01T00:00:00Z"}]}',
            json.dumps({"/a": [{"not_before": CANARY, "not_after": CANARY, "sha256": CANARY}]}),
        ],
    )
    def test_what_is_no_fact_is_dropped(self, text: str) -> None:
        for kind in ("Secret", "ConfigMap"):
            data: dict[str, Any] = obj(kind, "s")
            data["metadata"] = {"name": "s", "annotations": {CERTIFICATES: text}}
            assert redacted(data) == {**data, "metadata": {"name": "s", "annotations": {}}}

    def test_odd_facts_are_dropped_and_the_others_stay(self) -> None:
        sound = {"not_before": "2026-01-01T00:00:00Z", "not_after": "2027-01-01T00:00:00Z", "sha256": "ab" * 32}
        odd = {"key": 7, "ca": "yes", "path_length": -1, "names": [1, "a.example"], "note": CANARY, "subject": "a\nb"}
        secret = {"issuer": f"password={CANARY}"}
        data: dict[str, Any] = obj("Secret", "s")
        data["metadata"] = {"annotations": {CERTIFICATES: json.dumps({"/data/a": [sound | odd | secret]})}}
        kept = facts(redacted(data))
        assert kept == {"/data/a": [{**sound, "names": ["a.example"], "issuer": "password=REDACTED"}]}


class TestFiles:
    def read(self, path: str) -> list[Resource]:
        return [resource for cluster in read_snapshot(path).clusters for resource in cluster.resources]

    def test_file_of_certificates_is_an_object(self, tmp_path: Path) -> None:
        root = made("root", ca=True)
        leaf = made("web", root)
        (tmp_path / "web.pem").write_text(f"{leaf.pem}{root.pem}{leaf.key_pem}# {CANARY}\n", encoding="utf-8")
        (found,) = self.read(str(tmp_path / "web.pem"))
        assert found.title == f"CertificateFile {tmp_path}/web.pem"
        assert found.data["data"] == {"web.pem": "REDACTED"}
        assert brief(found.data) == {"/data/web.pem": ["CN=web", "CN=root"]}
        assert [one["fits_key"] for one in facts(found.data)["/data/web.pem"]] == [True, False]
        assert found.origin is not None
        assert found.origin.text.count("BEGIN CERTIFICATE") == 2
        assert "PRIVATE KEY" not in found.origin.text + repr(found.data)
        assert CANARY not in found.origin.text + repr(found.data)

    def test_files_of_certificates_in_a_folder_and_in_an_archive(self, tmp_path: Path) -> None:
        files: dict[str, str | bytes] = {
            "all.yaml": json.dumps(obj("Namespace", "shop")),
            "certs/a.crt": made("a").pem,
            "certs/b.cer": made("b").der,
            "certs/key.pem": made("c").key_pem,
            "certs/notes.pem": "no certificate",
        }
        for path in (as_folder(tmp_path, files), as_tar(tmp_path, files)):
            (cluster,) = read_snapshot(path).clusters
            found = [(one.kind.name, *brief(one.data).values()) for one in cluster.resources]
            assert sorted(found, key=str) == [
                ("CertificateFile", ["CN=a"]),
                ("CertificateFile", ["CN=b"]),
                ("Namespace",),
            ]

    def test_files_of_certificates_alone_are_judged_now_and_not_when_they_were_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("service_mesh.cluster.snapshot.present", lambda: START)
        (tmp_path / "web").write_text(made("web").pem, encoding="utf-8")
        (cluster,) = read_snapshot(str(tmp_path / "web")).clusters
        assert cluster.taken_at == START
        assert brief(cluster.resources[0].data) == {"/data/web": ["CN=web"]}

    def test_files_of_certificates_beside_objects_are_judged_when_those_were_read(self, tmp_path: Path) -> None:
        files: dict[str, str | bytes] = {"all.yaml": json.dumps(obj("Namespace", "shop")), "certs/a.crt": made("a").pem}
        (cluster,) = read_snapshot(as_tar(tmp_path, files)).clusters
        assert cluster.taken_at == datetime.fromtimestamp(MTIME, UTC)
