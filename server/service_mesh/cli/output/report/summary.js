// The top of the page: the verdict, the totals of what is in scope, the legend, and what was not checked.

function showVerdict(mesh) {
  const [gravity, word, sentence] = VERDICTS[mesh.verdict];
  const lock = { good: "closed", poor: "open", bad: "broken", unsure: "unknown" }[gravity];
  byId("verdict").className = `verdict is-${gravity}`;
  byId("verdict").replaceChildren(icon(lock), el("strong", {}, word), ` ${sentence}`);
  const judged = Object.entries(mesh.versions).map(([name, version]) => `${name} ${version}`).join(", ");
  byId("version").textContent = `service-mesh ${mesh.version}${judged ? `, judged by ${judged}` : ""}`;
}

function showScope(mesh, scope) {
  const parts = [];
  if (scope.isUnknown) parts.push(`No workload of namespace '${scope.namespace}' is in this report.`);
  else if (scope.home >= 0) {
    parts.push(`Totals and lists: what begins or ends in namespace '${scope.namespace}'; the verdict is of all.`);
  }
  if (scope.needle) parts.push(`Lists and drawings: lines with '${scope.needle}'.`);
  byId("scope").textContent = parts.join(" ");
  byId("scope").hidden = !parts.length;
}

function showTiles(mesh, scope) {
  const isHome = (at) => scope.home < 0 || mesh.workloads[at]?.home === scope.home;
  const asked = scope.isUnknown ? [] : mesh.asked.filter((one) => scope.home < 0 || one.home === scope.home);
  const ports = scope.isUnknown ? [] : mesh.ports.filter((line) => isHome(line.workload));
  const pairs = { deny: 0, unknown: 0, request: 0, allow: 0 };
  for (const line of mesh.answers) pairs[line.decision] += scope.pairs(line);
  const spaces = new Set(asked.map((one) => one.home)).size;
  byId("tiles").replaceChildren(
    tile("Workloads", asked.length, [[plural(spaces, "namespace"), ""]]),
    tile("Ports", ports.length, Object.entries(MODES).map(([mode, [lock, says]]) => {
      const count = ports.filter((line) => line.mode === mode).length;
      return [count ? `${count.toLocaleString("en")} ${mode}` : "", says, icon(lock)];
    })),
    tile("Calls", Object.values(pairs).reduce((one, other) => one + other, 0),
      Object.entries(pairs).map(([word, count]) => {
        const { label, says, sign: mark } = DECISIONS[word];
        const text = count ? `${count.toLocaleString("en")} ${label}` : "";
        return [text, says, el("b", { class: `mark is-${word}` }, mark)];
      }), "pairs of workloads and ports"),
    tile("Not checked", mesh.notChecked.length, [[mesh.notChecked.length ? "see the end of the page" : "", ""]]),
  );
}

function tile(name, count, lines, remark = "") {
  const items = lines.filter(([text]) => text)
    .map(([text, says, mark]) => el("li", {}, mark ?? "", mark ? " " : "", text, says
      ? el("span", { class: "muted" }, ` ${says}`) : ""));
  return el("div", { class: "tile" }, el("h3", {}, name), el("p", { class: "number" }, count.toLocaleString("en")),
    el("p", { class: "muted" }, remark), el("ul", {}, ...items));
}

function showReadiness(mesh, scope) {
  const certain = mesh.breaks.filter((one) => one.certain).length;
  const perhaps = mesh.breaks.length - certain;
  const kinds = [certain ? `${plural(certain, "kind")} of connections for certain` : "",
    perhaps ? `${plural(perhaps, "kind")} perhaps` : ""].filter(Boolean).join(", ");
  const sentence = mesh.ready === true ? "If every port of the mesh took mTLS alone, nothing would break."
    : `If every port of the mesh took mTLS alone, this ${mesh.ready === false ? "would" : "may"} break: ${kinds}.`;
  const left = mesh.breaks.filter(scope.broken).length;
  byId("ready").textContent = scope.isFiltered && mesh.breaks.length
    ? `${sentence} The filters leave ${left.toLocaleString("en")} of them.` : sentence;
}

// The legend is also the filter by what is carried, and tells how many pairs carry it.
function showLegend(mesh, state, scope, changed) {
  const pairs = new Map();
  for (const edge of mesh.edges) pairs.set(edge.carries, (pairs.get(edge.carries) ?? 0) + scope.pairs(edge));
  const place = byId("legend");
  place.replaceChildren(place.firstElementChild);
  for (const [word, { lock, says }] of Object.entries(CARRIES)) {
    const count = pairs.get(word) ?? 0;
    const box = el("input", { type: "checkbox", "data-word": word, checked: state.shown.has(word) && "", change: () => {
      if (box.checked) state.shown.add(word);
      else state.shown.delete(word);
      changed();
    } });
    place.append(el("label", { class: count ? "word" : "word is-empty", title: LOCKS[lock] }, box, icon(lock),
      el("b", {}, word), el("span", { class: "pairs" }, plural(count, "pair")), el("span", { class: "says" }, says)));
  }
}

function showSigns() {
  byId("signs").replaceChildren(...Object.entries(DECISIONS).map(([word, { sign: mark, label, says }]) =>
    el("li", {}, el("b", { class: `mark is-${word}` }, mark), ` ${label}: ${says}`)));
}

function showNotes(mesh) {
  const columns = [["What", (one) => one.what], ["Why", (one) => one.why], ["How to settle it", (one) => one.how]];
  showTable(byId("unchecked"), "What was given and not read", columns, mesh.notChecked,
    "Everything that was given was read.");
  byId("notes").replaceChildren(...mesh.notes.map((note) => el("li", {}, note)));
}
