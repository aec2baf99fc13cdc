// The matrix of who can call whom: a bounded window of classes by classes, which the reader moves.

const WINDOW = 40;

const WAYS = {
  into: "calls into what the filters leave",
  from: "calls from what the filters leave",
  within: "calls within it",
};

const matrixView = { way: "into", row: 0, column: 0 };

function showMatrix(mesh, scope) {
  const kept = mesh.classes.filter(scope.class);
  const { way } = matrixView;
  const callers = way === "into" ? mesh.classes : kept;
  const offering = new Set(mesh.answers.flatMap((line) => (scope.line(line) ? mesh.sets[line.called].list : [])));
  const called = (way === "from" ? mesh.classes : kept).filter((one) => one.asked.size && offering.has(one));
  matrixView.row = within(matrixView.row, callers.length);
  matrixView.column = within(matrixView.column, called.length);
  const rows = callers.slice(matrixView.row, matrixView.row + WINDOW);
  const columns = called.slice(matrixView.column, matrixView.column + WINDOW);
  const again = () => showMatrix(mesh, scope);
  byId("matrix-controls").replaceChildren(
    scope.isFiltered ? waysOf(again) : "",
    pagerOf("Calling", "row", rows.length, callers.length, again),
    pagerOf("Called", "column", columns.length, called.length, again),
  );
  byId("cell-detail").replaceChildren();
  if (!rows.length || !columns.length) {
    byId("matrix").replaceChildren(el("p", { class: "muted" }, "No call is left by the filters."));
    return;
  }
  byId("matrix").replaceChildren(gridOf(mesh, rows, columns));
}

function within(first, length) {
  return first < length ? first : 0;
}

function waysOf(again) {
  const options = Object.entries(WAYS).map(([way, text]) =>
    el("option", { value: way, selected: way === matrixView.way && "" }, text));
  const choice = el("select", { id: "way", change: () => {
    Object.assign(matrixView, { way: choice.value, row: 0, column: 0 });
    again();
    byId("way").focus();
  } }, ...options);
  return el("label", {}, "Show ", choice);
}

function pagerOf(name, side, shown, length, again) {
  const first = matrixView[side];
  const text = `${name}: ${shown ? first + 1 : 0}\u2013${first + shown} of ${plural(length, "group")}`;
  if (length <= WINDOW) return el("span", { class: "pager" }, text);
  const move = (by, label, id) => el("button", { type: "button", id, "aria-label": label,
    disabled: (by < 0 ? first === 0 : first + WINDOW >= length) && "", click: () => {
      matrixView[side] = first + by;
      again();
      byId(id).focus();
    } }, by < 0 ? "\u2190" : "\u2192");
  return el("span", { class: "pager" }, move(-WINDOW, `${name}: those before`, `${side}-before`), text,
    move(WINDOW, `${name}: those after`, `${side}-after`));
}

function gridOf(mesh, rows, columns) {
  const head = el("tr", {}, el("th", { scope: "col", class: "corner" }, "calling \u2193 called \u2192"),
    ...columns.map((one) => el("th", { scope: "col", title: one.members[0].title },
      el("span", {}, fitted(one.name, 26)))));
  const lines = columns.map((one) => mesh.answers.filter((line) => mesh.sets[line.called].has[one.number]));
  const body = rows.map((row) => el("tr", {},
    el("th", { scope: "row", title: row.members[0].title }, fitted(row.name, 30)),
    ...columns.map((column, at) => cellOf(mesh, row, column, lines[at]))));
  const table = el("table", { class: "grid", role: "grid", "aria-label": "Who can call whom" }, el("thead", {}, head),
    el("tbody", {}, ...body));
  table.querySelector("td").tabIndex = 0;
  table.addEventListener("keydown", (event) => moved(event, table));
  return table;
}

function cellOf(mesh, row, column, lines) {
  const answers = lines.filter((line) => mesh.sets[line.callers].has[row.number]);
  const words = new Set(answers.map((line) => line.decision));
  const word = words.size > 1 ? "mixed" : words.size ? [...words][0] : "none";
  const show = () => showCell(row, column, answers);
  return el("td", {
    class: `cell is-${word}`, tabindex: -1, "aria-label": `${row.name} calls ${column.name}: ${DECISIONS[word].label}`,
    title: `${row.name} \u2192 ${column.name}: ${DECISIONS[word].label}`, click: show, focus: show,
  }, DECISIONS[word].sign);
}

// The arrows move through the cells, of which one at a time is in the order of the Tab key.
function moved(event, table) {
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  const cell = event.target.closest("td");
  if (!step || !cell) return;
  event.preventDefault();
  const row = table.tBodies[0].rows[cell.parentElement.sectionRowIndex + step[0]];
  const next = row?.cells[cell.cellIndex + step[1]];
  if (!next || next.tagName !== "TD") return;
  cell.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

function showCell(row, column, answers) {
  const ports = answers.map((line) => el("li", {},
    el("p", {}, el("b", {}, `Port ${portText(line)}: `), decided(line.decision), ", carried as ",
      carried(line.carries)),
    el("p", {}, line.layer ? `${line.layer}: ${line.reason}` : "no policy speaks of it"),
    el("dl", {}, ...(line.place ? [el("dt", {}, "decided by"), el("dd", {}, placed([line.place]))] : []),
      ...(line.needs ? [el("dt", {}, "needs"), el("dd", {}, line.needs)] : []))));
  byId("cell-detail").replaceChildren(el("h3", {}, `${row.name} \u2192 ${column.name}`),
    ports.length ? el("ul", { class: "told" }, ...ports) : el("p", {}, "The called offer no port."));
}
