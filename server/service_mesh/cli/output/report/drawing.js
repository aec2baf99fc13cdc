// The drawing: callers on the left, called on the right, every line on a height of its own with its sign before it.

const STEP = 24;
const GAP = 12;
const NARROW = 620;

function showDrawing(mesh, scope, edges) {
  const place = byId("drawing");
  const all = bundlesOf(mesh, scope, edges);
  const drawn = all.slice(0, MOST_DRAWN);
  const left = all.length - drawn.length;
  byId("edge-detail").replaceChildren();
  place.replaceChildren();
  byId("drawn").textContent = drawnOf(drawn.length, left);
  if (!drawn.length) return;
  const width = Math.max(320, place.clientWidth || 960);
  const column = width < NARROW ? Math.floor(width * 0.31) : Math.min(260, Math.floor(width * 0.26));
  const lines = laidOut(drawn);
  const picture = svg("svg", {
    viewBox: `0 0 ${width} ${lines.height}`, width: "100%", role: "group",
    "aria-label": "Callers on the left, called on the right",
  });
  const sizes = { width, column, isNarrow: width < NARROW };
  for (const line of drawn) line.element = lineOf(mesh, scope, line, sizes);
  for (const box of lines.callers) picture.append(boxOf(mesh, box, 0, sizes));
  for (const box of lines.called) picture.append(boxOf(mesh, box, width - column, sizes));
  picture.append(...drawn.map((line) => line.element));
  place.append(picture);
}

function drawnOf(drawn, left) {
  if (!drawn) return "No edge is left by the filters.";
  const why = "A line that is chosen tells why.";
  if (!left) return `${plural(drawn, "line")}, all drawn. ${why}`;
  return `The ${drawn} gravest of ${plural(drawn + left, "line")} are drawn; ${left.toLocaleString("en")} are not, and `
    + `the table below has them all. A filter shows others. ${why}`;
}

// Heights: callers by their gravest line, called by the middle of their callers.
function laidOut(drawn) {
  const callers = boxesOf(drawn, "from");
  let y = GAP;
  for (const box of callers) y = heights(box, y, "yFrom");
  const bottom = y;
  const called = boxesOf(drawn, "to");
  const middle = (box) => box.lines.reduce((sum, line) => sum + line.yFrom, 0) / box.lines.length;
  called.sort((one, other) => middle(one) - middle(other));
  const order = new Map(called.map((box, at) => [box.key, at]));
  for (const box of callers) {
    box.lines.sort((one, other) => order.get(one.to.key) - order.get(other.to.key) || one.rank - other.rank);
    heights(box, box.y, "yFrom");
  }
  y = GAP;
  for (const box of called) {
    box.lines.sort((one, other) => one.yFrom - other.yFrom);
    y = heights(box, y, "yTo");
  }
  return { callers, called, height: Math.max(bottom, y) };
}

function boxesOf(drawn, end) {
  const found = new Map();
  for (const line of drawn) {
    const box = found.get(line[end].key) ?? { ...line[end], lines: [] };
    box.lines.push(line);
    found.set(box.key, box);
  }
  return [...found.values()];
}

function heights(box, top, name) {
  box.y = top;
  box.lines.forEach((line, at) => {
    line[name] = top + STEP * at + STEP / 2;
  });
  box.height = STEP * box.lines.length;
  return top + box.height + GAP;
}

function boxOf(mesh, box, x, { column }) {
  const room = Math.floor((column - 16) / 7.2);
  const lines = [fitted(box.name, room)];
  const size = plural(mesh.homes[x ? "asked" : "all"].get(box.home), "workload");
  if (box.isSpace && box.height >= 2 * STEP) lines.push(fitted(size, room));
  const y = box.y + 16;
  const texts = lines.map((line, at) => svg("text", { x: x + 8, y: y + 15 * at, class: at ? "small" : "name" }, line));
  const title = `${box.isSpace ? `namespace ${box.name}, ${size}` : box.name}; `
    + `choose to see namespace ${mesh.namespaces[box.home]} alone`;
  const light = (isOn) => () => {
    for (const line of box.lines) line.element.classList.toggle("is-lit", isOn);
    for (const line of box.lines) line.element.parentElement.classList.toggle("is-lighting", isOn);
  };
  const group = svg("g", {
    class: box.isSpace ? "box is-space" : "box",
    mouseenter: light(true), mouseleave: light(false), focus: light(true), blur: light(false),
  }, svg("title", {}, title),
  svg("rect", { x: x + 0.5, y: box.y, width: column - 1, height: box.height, rx: 5 }), ...texts);
  return pressed(group, title, () => chooseNamespace(mesh.namespaces[box.home]));
}

