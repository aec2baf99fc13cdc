"""Takes secrets out of objects before anything else of the program sees them.

A Secret keeps its type, the names of its keys and facts about its certificates. Every other object keeps its meaning
and loses what looks like a secret: values of variables, headers, fields and keys whose names say so, private keys,
tokens and passwords inside texts, and copies of the object that tools keep in annotations. Facts about certificates
are written down for every object that holds some.
"""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from service_mesh.cluster.certificates import CERTIFICATES, CertificateReader, given_facts, may_hold_certificates
from service_mesh.cluster.secret_words import (
    REDACTED,
    is_secret_field,
    is_secret_flag,
    is_secret_name,
    without_secrets,
)

__all__ = ["REDACTED", "Redactor", "redacted"]

_ENCODED = base64.b64encode(REDACTED.encode("ascii")).decode("ascii")
_DEEPEST = 200
_CACHED_LENGTH = 200
_CACHED_ENTRIES = 50_000
# Copies of the whole object, secrets included: kubectl, rancher, banzaicloud, kopf, kapp.
_COPY = re.compile(r"last[-.]applied|last[-.]handled|/applied$|kapp\.k14s\.io/original")
# Who made a Secret and what for: the owner's names, no content. Any other annotation of a Secret is replaced.
_TELLING = re.compile(
    r"(?:[\w-]+\.)*(?:cert-manager\.io|istio\.io|linkerd\.io|cilium\.io|helm\.sh)/|"
    r"kubernetes\.io/service-account\.(?:name|uid)$|service-mesh/allow$"
)
# Kinds whose certificates stand in base64, which is not looked into elsewhere.
_CARRIERS = frozenset(
    {
        "Secret",
        "CertificateFile",
        "MutatingWebhookConfiguration",
        "ValidatingWebhookConfiguration",
        "APIService",
        "CustomResourceDefinition",
    }
)
_CONDITION = frozenset({"exact", "prefix", "regex", "value", "suffix", "contains"})
_HEADER_CONDITION = "request.headers["  # a condition of an AuthorizationPolicy of Istio
# Labels say which objects belong together: two different ones must not become the same.
_LABELS = frozenset({"labels", "matchLabels", "selector", "nodeSelector"})


def redacted(data: Mapping[str, object]) -> dict[str, object]:
    """The object without its secrets; the given one stays as it is. Redacting twice changes nothing more.

    Args:
        data: One object, plain dicts, lists and scalars.
    """
    return Redactor().redacted(data)


