"""The text of a status answer: the judgement first, a cause, problems, what runs, then what was not judged."""

from collections.abc import Iterator

from service_mesh.mcptools.status_answer import CauseAnswer, FullProblem, ShortProblem, StatusAnswer
from service_mesh.status.health import MeshHealth

__all__ = ["render_status"]


def render_status(answer: StatusAnswer) -> str:
    """The answer as text; it says nothing that the structured content does not hold."""
    return "\n".join(_lines(answer))


def _lines(answer: StatusAnswer) -> Iterator[str]:
    counts = answer.counts
    taken = f"; read at {answer.taken_at}" if answer.taken_at else ""
    yield f"{answer.verdict}: {counts.error} errors, {counts.warning} warnings, {counts.info} info{taken}"
    if answer.cause is not None:
        yield from _cause(answer.cause)
    for problem in answer.problems:
        yield from _problem(problem)
    for mesh in answer.meshes:
        yield from _mesh(mesh)
    for check in answer.reported:
        error = f": {check.error}" if check.error else ""
        yield f"linkerd check, {check.category}: {check.result}: {check.description}{error}"
    for entry in answer.not_checked:
        yield f"not checked: {entry.what}: {entry.why}; {entry.how_to_settle}"
    for cluster in answer.clusters:
        version = f", Kubernetes {cluster.kubernetes}" if cluster.kubernetes else ""
        yield f"cluster {cluster.name or '(unnamed)'}: {cluster.objects} objects from {cluster.source}{version}"
    yield from answer.notes


def _cause(cause: CauseAnswer) -> Iterator[str]:
    origin = " ".join(filter(None, (cause.code, cause.resource)))
    found = f"{origin}: {cause.cause}" if origin else cause.cause or "no cause found in what was read"
    yield f"{cause.symptom} of {cause.workload}: {found}"
    if cause.next_command:
        yield f"  next: {cause.next_command}"
    if cause.disproof:
        yield f"  it is something else if: {cause.disproof}"


def _problem(problem: ShortProblem | FullProblem) -> Iterator[str]:
    resource = f" {problem.resource}" if problem.resource else ""
    yield f"{problem.severity} {problem.code}{resource}: {problem.message}"
    if problem.evidence:
        yield f"  read from {problem.evidence}"
    if isinstance(problem, FullProblem) and problem.file:
        yield f"  in {problem.file}:{problem.line}; page: {problem.doc}"
    if problem.next_command:
        yield f"  next: {problem.next_command}"


def _mesh(mesh: MeshHealth) -> Iterator[str]:
    where = f" in cluster {mesh.cluster}" if mesh.cluster else ""
    counts = mesh.config
    yield f"{mesh.mesh} {mesh.version}{where}: {mesh.mode or 'mode unknown'}"
    if mesh.support:
        yield f"  support: {mesh.support}"
    for part in mesh.control_plane:
        yield f"  {part.kind} {part.namespace}/{part.name} {_of(part.ready)}/{_of(part.wanted)} ready {part.version}"
    for held in mesh.data_plane.namespaces:
        wrong = f", {held.outdated} outdated, {held.not_ready} not ready" if held.outdated or held.not_ready else ""
        yield f"  namespace {held.name}: {held.enrolled}, {held.meshed}/{held.workloads} meshed{wrong}"
    for gateway in mesh.gateways:
        said = {True: "programmed", False: "not programmed", None: "state unknown"}[gateway.is_programmed]
        yield f"  gateway {gateway.name}: {', '.join(gateway.addresses) or 'no address'}, {said}"
    for one in mesh.certificates:
        chain = {True: "", False: ", chain broken", None: ", chain unknown"}[one.chain_ok]
        yield f"  certificate {one.what}: ends {one.not_after[:10]}, {_of(one.days_left)} days left{chain}"
    if counts.error or counts.warning:
        yield f"  configuration: {counts.error} errors, {counts.warning} warnings, {counts.info} info"


def _of(number: int | None) -> str:
    return "?" if number is None else str(number)
