"""Reads kubeconfig files the way kubectl merges them, and finds in them what one context needs.

Source: kubernetes/kubernetes staging/src/k8s.io/client-go/tools/clientcmd/loader.go: of an entry that several files
have, the first file's counts, also of `current-context`; paths in a file are relative to its folder.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from service_mesh.cluster.bounds import shown
from service_mesh.cluster.live.replies import mappings, text_of
from service_mesh.errors import InputError, UsageError
from service_mesh.model.names import nearest
from service_mesh.source.embedded import embedded_map
from service_mesh.source.text import decode

__all__ = ["CURRENT", "Access", "chosen"]

CURRENT = "current"
"""The word for the context that kubectl would use."""

_VARIABLE = "KUBECONFIG"
_LARGEST = 8 * 1024 * 1024
_MOST_NAMED = 8
_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
_CLUSTER_FILES = ("certificate-authority",)
_USER_FILES = ("client-certificate", "client-key", "tokenFile")


@dataclass(frozen=True, slots=True)
class Access:
    """What a context says about reaching its cluster; paths are absolute.

    Attributes:
        context: Its name.
        cluster: The cluster's entry: `server`, how it is trusted, a proxy.
        user: The user's entry; empty where there is none. It holds credentials.
        folder: The folder of the file with the user, in which commands for credentials are looked for.
    """

    context: str
    cluster: Mapping[str, object]
    user: Mapping[str, object] = field(repr=False)
    folder: str = ""

    @property
    def server(self) -> str:
        """The address of the API server as it may be printed: without a user, a query, and odd characters."""
        scheme, _, rest = text_of(self.cluster, "server").partition("://")
        place, slash, path = rest.partition("/")
        return shown(f"{scheme}://{place.rpartition('@')[2]}{slash}{path.partition('?')[0]}")


@dataclass(slots=True)
class _Merged:
    """The entries of all files by name, each with the folder of its file."""

    files: list[str] = field(default_factory=list)
    current: str = ""
    contexts: dict[str, tuple[Mapping[str, object], str]] = field(default_factory=dict)
    clusters: dict[str, tuple[Mapping[str, object], str]] = field(default_factory=dict)
    users: dict[str, tuple[Mapping[str, object], str]] = field(default_factory=dict)


def chosen(context: str, kubeconfig: str | None, environment: Mapping[str, str]) -> Access:
    """What is needed to reach the cluster of a context.

    Args:
        context: Its name, or `current`.
        kubeconfig: One file; None for those that `KUBECONFIG` names, else `~/.kube/config`, else a pod's account.
        environment: The variables of the process.

    Raises:
        InputError: There is no such file, it cannot be read, or the context's entries are missing in it.
        UsageError: There is no such context.
    """
    paths = _paths(kubeconfig, environment)
    merged = _Merged()
    for path in paths:
        _merge(path, merged, is_named=kubeconfig is not None)
    if not merged.files:
        account = _account(environment) if kubeconfig is None and context == CURRENT else None
        if account is not None:
            return account
        looked = ", ".join(f"'{shown(path)}'" for path in paths) or "the home folder"
        raise InputError(f"there is no kubeconfig at {looked}", f"set {_VARIABLE}, or give a snapshot instead")
    return _access(merged, _context_name(context, merged))


def _paths(kubeconfig: str | None, environment: Mapping[str, str]) -> list[str]:
    if kubeconfig is not None:
        return [os.path.expanduser(kubeconfig)]  # noqa: PTH111  # a path that names no user stays as it is
    named = [path for path in environment.get(_VARIABLE, "").split(os.pathsep) if path]
    home = environment.get("HOME") or environment.get("USERPROFILE")
    return named or ([str(Path(home) / ".kube" / "config")] if home else [])


def _merge(path: str, merged: _Merged, *, is_named: bool) -> None:
    try:
        with Path(path).open("rb") as stream:
            content = stream.read(_LARGEST + 1)
    except FileNotFoundError:
        if is_named:
            raise InputError(f"there is no kubeconfig at '{shown(path)}'", "check the spelling") from None
        return  # kubectl passes over files of KUBECONFIG that are not there
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "it cannot be read"
        raise InputError(f"the kubeconfig '{shown(path)}': {reason.lower()}", "make it readable") from None
    data = embedded_map(decode(content, shown(path))) if len(content) <= _LARGEST else None
    if data is None:
        raise InputError(f"the kubeconfig '{shown(path)}' is no YAML map", "repair it: kubectl config view")
    merged.files.append(path)
    merged.current = merged.current or text_of(data, "current-context")
    folder = str(Path(path).absolute().parent)
    for entries, name, inner in (
        (merged.contexts, "contexts", "context"),
        (merged.clusters, "clusters", "cluster"),
        (merged.users, "users", "user"),
    ):
        for entry in mappings(data.get(name)):
            held = entry.get(inner)
            entries.setdefault(text_of(entry, "name"), (held if isinstance(held, dict) else {}, folder))


def _context_name(context: str, merged: _Merged) -> str:
    known = ", ".join(f"'{shown(name)}'" for name in _some(merged.contexts)) or "none"
    if context == CURRENT:
        if not merged.current:
            raise UsageError("the kubeconfig has no current context", f"name one of its contexts: {known}")
        if merged.current in merged.contexts:
            return merged.current
        raise UsageError(
            f"the current context '{shown(merged.current)}' is not in the kubeconfig", f"its contexts: {known}"
        )
    if context in merged.contexts:
        return context
    near = nearest(context, merged.contexts)
    hint = f"did you mean '{shown(near)}'?" if near is not None else f"its contexts: {known}"
    raise UsageError(f"there is no context '{shown(context)}' in the kubeconfig", hint)


def _some(names: Mapping[str, object]) -> Iterator[str]:
    for number, name in enumerate(sorted(names)):
        if number == _MOST_NAMED:
            yield "…"
            return
        yield name


def _access(merged: _Merged, name: str) -> Access:
    context, _ = merged.contexts[name]
    cluster, cluster_folder = merged.clusters.get(text_of(context, "cluster"), ({}, ""))
    user, user_folder = merged.users.get(text_of(context, "user"), ({}, ""))
    if not text_of(cluster, "server").startswith(("https://", "http://")):
        raise InputError(
            f"context '{shown(name)}' leads to no cluster with the address of a server",
            "compare its entries: kubectl config view",
        )
    return Access(
        context=name,
        cluster=_placed(cluster, _CLUSTER_FILES, cluster_folder),
        user=_placed(user, _USER_FILES, user_folder),
        folder=user_folder,
    )


def _placed(entry: Mapping[str, object], names: tuple[str, ...], folder: str) -> Mapping[str, object]:
    """The entry with its paths made absolute."""
    paths = {name: str(Path(folder) / text_of(entry, name)) for name in names if text_of(entry, name)}
    return {**entry, **paths}


def _account(environment: Mapping[str, str]) -> Access | None:
    """What a pod is given to reach the API server of its own cluster; None outside of pods."""
    host, port = environment.get("KUBERNETES_SERVICE_HOST"), environment.get("KUBERNETES_SERVICE_PORT")
    token = Path(_ACCOUNT) / "token"
    if not host or not port or not token.is_file():
        return None
    place = f"[{host}]" if ":" in host else host
    cluster = {"server": f"https://{place}:{port}", "certificate-authority": str(Path(_ACCOUNT) / "ca.crt")}
    return Access("in-cluster", cluster, {"tokenFile": str(token)}, _ACCOUNT)
