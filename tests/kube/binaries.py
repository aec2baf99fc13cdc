"""Finds kube-apiserver and etcd, or builds them from their Go modules: `python -m tests.kube.binaries`.

`KUBEBUILDER_ASSETS` may name a folder with both, as for envtest. Otherwise they are built once, from the modules that
`build/go.mod` pins, into the cache folder of the user; a new version of either has a folder of its own.
"""

import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

__all__ = ["ASSETS", "Binaries", "UnavailableError", "provide"]

ASSETS = "KUBEBUILDER_ASSETS"
"""Environment variable that names a folder with ready programs."""

BUILD_SECONDS = 25 * 60

_MODULE = Path(__file__).parent / "build"
_STAMP = "k8s.io/component-base/version"
_PACKAGES = {"etcd": "go.etcd.io/etcd/server/v3", "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver"}


class UnavailableError(Exception):
    """The programs cannot be had on this machine, for the reason that the message gives."""


@dataclass(frozen=True, slots=True)
class Binaries:
    """The two programs."""

    apiserver: Path
    etcd: Path

    @staticmethod
    def within(folder: Path) -> "Binaries | None":
        """The programs of a folder, None unless it has both."""
        found = Binaries(folder / "kube-apiserver", folder / "etcd")
        return found if found.apiserver.is_file() and found.etcd.is_file() else None


def provide(environment: Mapping[str, str] = os.environ) -> Binaries:
    """The programs: those that are named, else the built ones, else build them.

    Raises:
        UnavailableError: There is neither a folder with them nor Go with the modules.
        RuntimeError: The build failed, or was not done within `BUILD_SECONDS`.
    """
    if named := environment.get(ASSETS):
        ready = Binaries.within(Path(named))
        if ready is None:
            raise UnavailableError(f"the folder that {ASSETS} names has no kube-apiserver and etcd")
        return ready
    folder = _cache(environment)
    return Binaries.within(folder) or _built(folder)


def _cache(environment: Mapping[str, str]) -> Path:
    base = environment.get("XDG_CACHE_HOME")
    kubernetes, etcd = _versions()
    return (Path(base) if base else Path.home() / ".cache") / "service-mesh" / "kube" / f"{kubernetes}-{etcd}"


def _versions() -> tuple[str, str]:
    """Kubernetes and etcd as the module file pins them, without their `v`."""
    text = (_MODULE / "go.mod").read_text(encoding="utf-8")
    found = [re.search(rf"^\s{name} v(\S+)", text, re.MULTILINE) for name in ("k8s.io/kubernetes", _PACKAGES["etcd"])]
    kubernetes, etcd = (match[1] for match in found if match is not None)
    return kubernetes, etcd


def _built(folder: Path) -> Binaries:
    if shutil.which("go") is None:
        raise UnavailableError(f"there is no Go to build kube-apiserver with, and {ASSETS} names no folder")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with _alone(_beside(folder, "lock")):
        ready = Binaries.within(folder)
        if ready is None:
            _build(folder)
            ready = Binaries.within(folder)
    if ready is None:
        raise RuntimeError(f"{folder} has no programs after the build")
    return ready


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold a lock: several processes of a test run may want the programs at once."""
    with path.open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _build(folder: Path) -> None:
    deadline = time.monotonic() + BUILD_SECONDS
    packages = [*_PACKAGES.values()]
    code, output = _go(["list", "-mod=readonly", "-deps", "-f", "{{if .Error}}{{.Error}}{{end}}", *packages], deadline)
    if code != 0:
        reason = output.strip().splitlines()[-1] if output.strip() else f"go list ended with {code}"
        raise UnavailableError(f"the Go modules of kube-apiserver cannot be had: {reason}")
    unfinished = _beside(folder, "unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    flags = ["-mod=readonly", "-trimpath", "-buildvcs=false", "-p", "2", "-ldflags", _linker_flags()]
    for name, package in _PACKAGES.items():
        code, output = _go(["build", *flags, "-o", str(unfinished / name), package], deadline)
        if code != 0:
            raise RuntimeError(f"go build {package} ended with {code}: {output.strip()[-2000:]}")
    unfinished.rename(folder)


def _beside(folder: Path, ending: str) -> Path:
    return folder.with_name(f"{folder.name}.{ending}")


def _linker_flags() -> str:
    """Without debug information; with the version, which the server wants to know of itself."""
    version, _ = _versions()
    major, minor, _ = version.split(".", 2)
    stamps = {"gitVersion": f"v{version}", "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"}
    return " ".join(["-s", "-w", *(f"-X {_STAMP}.{name}={value}" for name, value in stamps.items())])


def _go(arguments: Sequence[str], deadline: float) -> tuple[int, str]:
    """Run Go in the module; its exit code and what it wrote. Nothing of it is left behind the deadline."""
    environment = {**os.environ, "CGO_ENABLED": "0", "GOTOOLCHAIN": "local", "GOWORK": "off"}
    with subprocess.Popen(
        ["go", *arguments],
        cwd=_MODULE,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise RuntimeError(f"kube-apiserver was not built within {BUILD_SECONDS // 60} minutes") from None
        except BaseException:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return process.returncode, output


def main() -> int:
    """Build ahead of the tests and say how long it took; that the programs cannot be had is no failure."""
    begin = time.monotonic()
    try:
        binaries = provide()
    except UnavailableError as error:
        sys.stdout.write(f"kube: NO API SERVER, its tests will be skipped: {error}\n")
        return 0
    except RuntimeError as error:
        sys.stderr.write(f"kube: {error}\n")
        return 1
    sys.stdout.write(f"kube: {binaries.apiserver} is ready after {time.monotonic() - begin:.0f} s\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
