"""What is taken out of an object, and what stays because a mesh is judged by it."""

import builtins
import copy
import json
from typing import Any

import pytest

from service_mesh.cluster.certificates import CERTIFICATES
from service_mesh.cluster.redaction import Redactor, redacted
from service_mesh.cluster.secret_words import is_secret_field, is_secret_name, without_secrets
from tests.cluster.packing import obj
from tests.cluster.secrets import AFTER, CANARY, certificate, encoded, jwt, private_key

HIDDEN = "UkVEQUNURUQ="


def container(**fields: object) -> dict[str, Any]:
    return obj("Pod", "a", "shop", spec={"containers": [{"name": "c", **fields}]})


def inner(data: dict[str, Any]) -> dict[str, Any]:
    cleaned: Any = redacted(data)
    found: dict[str, Any] = cleaned["spec"]["containers"][0]
    return found


def dates(annotations: dict[str, str]) -> dict[str, list[tuple[str, str]]]:
    held = json.loads(annotations[CERTIFICATES])
    return {place: [(one["not_before"], one["not_after"]) for one in found] for place, found in held.items()}


class TestSecrets:
    def test_secret_keeps_type_names_of_keys_and_dates(self) -> None:
        data = obj("Secret", "tls", "shop", type="kubernetes.io/tls", immutable=True)
        data["data"] = {"tls.crt": encoded(certificate()), "tls.key": encoded(private_key())}
        clean: Any = redacted(data)
        told = clean["metadata"].pop("annotations")
        assert clean == {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "tls", "namespace": "shop"},
            "type": "kubernetes.io/tls",
            "immutable": True,
            "data": {"tls.crt": HIDDEN, "tls.key": HIDDEN},
        }
        assert dates(told) == {"/data/tls.crt": [("2026-01-02T03:04:05Z", "2027-01-02T03:04:05Z")]}

    def test_every_certificate_of_a_chain_is_dated(self) -> None:
        data = obj("Secret", "ca", stringData={"ca.crt": certificate() + certificate(AFTER.replace(year=2036))})
        clean: Any = redacted(data)
        start = "2026-01-02T03:04:05Z"
        assert dates(clean["metadata"]["annotations"]) == {
            "/stringData/ca.crt": [(start, "2027-01-02T03:04:05Z"), (start, "2036-01-02T03:04:05Z")]
        }

    def test_without_cryptography_there_are_no_dates(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = builtins.__import__

        def without(name: str, *rest: Any) -> Any:
            if name.partition(".")[0] == "cryptography":
                raise ImportError(name)
            return real(name, *rest)

        data = obj("Secret", "tls", data={"tls.crt": encoded(certificate())})
        monkeypatch.setattr(builtins, "__import__", without)
        assert redacted(data) == obj("Secret", "tls", data={"tls.crt": HIDDEN})

    def test_broken_certificate_has_no_dates_and_harms_no_other(self) -> None:
        broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        data = obj("Secret", "tls", stringData={"a.crt": broken + certificate(), "b.crt": broken})
        clean: Any = redacted(data)
        assert dates(clean["metadata"]["annotations"]) == {
            "/stringData/a.crt": [("2026-01-02T03:04:05Z", "2027-01-02T03:04:05Z")]
        }

    def test_fields_that_no_secret_has_are_dropped(self) -> None:
        assert redacted(obj("Secret", "s", note=CANARY, spec={"a": CANARY})) == obj("Secret", "s")

    def test_empty_value_stays_empty(self) -> None:
        assert redacted(obj("Secret", "s", data={"tls.key": "", "a": None})) == obj(
            "Secret", "s", data={"tls.key": "", "a": None}
        )

    def test_annotations_of_a_secret_tell_its_owner_and_nothing_else(self) -> None:
        data = obj("Secret", "s")
        data["metadata"] = {
            "name": "s",
            "annotations": {
                "cert-manager.io/certificate-name": "web",
                "kubernetes.io/service-account.name": "default",
                "openshift.io/token-secret.value": CANARY,
                "notes": CANARY,
                CERTIFICATES: f'{{"a": "{CANARY}"}}',
            },
        }
        assert redacted(data)["metadata"] == {
            "name": "s",
            "annotations": {
                "cert-manager.io/certificate-name": "web",
                "kubernetes.io/service-account.name": "default",
                "openshift.io/token-secret.value": "REDACTED",
                "notes": "REDACTED",
            },
        }

    def test_content_of_a_wrong_type_is_taken_out(self) -> None:
        for content in (CANARY, [CANARY], {"a": {"b": CANARY}}, 12345):
            assert CANARY not in json.dumps(redacted(obj("Secret", "s", data=content)))
        assert redacted(obj("Secret", "s", data={"pin": 12345})) == obj("Secret", "s", data={"pin": HIDDEN})

    def test_sealed_secret_keeps_the_names_of_its_keys(self) -> None:
        data = obj("SealedSecret", "s", api="bitnami.com/v1alpha1", spec={"encryptedData": {"a": CANARY}, "x": 1})
        assert redacted(data)["spec"] == {"encryptedData": {"a": "REDACTED"}, "x": 1}


class TestOtherObjects:
    def test_copies_of_the_object_are_dropped(self) -> None:
        data = obj("Service", "web", "shop")
        data["metadata"] = {
            "name": "web",
            "managedFields": [{"manager": CANARY}],
            "annotations": {
                "kubectl.kubernetes.io/last-applied-configuration": CANARY,
                "kopf.zalando.org/last-handled-configuration": CANARY,
                "a": "b",
            },
        }
        assert redacted(data)["metadata"] == {"name": "web", "annotations": {"a": "b"}}

    def test_copies_are_dropped_from_templates_too(self) -> None:
        template = {"metadata": {"annotations": {"kubectl.kubernetes.io/last-applied-configuration": CANARY}}}
        assert redacted(obj("Deployment", "a", spec={"template": template}))["spec"] == {
            "template": {"metadata": {"annotations": {}}}
        }

    @pytest.mark.parametrize(
        "name",
        ["DB_PASSWORD", "GITHUB_TOKEN", "API_KEY", "apiKey", "MYSQLPASSWORD", "AWS_ACCESS_KEY_ID", "CREDENTIALS"],
    )
    def test_variables_with_telling_names_lose_their_value(self, name: str) -> None:
        env = inner(container(env=[{"name": name, "value": CANARY}, {"name": "PORT", "value": "80"}]))["env"]
        assert env == [{"name": name, "value": "REDACTED"}, {"name": "PORT", "value": "80"}]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            ("SECRET_TTL", "24h"),
            ("TOKEN_AUDIENCES", "istio-ca"),
            ("LINKERD2_PROXY_IDENTITY_TOKEN_FILE", "/var/run/token"),
            ("JWT_POLICY", "third-party-jwt"),
            ("PILOT_ENABLE_TOKEN_CHECK", "true"),
        ],
    )
    def test_variables_that_a_mesh_is_judged_by_stay(self, name: str, value: str) -> None:
        env = [{"name": name, "value": value}]
        assert inner(container(env=env))["env"] == env

    def test_reference_to_a_secret_stays(self) -> None:
        env = [{"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "s", "key": "token"}}}]
        assert inner(container(env=env))["env"] == env

    def test_secrets_in_arguments_are_replaced(self) -> None:
        args = ["--password", CANARY, f"--token={CANARY}", "--key-file", "/etc/k", "--port", "80"]
        assert inner(container(args=args))["args"] == [
            "--password",
            "REDACTED",
            "--token=REDACTED",
            "--key-file",
            "/etc/k",
            "--port",
            "80",
        ]

    def test_headers_lose_their_value(self) -> None:
        probe = {"httpGet": {"httpHeaders": [{"name": "Authorization", "value": CANARY}]}}
        assert inner(container(livenessProbe=probe))["livenessProbe"] == {
            "httpGet": {"httpHeaders": [{"name": "Authorization", "value": "REDACTED"}]}
        }
        rule = {"headers": {"authorization": {"exact": CANARY}, "end-user": {"exact": "jason"}}}
        assert redacted(obj("VirtualService", "v", spec={"match": [rule]}))["spec"] == {
            "match": [{"headers": {"authorization": {"exact": "REDACTED"}, "end-user": {"exact": "jason"}}}]
        }

    def test_config_map_loses_keys_that_look_secret(self) -> None:
        data = {"tls.key": CANARY, "password": CANARY, "cert.pem": private_key(), "mode": "STRICT", "secret-ttl": "1h"}
        assert redacted(obj("ConfigMap", "c", data=data, binaryData={"store.jks": CANARY})) == obj(
            "ConfigMap",
            "c",
            data={
                "tls.key": "REDACTED",
                "password": "REDACTED",
                "cert.pem": "REDACTED\n",
                "mode": "STRICT",
                "secret-ttl": "1h",
            },
            binaryData={"store.jks": HIDDEN},
        )

    def test_release_of_helm_in_a_config_map_is_taken_out(self) -> None:
        data = obj("ConfigMap", "sh.helm.release.v1.a.v1", data={"release": CANARY})
        data["metadata"] = {"name": "r", "labels": {"owner": "helm"}}
        assert redacted(data)["data"] == {"release": "REDACTED"}

    def test_mesh_configuration_stays_as_it_is(self) -> None:
        mesh = (
            "defaultConfig:\n  discoveryAddress: istiod.istio-system.svc:15012\n  proxyMetadata: {}\n"
            "trustDomain: cluster.local\ncaCertificates:\n- secretName: ca\n  token: {{ .Token }}\n"
        )
        data = obj("ConfigMap", "istio", "istio-system", data={"mesh": mesh, "meshNetworks": "networks: {}"})
        assert redacted(data) == data

    def test_certificates_outside_of_secrets_stay(self) -> None:
        hook = {"clientConfig": {"caBundle": encoded(certificate())}}
        data = obj("MutatingWebhookConfiguration", "w", webhooks=[hook])
        assert redacted(data)["webhooks"] == [hook]
        config = obj("ConfigMap", "istio-ca-root-cert", data={"root-cert.pem": certificate()})
        assert redacted(config)["data"] == config["data"]

    def test_labels_and_selectors_stay_apart(self) -> None:
        spec = {"selector": {"matchLabels": {"app-key": "a"}}, "nodeSelector": {"x-token": "b"}}
        assert redacted(obj("Deployment", "a", spec=spec))["spec"] == spec

    def test_files_of_keys_stay(self) -> None:
        tls = {"mode": "MUTUAL", "privateKey": "/etc/certs/key.pem", "credentialName": "web"}
        assert redacted(obj("DestinationRule", "d", spec={"tls": tls}))["spec"] == {"tls": tls}

    def test_given_object_is_not_changed(self) -> None:
        data = container(env=[{"name": "TOKEN", "value": CANARY}], args=["--token", CANARY])
        before = copy.deepcopy(data)
        redacted(data)
        assert data == before

    def test_redacting_twice_changes_nothing_more(self) -> None:
        secret = obj("Secret", "s", data={"tls.crt": encoded(certificate()), "k": encoded(CANARY)})
        pod = container(env=[{"name": "TOKEN", "value": CANARY}], args=[f"--url=https://u:{CANARY}@h"])
        for once in (redacted(secret), redacted(pod)):
            assert redacted(once) == once

    def test_order_of_fields_stays(self) -> None:
        data = {"kind": "ConfigMap", "data": {"b": "1", "a": "2"}, "apiVersion": "v1", "metadata": {"name": "c"}}
        assert json.dumps(redacted(data)) == json.dumps(data)

    def test_endless_nesting_is_cut(self) -> None:
        value: object = CANARY
        for _ in range(400):
            value = {"a": value}
        assert CANARY not in json.dumps(redacted(obj("X", "x", spec=value)))

    def test_what_was_taken_out_is_remembered(self) -> None:
        redactor = Redactor()
        redactor.redacted(container(env=[{"name": "TOKEN", "value": CANARY}]))
        assert redactor.removed == {CANARY}
        assert redactor.has_removed_others is False


class TestTexts:
    @pytest.mark.parametrize(
        ("text", "clean"),
        [
            (f"a {private_key('')}b", "a REDACTED\nb"),
            (private_key("OPENSSH ")[:60], "REDACTED"),
            (f"x: {encoded(private_key())}", "x: REDACTED"),
            (encoded(certificate() + private_key()), "REDACTED"),
            (f"curl -H 'X: {jwt()}'", "curl -H 'X: REDACTED'"),
            (f"Authorization: Bearer {CANARY}", "Authorization: REDACTED REDACTED"),
            (f"redis://:{CANARY}@db:6379/0", "redis://:REDACTED@db:6379/0"),
            (f"https://user:{CANARY}@host/p", "https://user:REDACTED@host/p"),
            (f'{{"password": "{CANARY}", "a": 1}}', '{"password": REDACTED, "a": 1}'),
            (f"client_secret={CANARY}&a=1", "client_secret=REDACTED&a=1"),
            (f"db.password = '{CANARY} x'\nport=1", "db.password = REDACTED\nport=1"),
        ],
    )
    def test_secret_inside_a_text_is_replaced(self, text: str, clean: str) -> None:
        assert without_secrets(text) == clean

    @pytest.mark.parametrize(
        "text",
        [
            "bearer authentication of users",
            "password: ${DB_PASSWORD}",
            "token: /var/run/secrets/token",
            "password: {{ .Values.password }}",
            "https://host:8080/path@2",
            "secret: true",
            "spiffe://cluster.local/ns/shop/sa/web",
        ],
    )
    def test_text_without_a_secret_stays(self, text: str) -> None:
        assert without_secrets(text) == text

    def test_text_that_is_too_long_is_taken_out_whole(self) -> None:
        assert without_secrets("a" * (4 * 1024 * 1024 + 1)) == "REDACTED"

    @pytest.mark.parametrize(
        "piece", ["-----BEGIN PRIVATE KEY-----", "eyJ", "password=", "://a:", 'token: "', "Bearer "]
    )
    def test_hostile_text_takes_no_longer_than_its_length(self, piece: str) -> None:
        assert isinstance(without_secrets(piece * 20_000), str)

    def test_names_are_judged_by_their_words(self) -> None:
        secret = {"tls.key", "id-token", "X-Api-Key", "authorization", "basic-auth", "vault.io/token"}
        harmless = {
            "keyboard",
            "key-file",
            "agent-not-ready-taint-key",
            "token-name",
            "external-secrets.io/kind",
            "monkeys",
            "mode",
            "",
            "mesh-auth-mode",
        }
        assert {name for name in secret | harmless if is_secret_name(name)} == secret

    def test_fields_that_refer_to_a_secret_hold_none(self) -> None:
        assert is_secret_field("clientSecret")
        assert is_secret_field("password")
        assert not any(map(is_secret_field, ("secretName", "credentialName", "key", "tokenAudience", "secretKeyRef")))
