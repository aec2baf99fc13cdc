"""Canary secrets in every kind of place never come out of a snapshot, in no form of it and by no way."""

import base64
import dataclasses
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from service_mesh.cluster.snapshot import Snapshot, read_snapshot
from service_mesh.model.resource import Resource
from service_mesh.source.locate import locate
from tests.cluster.packing import as_folder, as_tar, as_zip, obj
from tests.cluster.pki import made
from tests.cluster.secrets import CANARY, encoded, jwt, private_key

FORMS = (
    CANARY,
    *(base64.b64encode(b"x" * n + CANARY.encode("ascii")).decode("ascii")[4 * (n > 0) : 12] for n in range(3)),
)
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"


def annotated(name: str, value: str) -> dict[str, Any]:
    data = obj("Service", "web", "shop")
    data["metadata"] = {"name": "web", "namespace": "shop", "annotations": {name: value}}
    return data


def pod(**container: object) -> dict[str, Any]:
    return obj("Pod", "web", "shop", spec={"containers": [{"name": "web", **container}]})


def template(kind: str, *path: str) -> dict[str, Any]:
    value: Any = {"template": {"spec": {"initContainers": [{"env": [{"name": "DB_PASSWORD", "value": CANARY}]}]}}}
    for step in reversed(path):
        value = {step: value}
    return obj(kind, "web", "shop", api="apps/v1", spec=value)


PLACES: dict[str, dict[str, Any]] = {
    "secret-data": obj("Secret", "s", "shop", type="Opaque", data={"password": encoded(CANARY)}),
    "secret-string-data": obj("Secret", "s", "shop", stringData={"password": CANARY}),
    "secret-multi-line": obj("Secret", "s", "shop", stringData={"tls.key": private_key()}),
    "secret-token": obj("Secret", "s", type="kubernetes.io/service-account-token", data={"token": encoded(jwt())}),
    "secret-docker": obj("Secret", "s", data={".dockerconfigjson": encoded(json.dumps({"auths": {"r": CANARY}}))}),
    "secret-wrong-type": obj("Secret", "s", data=CANARY),
    "secret-unknown-field": obj("Secret", "s", status={"value": CANARY}),
    "secret-in-a-list": obj("List", "l", items=[obj("Secret", "s", data={"a": encoded(CANARY)})]),
    "sealed-secret": obj("SealedSecret", "s", api="bitnami.com/v1alpha1", spec={"encryptedData": {"a": CANARY}}),
    "last-applied": annotated(LAST_APPLIED, json.dumps({"kind": "Secret", "data": {"a": CANARY}})),
    "annotation": annotated("shop.example.com/token", CANARY),
    "annotation-text": annotated("notes", f"password: {CANARY}"),
    "env": pod(env=[{"name": "GITHUB_TOKEN", "value": CANARY}]),
    "env-address": pod(env=[{"name": "DATABASE", "value": f"postgres://shop:{CANARY}@db:5432/shop"}]),
    "args-next": pod(args=["--password", CANARY]),
    "args-same": pod(command=["sh", "-c", f"login --api-key={CANARY}"]),
    "probe": pod(livenessProbe={"httpGet": {"httpHeaders": [{"name": "Authorization", "value": f"Bearer {CANARY}"}]}}),
    "certificates-annotation": annotated(
        "service-mesh/certificates", json.dumps({"/data/a": [{"subject": CANARY, "note": CANARY}]})
    ),
    "deployment": template("Deployment"),
    "cron-job": template("CronJob", "jobTemplate", "spec"),
    "config-map-key": obj("ConfigMap", "c", data={"api-key": CANARY}),
    "config-map-pem": obj("ConfigMap", "c", data={"files": f"first\n{private_key('EC ')}last"}),
    "config-map-encoded-pem": obj("ConfigMap", "c", data={"kubeconfig": f"client-key-data: {encoded(private_key())}"}),
    "config-map-jwt": obj("ConfigMap", "c", data={"session": jwt()}),
    "config-map-text": obj("ConfigMap", "c", data={"app.properties": f"port=1\ndb.password={CANARY}\n"}),
    "config-map-json": obj("ConfigMap", "c", data={"app.json": json.dumps({"clientSecret": CANARY})}),
    "config-map-binary": obj("ConfigMap", "c", binaryData={"store.jks": encoded(CANARY)}),
    "virtual-service": obj(
        "VirtualService", "v", spec={"http": [{"headers": {"request": {"set": {"x-api-key": CANARY}}}}]}
    ),
    "virtual-service-match": obj(
        "VirtualService", "v", spec={"http": [{"headers": {"authorization": {"exact": CANARY}}}]}
    ),
    "envoy-filter": obj("EnvoyFilter", "e", spec={"configPatches": [{"patch": {"value": {"clientSecret": CANARY}}}]}),
    "wasm-plugin": obj("WasmPlugin", "w", spec={"pluginConfig": {"basic_auth": [{"password": CANARY}]}}),
    "proxy-config": obj("ProxyConfig", "p", spec={"environmentVariables": {"API_TOKEN": CANARY}}),
    "istio-operator": obj("IstioOperator", "i", spec={"values": {"grafana": {"adminPassword": CANARY}}}),
    "http-route": obj("HTTPRoute", "h", spec={"rules": [{"set": [{"name": "authorization", "value": CANARY}]}]}),
    "cilium-header": obj("CiliumNetworkPolicy", "c", spec={"headers": [f"X-Api-Key: {CANARY}"]}),
    "authorization-policy": obj(
        "AuthorizationPolicy",
        "a",
        spec={"rules": [{"when": [{"key": "request.headers[x-token]", "values": [CANARY]}]}]},
    ),
    "token-review": obj("TokenReview", "t", spec={"token": CANARY}),
    "event": obj("Event", "e", message=f"pulling https://bot:{CANARY}@registry failed"),
    "pod-status": obj("Pod", "p", status={"message": f"token={CANARY}"}),
}

