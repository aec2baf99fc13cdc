"""`scripts/service-mesh` starts the folder it lies in, says what it does on standard error and never half-installs."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from service_mesh import __version__
from tests.packaging.repository import ROOT

_SCRIPT = "scripts/service-mesh"
_PROGRAM = """
import json, os, sys
print(json.dumps({"argv": sys.argv[1:], "python": sys.executable, "bytecode": sys.pycache_prefix,
                  "cwd": os.getcwd(), "package": os.path.dirname(os.path.abspath(__file__))}))
"""
_TOOLS = (
    "bash",
    "cat",
    "dirname",
    "env",
    "find",
    "grep",
    "ln",
    "mkdir",
    "mktemp",
    "mv",
    "readlink",
    "rm",
    "tail",
    "touch",
)


@dataclass(frozen=True, slots=True)
class Place:
    """A skill installed somewhere, and a user with an empty home and a PATH of ours."""

    skill: Path
    bin: Path
    home: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def cache(self) -> Path:
        return self.home / ".cache/service-mesh"

    def command(self, name: str, body: str) -> None:
        """Put a command on the PATH."""
        path = self.bin / name
        path.write_text(f"#!{shutil.which('bash')}\n{body}\n", encoding="utf-8")
        path.chmod(0o755)

    def start(self, *arguments: str, script: Path | None = None, cwd: Path | None = None, **environ: str) -> "Started":
        done = subprocess.run(
            [script or self.skill / _SCRIPT, *arguments],
            env={"PATH": str(self.bin), "HOME": str(self.home), **self.environ, **environ},
            cwd=cwd or self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return Started(done.returncode, done.stdout, done.stderr)


@dataclass(frozen=True, slots=True)
class Started:
    """What a start came to."""

    code: int
    out: str
    err: str

    @property
    def program(self) -> dict[str, object]:
        """What the started program saw; fails where anything else is on standard output."""
        assert self.code == 0, self.err
        seen: dict[str, object] = json.loads(self.out)
        return seen


@pytest.fixture
def place(tmp_path: Path) -> Place:
    place = Place(tmp_path / "skill", tmp_path / "bin", tmp_path / "home")
    package = place.skill / "server/service_mesh"
    for folder in (package, place.skill / "scripts", place.bin, place.home):
        folder.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(_PROGRAM, encoding="utf-8")
    shutil.copy(ROOT / _SCRIPT, place.skill / _SCRIPT)
    (place.skill / "constraints.txt").write_text("example==1\n", encoding="utf-8")
    for tool in _TOOLS:
        found = shutil.which(tool)
        assert found is not None, f"{tool} is not on this machine"
        (place.bin / tool).symlink_to(found)
    return place


def _with_python(place: Place, refuses: str = "nothing is called like this") -> None:
    place.command("python3", f'[[ "$*" != *"{refuses}"* ]] || exit 1\nexec "{sys.executable}" "$@"')


def _with_uv(place: Place, on_install: str = ":") -> None:
    """A uv that makes an environment of a link, notes its arguments and then does what a test wants."""
    make = f'mkdir -p "${{@: -1}}/bin" && ln -s "{sys.executable}" "${{@: -1}}/bin/python"'
    place.command("uv", f'echo "$@" >>"{place.home}/uv.log"\n[[ $1 == venv ]] && {{ {make}; exit; }}\n{on_install}')


def _environment(place: Place) -> Path:
    (name,) = (path.name for path in place.cache.iterdir() if not path.name.startswith("."))
    return place.cache / name


def test_chosen_python_runs_the_folder_of_the_script(place: Place) -> None:
    seen = place.start("validate", "a b", "", SERVICE_MESH_PYTHON=sys.executable).program
    assert seen == {
        "argv": ["validate", "a b", ""],
        "python": sys.executable,
        "bytecode": None,
        "cwd": str(place.home),
        "package": str(place.skill / "server/service_mesh"),
    }


def test_links_to_the_script_are_followed(place: Place) -> None:
    (place.home / "first").symlink_to(place.skill / _SCRIPT)
    (place.home / "folder").mkdir()
    link = place.home / "folder/second"
    link.symlink_to("../first")
    seen = place.start(script=link, SERVICE_MESH_PYTHON=sys.executable).program
    assert seen["package"] == str(place.skill / "server/service_mesh")


def test_modules_in_the_working_folder_are_not_run(place: Place) -> None:
    for name in ("json.py", "os.py", "runpy.py", "service_mesh.py", "hashlib.py"):
        (place.home / name).write_text("raise SystemExit('foreign code ran')", encoding="utf-8")
    assert place.start(SERVICE_MESH_PYTHON=sys.executable).program["cwd"] == str(place.home)


def test_real_package_starts(place: Place) -> None:
    started = place.start("--version", script=ROOT / _SCRIPT, SERVICE_MESH_PYTHON=sys.executable)
    assert (started.code, started.out, started.err) == (0, f"service-mesh {__version__}\n", "")


def test_old_python_is_refused_in_one_sentence(place: Place) -> None:
    place.command("python3", "echo 3.10 cpython-310")
    assert place.start() == Started(
        127,
        "",
        "service-mesh: needs Python 3.11 or newer (python3 is 3.10); install one and put it on the PATH\n",
    )


def test_newer_python_beside_an_old_one_is_taken(place: Place) -> None:
    place.command("python3", "echo 3.9 cpython-39")
    place.command("python3.12", f'exec "{sys.executable}" "$@"')
    _with_uv(place)
    assert place.start().program["argv"] == []


def test_old_chosen_python_is_refused_and_no_other_is_tried(place: Place) -> None:
    _with_python(place)
    place.command("old", "echo 3.10 cpython-310")
    started = place.start(SERVICE_MESH_PYTHON="old")
    assert (started.code, started.out) == (127, "")
    assert started.err.startswith("service-mesh: needs Python 3.11 or newer (old is 3.10)")


def test_missing_python_is_one_sentence(place: Place) -> None:
    started = place.start()
    assert (started.code, started.out) == (127, "")
    assert started.err == (
        "service-mesh: no Python found (tried: python3 python3.14 python3.13 python3.12 python3.11 python);"
        " install Python 3.11 or newer\n"
    )


def test_missing_venv_module_names_the_package_and_leaves_nothing(place: Place) -> None:
    _with_python(place, refuses="import ensurepip")
    started = place.start()
    assert (started.code, started.out) == (127, "")
    assert started.err.split("\n")[1:] == [
        "service-mesh: python3 cannot make environments: install its venv module (Debian, Ubuntu: the package"
        " python3-venv) or uv, and run this again",
        "",
    ]
    assert list(place.cache.iterdir()) == []


def test_first_start_installs_once_and_says_so_once(place: Place) -> None:
    _with_python(place)
    _with_uv(place)
    first, second = place.start("one"), place.start("two")
    environment = _environment(place)
    assert first.err == (
        f"service-mesh: first start: installing the packages of {place.skill}/constraints.txt into {environment}\n"
    )
    assert second.err == ""
    assert [started.program["argv"] for started in (first, second)] == [["one"], ["two"]]
    assert first.program["python"] == str(environment / "bin/python")
    assert first.program["bytecode"] == str(environment / "bytecode")
    venv, install = (place.home / "uv.log").read_text(encoding="utf-8").splitlines()
    assert venv.startswith("venv ")
    assert f"--require-hashes --no-deps --only-binary :all: --requirement {place.skill}/constraints.txt" in install


def test_other_packages_get_another_environment(place: Place) -> None:
    _with_python(place)
    _with_uv(place)
    place.start()
    (place.skill / "constraints.txt").write_text("example==2\n", encoding="utf-8")
    place.start()
    assert len(list(place.cache.iterdir())) == 2


def test_nothing_is_written_into_the_folder_of_the_skill(place: Place) -> None:
    _with_python(place)
    _with_uv(place)
    before = sorted(place.skill.rglob("*"))
    place.start()
    assert sorted(place.skill.rglob("*")) == before


def test_failed_install_is_one_sentence_and_leaves_only_its_log(place: Place) -> None:
    _with_python(place)
    _with_uv(place, on_install='echo "error: connection refused" >&2; exit 1')
    started = place.start()
    assert (started.code, started.out) == (127, "")
    assert started.err.split("\n")[1:] == [
        "service-mesh: could not install its packages; the first start needs a package index and Python 3.11 to 3.14:"
        f" error: connection refused (all of it: {place.cache}/install.log)",
        "",
    ]
    assert [path.name for path in place.cache.iterdir()] == ["install.log"]


def test_start_that_loses_the_race_uses_the_environment_of_the_winner(place: Place) -> None:
    _with_python(place)
    # While this start installs, another one finishes: it puts its whole environment into the final place.
    _with_uv(
        place,
        on_install=f"""