@dataclass(slots=True)
class Redactor:
    """Redacts many objects and remembers what it took out, so that the same can be taken out of their texts.

    Attributes:
        removed: Texts that were replaced, whole.
        has_removed_others: Whether values that are no texts were replaced.
    """

    removed: set[str] = field(default_factory=set)
    has_removed_others: bool = False
    _texts: dict[str, str] = field(default_factory=dict)
    _fields: dict[str, bool] = field(default_factory=dict)
    _names: dict[str, bool] = field(default_factory=dict)
    _certificates: CertificateReader = field(default_factory=CertificateReader)
    _has_met_certificates: bool = False

    def forget(self) -> None:
        """Start to remember anew what is taken out, keeping what is known of names."""
        self.removed = set()
        self.has_removed_others = False

    def redacted(self, data: Mapping[str, object]) -> dict[str, object]:
        """The object without its secrets; see `redacted`."""
        kind = data.get("kind")
        self._has_met_certificates = (isinstance(kind, str) and kind in _CARRIERS) or "binaryData" in data
        clean = self._secret(data) if kind == "Secret" else self._other(data)
        return self._with_facts(data, clean)

    def _other(self, data: Mapping[str, object]) -> dict[str, object]:
        kind = data.get("kind")
        result = self._map({key: value for key, value in data.items() if not _is_config(kind, key)}, 0)
        for name in data.keys() - result.keys():
            is_hidden = name == "binaryData" or _label(data, "owner") == "helm"  # Helm may keep its releases there
            result[name] = self._config(data[name], hides_all=is_hidden, is_encoded=name == "binaryData")
        if kind == "SealedSecret":
            result["spec"] = self._sealed(data.get("spec"), result.get("spec"))
        return {key: result[key] for key in data}

    def _with_facts(self, data: Mapping[str, object], clean: dict[str, object]) -> dict[str, object]:
        """The object with the facts about its certificates, new ones and those that it came with."""
        given, came = given_facts(data, self.text), _annotation(data, CERTIFICATES)
        metadata = clean.get("metadata")
        text = self._certificates.annotation(data, given) if given or self._has_met_certificates else ""
        if came is not None and came != text:
            self._hidden(came)
        if not isinstance(metadata, dict) or not text:
            return clean
        annotations = metadata.get("annotations")
        held = annotations if isinstance(annotations, dict) else {}
        return clean | {"metadata": metadata | {"annotations": held | {CERTIFICATES: text}}}

    def text(self, text: str) -> str:
        """A text without the secrets inside it."""
        if may_hold_certificates(text):
            self._has_met_certificates = True
        clean = self._texts.get(text)
        if clean is None:
            clean = without_secrets(text)
            if len(text) <= _CACHED_LENGTH and len(self._texts) < _CACHED_ENTRIES:
                self._texts[text] = clean
        if clean != text:
            self.removed.add(text)
        return clean

    def value(self, value: object, depth: int = 0) -> object:
        """Plain data of any shape without the secrets inside it."""
        if isinstance(value, str):
            return self.text(value)
        if depth > _DEEPEST:
            return self._hidden(value)
        if isinstance(value, list):
            return self._list(value, depth)
        if isinstance(value, dict):
            return self._map(value, depth)
        return value

    def _map(self, value: Mapping[str, object], depth: int) -> dict[str, object]:
        result = {
            key: self._metadata(held) if key == "metadata" else self._member(str(key), held, depth + 1)
            for key, held in value.items()
        }
        name = value.get("name")
        if isinstance(name, str) and not _is_switch(value.get("value", "true")) and self._is_name(name):
            result["value"] = self._hidden(value["value"])  # a variable of a container, a header of a route or a probe
        key = value.get("key")
        if isinstance(key, str) and key.startswith(_HEADER_CONDITION) and self._is_name(key.rstrip("]")):
            result |= {field: self._hidden_all(value[field]) for field in ("values", "notValues") if field in value}
        return result

    def _member(self, name: str, value: object, depth: int) -> object:
        if name in _LABELS and isinstance(value, dict):
            return {
                key: self._member(key, held, depth + 1) if key in _LABELS else self.value(held, depth + 1)
                for key, held in value.items()
            }
        if not self._is_field(name) or _is_switch(value):
            return self.value(value, depth)
        if isinstance(value, str):
            return value if value.startswith("/") else self._hidden(value)  # a path tells where, not what
        if isinstance(value, dict):
            return {
                key: self._hidden(held) if key in _CONDITION else self.value(held, depth + 1)
                for key, held in value.items()
            }
        return self._hidden_all(value) if isinstance(value, list) else self.value(value, depth)

    def _list(self, values: list[object], depth: int) -> list[object]:
        result = [self.value(value, depth + 1) for value in values]
        for index, (flag, value) in enumerate(pairwise(values), start=1):
            if isinstance(flag, str) and isinstance(value, str) and is_secret_flag(flag) and value[:1] not in "-/$":
                result[index] = self._hidden(value)
        return result

    def _metadata(self, metadata: object) -> object:
        if not isinstance(metadata, dict):
            return self.value(metadata)
        result = {key: self.value(value, 1) for key, value in metadata.items() if key != "managedFields"}
        annotations = metadata.get("annotations")
        if isinstance(annotations, dict):
            result["annotations"] = self._annotations(annotations)
        return result

    def _annotations(self, annotations: Mapping[str, object]) -> dict[str, object]:
        result: dict[str, object] = {}
        for name, value in annotations.items():
            if name == CERTIFICATES:
                continue  # written anew
            if _COPY.search(str(name)):
                self._hidden(value)
            elif self._is_name(str(name)) and not _is_switch(value):
                result[name] = self._hidden(value)
            else:
                result[name] = self.value(value, 1)
        return result

    def _config(self, held: object, *, hides_all: bool, is_encoded: bool) -> object:
        if not isinstance(held, dict):
            return self._hidden(held)
        return {
            key: self._hidden(value, is_encoded=is_encoded)
            if hides_all or (self._is_name(str(key)) and not _is_switch(value))
            else self.value(value, 2)
            for key, value in held.items()
        }

    def _sealed(self, spec: object, clean: object) -> object:
        held = spec.get("encryptedData") if isinstance(spec, dict) else None
        if not isinstance(clean, dict) or not isinstance(held, dict):
            return clean
        return {**clean, "encryptedData": {key: self._hidden(value) for key, value in held.items()}}

    def _secret(self, data: Mapping[str, object]) -> dict[str, object]:
        """Type, names of keys. Fields that no Secret has are dropped with whatever they hold."""
        kept = {name: data[name] for name in ("apiVersion", "kind", "type", "immutable") if _is_scalar(data.get(name))}
        for name in ("data", "stringData"):
            held = data.get(name)
            if isinstance(held, dict):
                kept[name] = {key: self._hidden(value, is_encoded=name == "data") for key, value in held.items()}
            elif name in data:
                self._hidden(held)
                kept[name] = None
        for name in data.keys() - kept.keys() - {"metadata"}:
            self._hidden(data[name])
        if "metadata" in data:
            kept["metadata"] = self._secret_metadata(data["metadata"])
        return {name: kept[name] for name in data if name in kept}

    def _secret_metadata(self, metadata: object) -> object:
        result = self._metadata(metadata)
        if not isinstance(metadata, dict) or not isinstance(result, dict):
            return self._hidden(metadata)
        given = metadata.get("annotations")
        annotations = {}
        for name, value in given.items() if isinstance(given, dict) else ():
            if name != CERTIFICATES and not _COPY.search(str(name)):
                told = _TELLING.match(str(name)) and not is_secret_field(str(name))
                annotations[name] = self.value(value, 1) if told else self._hidden(value)
        if annotations or "annotations" in result:
            result["annotations"] = annotations
        return result

    def _hidden(self, value: object, *, is_encoded: bool = False) -> object:
        """What stands in the place of a value; an empty text stays, since that it is empty is a fact of its own."""
        if value is None or value in ("", REDACTED, _ENCODED):
            return value
        self._remember(value)
        return _ENCODED if is_encoded else REDACTED

    def _hidden_all(self, values: object) -> object:
        return [self._hidden(one) for one in values] if isinstance(values, list) else self._hidden(values)

    def _is_field(self, name: str) -> bool:
        known = self._fields.get(name)
        if known is None:
            known = is_secret_field(name)
            if len(self._fields) < _CACHED_ENTRIES:
                self._fields[name] = known
        return known

    def _is_name(self, name: str) -> bool:
        known = self._names.get(name)
        if known is None:
            known = is_secret_name(name)
            if len(self._names) < _CACHED_ENTRIES:
                self._names[name] = known
        return known

    def _remember(self, value: object) -> None:
        pending = [value]
        while pending:
            one = pending.pop()
            if isinstance(one, str):
                self.removed.add(one)
            elif isinstance(one, dict | list):
                pending += one.values() if isinstance(one, dict) else one
            elif one is not None:
                self.has_removed_others = True


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | bool)


def _is_config(kind: object, key: str) -> bool:
    return kind == "ConfigMap" and key in ("data", "binaryData")


def _is_switch(value: object) -> bool:
    return isinstance(value, str) and value.strip().lower() in ("true", "false", "enabled", "disabled")


def _annotation(data: Mapping[str, object], name: str) -> object:
    metadata = data.get("metadata")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    return annotations.get(name) if isinstance(annotations, dict) else None


def _label(data: Mapping[str, object], name: str) -> object:
    metadata = data.get("metadata")
    labels = metadata.get("labels") if isinstance(metadata, dict) else None
    return labels.get(name) if isinstance(labels, dict) else None
