// The data of the page as objects to ask: sets of classes, who is in them, and how many of them a namespace holds.

function readMesh() {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { titles, homes, classes: numbers, asked } = data.workloads;
  const workloads = titles.map((title, at) => ({ title, home: homes[at], number: numbers[at], asked: asked[at] }));
  const classes = [];
  for (const one of workloads) (classes[one.number] ??= { number: one.number, members: [] }).members.push(one);
  for (const one of classes) {
    one.name = shortened(one.members[0].title) + (one.members.length > 1 ? ` +${one.members.length - 1}` : "");
    one.all = byHome(one.members);
    one.asked = byHome(one.members.filter((member) => member.asked));
  }
  const mesh = { ...data, workloads, classes, sets: data.sets.map((runs) => readSet(runs, classes)) };
  mesh.places = data.places.map(([object, file, pointer, note, line]) => {
    const [title, path, field, why] = [object, file, pointer, note].map((at) => data.texts[at]);
    return { title, file: path, pointer: field, note: why, line };
  });
  mesh.chains = data.chains.map((chain) => chain.map((at) => mesh.places[at]));
  for (const name of ["edges", "answers", "breaks", "ports"]) mesh[name] = readTable(mesh, data[name]);
  mesh.edges.forEach((edge, at) => Object.assign(edge, { rank: rankOf(edge), at }));
  mesh.edges.sort((one, other) => one.rank - other.rank || one.at - other.at);
  mesh.asked = workloads.filter((one) => one.asked);
  mesh.homes = { all: byHome(workloads), asked: byHome(mesh.asked) };
  return mesh;
}

const TEXTS = new Set(["carries", "decision", "reason", "needs", "protocol", "via", "layer", "who", "mesh", "mode",
  "missing"]);

function readTable(mesh, { fields, rows }) {
  return rows.map((row) => {
    const line = {};
    fields.forEach((field, at) => {
      line[field] = TEXTS.has(field) ? mesh.texts[row[at]] : row[at];
    });
    if ("chain" in line) line.chain = mesh.chains[line.chain];
    if ("place" in line) line.place = line.place < 0 ? null : mesh.places[line.place];
    return line;
  });
}

// A set of classes, from runs: the first number, and how many follow each other.
function readSet(runs, classes) {
  const list = [];
  const has = new Uint8Array(classes.length);
  for (let at = 0; at < runs.length; at += 2) {
    for (let step = 0; step < runs[at + 1]; step += 1) {
      list.push(classes[runs[at] + step]);
      has[runs[at] + step] = 1;
    }
  }
  return { list, has, all: sumOf(list, "all"), asked: sumOf(list, "asked") };
}

function byHome(members) {
  const found = new Map();
  for (const one of members) found.set(one.home, (found.get(one.home) ?? 0) + 1);
  return found;
}

function sumOf(list, kind) {
  const found = new Map();
  for (const one of list) {
    for (const [home, count] of one[kind]) found.set(home, (found.get(home) ?? 0) + count);
  }
  return found;
}

// How many workloads of a set there are: in one namespace, or in all where `home` is -1.
function countIn(counts, home) {
  if (home >= 0) return counts.get(home) ?? 0;
  let sum = 0;
  for (const count of counts.values()) sum += count;
  return sum;
}

// Pairs of workloads of which one at least is in the namespace.
function pairsOf(mesh, line, home) {
  const callers = mesh.sets[line.callers].all;
  const called = mesh.sets[line.called].asked;
  const whole = countIn(callers, -1) * countIn(called, -1);
  if (home < 0) return whole;
  return whole - (countIn(callers, -1) - countIn(callers, home)) * (countIn(called, -1) - countIn(called, home));
}

function membersOf(set, isCalled) {
  return set.list.flatMap((one) => (isCalled ? one.members.filter((member) => member.asked) : one.members));
}

// `Deployment shop/web` -> `shop/web`.
function shortened(title) {
  return title.slice(title.indexOf(" ") + 1);
}

function placeText(place) {
  if (!place) return "";
  return place.file && place.file !== place.title ? `${place.title} (${place.file}:${place.line})` : place.title;
}