TEXTS = {
    "comment": f"apiVersion: v1\nkind: Pod\nmetadata:\n  name: p # {CANARY}\n# {CANARY}\n",
    "comment-of-a-block": f"apiVersion: v1\nkind: ConfigMap\ndata:\n  password: |- # {CANARY}\n    {CANARY}\n",
    "written-twice": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\ndata:\n  a: {CANARY}\n  a: {CANARY}\n",
    "merged": f"apiVersion: v1\nkind: Pod\nmetadata:\n  <<: {{name: {CANARY}}}\n  name: p\n",
    "anchor": f"apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\ndata: {{a: &x {CANARY}, b: *x}}\n",
    "folded": f'apiVersion: v1\nkind: Secret\nmetadata: {{name: s}}\nstringData:\n  a: "first\n    {CANARY}"\n',
    "escaped": f'{{"apiVersion": "v1", "kind": "Secret", "stringData": {{"a": "\\u0043{CANARY[1:]}"}}}}',
    "name-twice-in-json": f'{{"apiVersion": "v1", "kind": "Secret", "data": {{"a": "{CANARY}", "a": "x"}}}}',
    "field-of-a-list": f"apiVersion: v1\nkind: List\nnote: {CANARY}\nitems:\n- apiVersion: v1\n  kind: Pod\n",
    "item-of-a-list": f'{{"kind": "List", "items": ["{CANARY}", {{"apiVersion": "v1", "kind": "Pod"}}]}}',
    "other-document": f"password: {CANARY}\n---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\n",
    "broken-document": f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\n---\nkind: Secret\ndata: [{CANARY}\n",
    "undefined-alias": f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\n---\nkind: Secret\ndata: *{CANARY}\n",
    "wrong-tag": f"apiVersion: v1\nkind: Pod\nmetadata: {{name: p}}\nspec: {{password: !!int {CANARY}}}\n",
    "number": "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {pin: 40417341}\n",
}


def outputs(snapshot: Snapshot) -> Iterator[str]:
    """Every way in which something of a snapshot may be shown."""
    yield repr(snapshot)
    for cluster in snapshot.clusters:
        yield json.dumps([export.data for export in cluster.exports])
        for resource in cluster.resources:
            yield repr(resource)
            yield json.dumps(resource.data)
            assert resource.origin is not None
            yield resource.origin.source.text
            yield resource.origin.text
            yield from (repr(locate(resource.origin, path)) for path in paths(resource.data))
    yield from (repr(dataclasses.asdict(note)) for note in snapshot.unread)


def paths(value: object, top: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield top
    children: Any = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in children:
        yield from paths(child, (*top, step))


def check(snapshot: Snapshot, *more: str) -> list[Resource]:
    for text in outputs(snapshot):
        assert not [form for form in (*FORMS, *more) if form in text]
    return [resource for cluster in snapshot.clusters for resource in cluster.resources]


@pytest.mark.parametrize("form", ["yaml", "json", "block"])
@pytest.mark.parametrize("place", PLACES)
def test_secret_in_an_object_never_comes_out(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, place: str, form: str
) -> None:
    caplog.set_level(logging.DEBUG)
    data = PLACES[place]
    wide = yaml.safe_dump(data, default_flow_style=form == "yaml", width=40 if form == "block" else 10_000)
    text = json.dumps(data, indent=1) if form == "json" else wide
    assert check(read_snapshot(as_tar(tmp_path, {f"{place}.{'json' if form == 'json' else 'yaml'}": text})))
    assert CANARY not in caplog.text


@pytest.mark.parametrize("place", TEXTS)
def test_secret_in_a_text_never_comes_out(tmp_path: Path, place: str) -> None:
    assert check(read_snapshot(as_tar(tmp_path, {"all.yaml": TEXTS[place]})), "40417341")


@pytest.mark.parametrize("pack", [as_tar, as_zip, as_folder])
def test_secrets_never_come_out_of_a_large_list(tmp_path: Path, pack: Any) -> None:
    items = [data for data in PLACES.values() if data["kind"] != "List"]
    for number, data in enumerate(items):
        data["metadata"]["name"] += f"-{number}"
    files = {
        "a/all.yaml": yaml.safe_dump(obj("List", "l", items=items)),
        "b/all.json": json.dumps({"apiVersion": "v1", "kind": "List", "items": items}),
    }
    found = check(read_snapshot(pack(tmp_path, files)))
    assert len(found) == 2 * len(items)


def test_secrets_of_exports_never_come_out(tmp_path: Path) -> None:
    checks = {"success": False, "categories": [{"categoryName": "a", "checks": [{"error": f"token={CANARY}"}]}]}
    found = read_snapshot(as_tar(tmp_path, {"check.json": json.dumps(checks)}))
    check(found)
    assert len(found.clusters[0].exports) == 1


@pytest.mark.parametrize("name", ["web.pem", "web"])
def test_secrets_in_a_file_of_certificates_never_come_out(tmp_path: Path, name: str) -> None:
    web = made("web")
    body = web.key_pem.splitlines()[1]
    text = f"Bag Attributes\n    friendlyName: {CANARY}\n{web.pem}{private_key()}{web.key_pem}{CANARY}\n"
    (tmp_path / name).write_text(text, encoding="utf-8")
    assert check(read_snapshot(str(tmp_path / name)), body)
    objects = {
        "a.yaml": yaml.safe_dump(
            obj("Secret", "s", data={"tls.crt": encoded(web.pem), "tls.key": encoded(web.key_pem)})
        ),
        "b.yaml": yaml.safe_dump(obj("ConfigMap", "c", data={"both": web.pem + web.key_pem})),
    }
    assert check(read_snapshot(as_tar(tmp_path, objects)), body, encoded(web.key_pem)[:60])


def test_the_places_do_hold_secrets() -> None:
    """What is planted can be seen: a check that looks for the wrong word would pass with any reader."""
    for data in PLACES.values():
        assert [form for form in FORMS if form in json.dumps(data)]
    for name, text in TEXTS.items():
        assert name in ("escaped", "number") or CANARY in text