// Makes a group of the drawing a button, for the mouse and for the keyboard.
function pressed(group, label, choose) {
  for (const [name, value] of Object.entries({ tabindex: 0, role: "button", "aria-label": label })) {
    group.setAttribute(name, value);
  }
  group.addEventListener("click", choose);
  group.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    choose();
  });
  return group;
}

function chooseNamespace(name) {
  byId("namespace").value = name;
  byId("namespace").dispatchEvent(new Event("change"));
  byId("namespace").focus();
}

function fitted(text, room) {
  if (text.length <= room) return text;
  const tail = Math.max(1, Math.floor(room / 2) - 1);
  return `${text.slice(0, Math.max(1, room - tail - 1))}\u2026${text.slice(-tail)}`;
}

function lineOf(mesh, scope, line, { width, column, isNarrow }) {
  const { lock } = CARRIES[line.carries];
  const ports = portsOf(line);
  const start = column + (isNarrow ? 24 : 178);
  const end = width - column - 6;
  const half = (end - start) / 2;
  const curve = `M${column + 22} ${line.yFrom}H${start}C${start + half} ${line.yFrom} ${end - half} ${line.yTo} `
    + `${end - 8} ${line.yTo}`;
  const label = `${line.carries}: ${line.from.name} to ${line.to.name}, port ${ports}, ${plural(line.pairs, "pair")}, `
    + `policies: ${DECISIONS[line.decision].label}`;
  const group = svg("g", { class: `edge lock-${lock} is-${line.decision}` }, svg("title", {}, label),
    svg("path", { d: curve, class: "reach" }), svg("path", { d: curve, class: "line" }));
  const mark = svg("g", { transform: `translate(${column + 4} ${line.yFrom - 8})` }, sign(lock));
  group.append(mark, endOf(line, end));
  const text = fitted(`${line.carries} ${ports}`, 24);
  if (!isNarrow) group.append(svg("text", { x: column + 26, y: line.yFrom - 4, class: "small" }, text));
  return pressed(group, label, () => showBundle(mesh, scope, line));
}

// How a line ends: an arrow where calls pass, a bar where a policy stops them, a question mark where nobody knows.
function endOf(line, x) {
  const y = line.yTo;
  if (line.decision === "deny") return svg("path", { d: `M${x - 4} ${y - 8}v16M${x - 9} ${y - 8}v16`, class: "stop" });
  if (line.decision === "unknown") return svg("text", { x: x - 8, y: y + 5, class: "unsure" }, "?");
  return svg("path", { d: `M${x - 9} ${y - 5}l9 5l-9 5z`, class: "arrow" });
}

const MOST_TOLD = 12;

function showBundle(mesh, scope, line) {
  const edges = [...line.edges];
  const items = edges.slice(0, MOST_TOLD).map((edge) => el("li", {},
    el("p", {}, `Port ${edge.port}: ${edge.reason}`),
    el("dl", {}, el("dt", {}, "from"), el("dd", {}, names(mesh.sets[edge.callers], false, line.from.home)),
      el("dt", {}, "to"), el("dd", {}, names(mesh.sets[edge.called], true, line.to.home)),
      el("dt", {}, "decided by"), el("dd", {}, chained(edge.chain)))));
  const more = edges.length - MOST_TOLD;
  if (more > 0) items.push(el("li", {}, `and ${plural(more, "more kind")} in the table`));
  byId("edge-detail").replaceChildren(
    el("h3", {}, carried(line.carries), ` ${line.from.name} \u2192 ${line.to.name}`),
    el("p", {}, `${CARRIES[line.carries].says}; `, decided(line.decision), `: ${DECISIONS[line.decision].says}; `,
      `${line.pairs.toLocaleString("en")} pairs of workloads and ports.`),
    el("ul", { class: "told" }, ...items),
  );
}
