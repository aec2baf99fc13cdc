// Makes elements of the page. Names come from strangers: they become text and never markup.

const SVG = "http://www.w3.org/2000/svg";

function el(tag, attributes = {}, ...children) {
  return filled(document.createElement(tag), attributes, children);
}

function svg(tag, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, tag), attributes, children);
}

function filled(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== null && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

function byId(id) {
  return document.getElementById(id);
}

// The sign of a lock, 16 by 16: filled and closed, half filled, hollow and open, dashed, or no lock at all.
function sign(lock) {
  const group = svg("g", { class: `sign sign-${lock}` });
  const body = (more) => svg("rect", { x: 3, y: 7.2, width: 10, height: 7.3, rx: 1.4, ...more });
  const bow = (more) => svg("path", { d: "M5 7V5a3 3 0 0 1 6 0v2", fill: "none", ...more });
  if (lock === "closed") group.append(bow(), body({ class: "full" }));
  else if (lock === "half") group.append(bow(), body(), svg("path", { d: "M3 7.2h5v7.3h-5z", class: "full" }));
  else if (lock === "open") group.append(svg("path", { d: "M5 7V3.6a2.8 2.8 0 0 1 5.5-.8", fill: "none" }), body());
  else if (lock === "either") group.append(bow({ "stroke-dasharray": 1.5 }), body({ "stroke-dasharray": 1.8 }));
  else if (lock === "broken") group.append(svg("path", { d: "M3.5 3.5l9 9M12.5 3.5l-9 9", class: "thick" }));
  else if (lock === "outside") group.append(svg("path", { d: "M8 3H3v10h10V8M7.5 8.5L13.5 2.5M9.5 2.5h4v4" }));
  else {
    group.append(svg("circle", { cx: 8, cy: 8, r: 6.4 }));
    group.append(svg("path", { d: "M6 6.3a2 2 0 1 1 2.9 1.8c-.7.3-.9.7-.9 1.3" }), svg("path", { d: "M8 11.5v.4" }));
  }
  return group;
}

function icon(lock) {
  return svg("svg", { viewBox: "0 0 16 16", width: 16, height: 16, class: `icon lock-${lock}`, "aria-hidden": "true" },
    sign(lock));
}

// A word of what is carried, behind its sign.
function carried(word) {
  const { lock } = CARRIES[word] ?? { lock: "unknown" };
  return el("span", { class: "carried" }, icon(lock), " ", word);
}

function decided(word) {
  const { sign: mark, label } = DECISIONS[word] ?? DECISIONS.unknown;
  return el("span", { class: `decided is-${word}` }, el("b", { "aria-hidden": "true" }, mark), " ", label);
}

// A name on a line of its own, which no hyphen breaks unless it is long.
function who(title) {
  return el("span", { class: title.length > MOST_UNBROKEN ? "who" : "who is-short" }, title);
}

function placed(chain) {
  const last = chain[chain.length - 1];
  if (!last) return el("span", { class: "muted" }, "no policy");
  const line = who(last.title);
  if (!last.file || last.file === last.title) return line;
  return el("span", {}, line, el("span", { class: "file" }, `${last.file}:${last.line}`));
}

const MOST_UNBROKEN = 34;
const MOST_NAMES = 300;

// The first names of a set, those of the namespace first, and the others on demand.
function names(set, isCalled, home) {
  const members = membersOf(set, isCalled);
  const ordered = home < 0 ? members
    : [...members.filter((one) => one.home === home), ...members.filter((one) => one.home !== home)];
  const first = ordered.slice(0, 2).map((one) => who(one.title));
  if (ordered.length <= 2) return el("span", {}, ...first);
  const list = el("ul", { class: "names" });
  const fill = () => {
    if (list.childElementCount) return;
    list.append(...ordered.slice(2, 2 + MOST_NAMES).map((one) => el("li", {}, one.title)));
    const left = ordered.length - 2 - MOST_NAMES;
    if (left > 0) list.append(el("li", { class: "muted" }, `and ${left} more`));
  };
  return el("details", { toggle: fill }, el("summary", {}, ...first,
    el("span", { class: "who muted" }, `and ${plural(ordered.length - 2, "more workload")}`)), list);
}
