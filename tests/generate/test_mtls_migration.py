"""mtls-migration where something is there already: one object for each scope, and nothing strict is opened."""

from pathlib import Path

import pytest

from service_mesh.errors import UsageError
from service_mesh.generate.dialects import Dialect
from service_mesh.operations.generate import generate
from service_mesh.operations.generate_result import GenerateResult
from service_mesh.operations.request import GenerateRequest, Inputs

_OF_ISTIO = """
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {istio-injection: enabled}}
---
apiVersion: security.istio.io/v1
kind: PeerAuthentication
metadata: {name: legacy, namespace: shop}
spec: {mtls: {mode: MODE}}
"""
_OF_LINKERD = """
apiVersion: v1
kind: Namespace
metadata:
  name: shop
  annotations: {linkerd.io/inject: enabled, config.linkerd.io/default-inbound-policy: MODE}
"""


def _moved(folder: Path, dialect: Dialect, text: str, mode: str) -> GenerateResult:
    path = folder / "mesh.yaml"
    path.write_text(text.replace("MODE", mode))
    params = {"moves": [{"namespace": "shop", "workload": "cart"}, {"namespace": "shop"}]}
    return generate(GenerateRequest("mtls-migration", dialect, params, Inputs(paths=(str(path),))))


def test_object_that_is_there_keeps_its_name_and_gets_its_mode_back(tmp_path: Path) -> None:
    result = _moved(tmp_path, Dialect.ISTIO_SIDECAR, _OF_ISTIO, "PERMISSIVE")
    names = [line for file in result.files for line in file.text.splitlines() if line.startswith("  name: ")]
    assert names == ["  name: legacy", "  name: cart", "  name: legacy"]
    assert result.rollback == (
        "kubectl apply -f 01-permissive-shop.yaml",
        "kubectl delete -f 02-strict-shop-cart.yaml",
        'kubectl patch peerauthentication legacy -n shop --type merge -p \'{"spec":{"mtls":{"mode":"PERMISSIVE"}}}\'',
    )


@pytest.mark.parametrize(
    ("dialect", "text", "mode"), [(Dialect.ISTIO_SIDECAR, _OF_ISTIO, "STRICT"), (Dialect.LINKERD, _OF_LINKERD, "deny")]
)
def test_what_is_strict_already_is_not_opened(tmp_path: Path, dialect: Dialect, text: str, mode: str) -> None:
    result = _moved(tmp_path, dialect, text, mode)
    assert not result.apply_order
    assert result.cannot_express[0].closest == "leave it away from `moves`"


def test_annotation_that_is_there_comes_back(tmp_path: Path) -> None:
    result = _moved(tmp_path, Dialect.LINKERD, _OF_LINKERD, "all-unauthenticated")
    back = "kubectl annotate namespace shop config.linkerd.io/default-inbound-policy=all-unauthenticated --overwrite"
    assert [one for one in result.rollback if "annotate" in one] == [back]


@pytest.mark.parametrize(
    ("moves", "said"),
    [
        ([{"namespace": "shop"}, {"namespace": "shop"}], "twice"),
        ([{"namespace": "shop"}, {"namespace": "shop", "workload": "cart"}], "comes after its namespace"),
        ([{"namespace": "shop", "labels": {"app": "cart"}}], "name it"),
    ],
)
def test_moves_that_make_no_sense_are_refused(moves: list[dict[str, object]], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        generate(GenerateRequest("mtls-migration", Dialect.LINKERD, {"moves": moves}))
    assert said in f"{refused.value.message} {refused.value.hint}"
