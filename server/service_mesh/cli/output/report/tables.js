// Tables of any length of which a bounded number of rows is in the page, and more on demand.

const FIRST_ROWS = 25;
const FEW_ROWS = 8;
const MORE_ROWS = 160;

// Columns are pairs of a heading and a function from a line to text or an element.
function showTable(place, caption, columns, lines, nothing, first = FIRST_ROWS) {
  place.replaceChildren();
  if (!lines.length) {
    place.append(el("p", { class: "muted" }, nothing));
    return;
  }
  const body = el("tbody");
  const head = el("thead", {}, el("tr", {}, ...columns.map(([name]) => el("th", { scope: "col" }, name))));
  const count = el("p", { class: "count", role: "status" });
  const more = el("button", { type: "button", class: "more", click: () => grow(MORE_ROWS) });
  const table = el("table", {}, el("caption", {}, caption), head, body);
  place.append(el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption }, table),
    el("div", { class: "under" }, count, more));
  grow(first);

  function grow(by) {
    const from = body.childElementCount;
    body.append(...lines.slice(from, from + by).map((line) => rowOf(columns, line)));
    const shown = body.childElementCount;
    count.textContent = `${shown.toLocaleString("en")} of ${plural(lines.length, "row")}`;
    more.hidden = shown >= lines.length;
    more.textContent = `Show ${Math.min(MORE_ROWS, lines.length - shown)} more`;
  }
}

function rowOf(columns, line) {
  return el("tr", {}, ...columns.map(([name, cell]) => el("td", { "data-name": name }, cell(line))));
}

function edgeColumns(mesh, scope) {
  return [
    ["Carries", (edge) => carried(edge.carries)],
    ["From", (edge) => names(mesh.sets[edge.callers], false, scope.home)],
    ["To", (edge) => names(mesh.sets[edge.called], true, scope.home)],
    ["Port", (edge) => String(edge.port)],
    ["Passes", (edge) => decided(edge.decision)],
    ["Encrypted", (edge) => YES.get(edge.encrypted)],
    ["Client known", (edge) => YES.get(edge.authenticated)],
    ["Why", (edge) => edge.reason],
    ["Decided by", (edge) => chained(edge.chain)],
  ];
}

// The object that decides last, and those before it on demand.
function chained(chain) {
  if (chain.length < 2) return placed(chain);
  const rest = chain.slice(0, -1).map((place) => el("li", {}, placed([place]), place.note ? ` ${place.note}` : ""));
  return el("details", {}, el("summary", {}, placed(chain)), el("ul", { class: "names" }, ...rest));
}

function showEdges(mesh, scope, edges) {
  showTable(byId("edges"), "Edges, the gravest first; the same for all pairs of a row", edgeColumns(mesh, scope), edges,
    "No edge is left by the filters.");
}

function showBreaks(mesh, scope) {
  const lines = mesh.breaks.filter(scope.broken);
  const columns = [
    ["Breaks", (line) => el("b", {}, line.certain ? "certain" : "perhaps")],
    ["From", (line) => (line.callers < 0 ? who(line.who) : names(mesh.sets[line.callers], false, scope.home))],
    ["To", (line) => (line.callers < 0 ? who(mesh.workloads[line.called]?.title ?? "")
      : names(mesh.sets[line.called], true, scope.home))],
    ["Port", (line) => String(line.port)],
    ["Why", (line) => line.reason],
    ["Decided by", (line) => chained(line.chain)],
    ["Needs", (line) => line.needs],
  ];
  const left = mesh.breaks.length ? "Nothing of it is left by the filters." : "Nothing.";
  showTable(byId("breaks"), "Connections that work now and carry no mTLS of the mesh", columns, lines, left, FEW_ROWS);
}

const GRAVITY = ["deny", "unknown", "request", "allow"];

function showAnswers(mesh, scope) {
  const lines = mesh.answers.filter(scope.line);
  lines.sort((one, other) => GRAVITY.indexOf(one.decision) - GRAVITY.indexOf(other.decision));
  const columns = [
    ["Answer", (line) => decided(line.decision)],
    ["From", (line) => names(mesh.sets[line.callers], false, scope.home)],
    ["To", (line) => names(mesh.sets[line.called], true, scope.home)],
    ["Port called", (line) => portText(line)],
    ["Carries", (line) => carried(line.carries)],
    ["Why", (line) => line.reason || "no policy speaks of it"],
    ["Decided by", (line) => placed(line.place ? [line.place] : [])],
    ["Needs", (line) => line.needs],
  ];
  showTable(byId("answers"), "Answers, the same for all pairs of a row", columns, lines,
    "No answer is left by the filters.");
}

function portText(line) {
  const number = line.protocol === "TCP" ? String(line.port) : `${line.port}/${line.protocol}`;
  return line.via ? `${number} by ${line.via}` : `${number} at the pod`;
}

const OPENNESS = ["unknown", "disable", "permissive", "plaintext", "gateway", "strict"];

function showPorts(mesh, scope) {
  const lines = mesh.ports.filter(scope.port);
  lines.sort((one, other) => OPENNESS.indexOf(one.mode) - OPENNESS.indexOf(other.mode));
  const columns = [
    ["Workload", (line) => who(mesh.workloads[line.workload]?.title ?? "a machine outside of Kubernetes")],
    ["Port", (line) => String(line.port)],
    ["Mesh", (line) => line.mesh || "none"],
    ["Mode", (line) => el("span", { class: "carried" }, icon(MODES[line.mode]?.[0] ?? "unknown"), " ", line.mode)],
    ["Decided by", (line) => chained(line.chain)],
    ["Needs", (line) => line.missing],
  ];
  showTable(byId("ports"), "Ports over TCP, those of the meshes' own proxies left out", columns, lines,
    "No port is left by the filters.");
}