source "{place.skill}/{_SCRIPT}"
described=$(describe python3 "{place.skill}/constraints.txt")
winner="{place.cache}/${{described#* }}"
mkdir -p "$winner/bin" && ln -s "{sys.executable}" "$winner/bin/python" && touch "$winner/winner"
""",
    )
    started = place.start()
    assert started.program["python"] == str(_environment(place) / "bin/python")
    assert (_environment(place) / "winner").exists()
    assert len(list(place.cache.iterdir())) == 1


def test_leftover_of_a_killed_start_is_not_taken_for_an_environment(place: Place) -> None:
    _with_python(place)
    _with_uv(place)
    (place.cache / ".new.abc123/env/bin").mkdir(parents=True)
    assert place.start().program["python"] == str(_environment(place) / "bin/python")


def test_leftover_of_days_ago_is_removed_by_the_next_install(place: Place) -> None:
    _with_python(place)
    _with_uv(place)
    leftover = place.cache / ".new.abc123"
    leftover.mkdir(parents=True)
    os.utime(leftover, (0, 0))
    place.start()
    assert not leftover.exists()


def test_environment_whose_interpreter_is_gone_is_made_again(place: Place) -> None:
    _with_python(place)
    _with_uv(place)
    place.start()
    python = _environment(place) / "bin/python"
    python.unlink()
    python.symlink_to(place.home / "gone")
    assert place.start().program["python"] == str(python)


def test_unwritable_cache_is_one_sentence(place: Place) -> None:
    _with_python(place)
    (place.home / "file").touch()
    assert place.start(XDG_CACHE_HOME=str(place.home / "file")) == Started(
        127,
        "",
        f"service-mesh: cannot write to {place.home}/file/service-mesh;"
        " set XDG_CACHE_HOME to a folder you can write to\n",
    )


@pytest.mark.parametrize(("stale", "taken"), [(False, ".venv/bin/python"), (True, ".cache")])
def test_environment_of_a_checkout_is_taken_unless_the_pins_are_newer(place: Place, stale: bool, taken: str) -> None:
    _with_python(place)
    _with_uv(place)
    python = place.skill / ".venv/bin/python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    (place.skill / ".venv/.complete").touch()
    os.utime(place.skill / ".venv/.complete", (1_000, 1_000))
    pins = 2_000 if stale else 500
    os.utime(place.skill / "constraints.txt", (pins, pins))
    assert taken in str(place.start().program["python"])
