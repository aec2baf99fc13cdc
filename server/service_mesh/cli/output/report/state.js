// What the reader chose; it stands behind the # of the address, so that a link keeps it.

function readState(mesh) {
  const given = new URLSearchParams(location.hash.slice(1));
  const namespace = given.get("namespace") ?? "";
  const shown = given.has("carries") ? given.get("carries").split(",") : Object.keys(CARRIES);
  return {
    namespace,
    home: mesh.namespaces.indexOf(namespace),
    text: given.get("text") ?? "",
    shown: new Set(shown.filter((word) => word in CARRIES)),
    theme: ["dark", "light"].includes(given.get("theme")) ? given.get("theme") : "",
  };
}

function writeState(state) {
  const kept = new URLSearchParams();
  if (state.namespace) kept.set("namespace", state.namespace);
  if (state.text) kept.set("text", state.text);
  if (state.shown.size < Object.keys(CARRIES).length) kept.set("carries", [...state.shown].join(","));
  if (state.theme) kept.set("theme", state.theme);
  history.replaceState(null, "", `#${kept}`);
}

// What of the mesh the filters leave: one object for one state, which remembers what it was asked of sets.
function scopeOf(mesh, state) {
  const needle = state.text.trim().toLowerCase();
  const { home } = state;
  const isUnknown = state.namespace !== "" && home < 0;
  const fitting = new Uint8Array(mesh.classes.length);
  for (const one of mesh.classes) {
    if (needle && one.members.some((member) => member.title.toLowerCase().includes(needle))) fitting[one.number] = 1;
  }
  const known = new Map();
  const named = (number) => {
    if (!known.has(number)) known.set(number, mesh.sets[number].list.some((one) => fitting[one.number]));
    return known.get(number);
  };
  const inside = (line) => home < 0 || pairsOf(mesh, line, home) > 0;
  const mentions = (...texts) => texts.some((text) => String(text).toLowerCase().includes(needle));
  const told = (line) => mentions(line.port, line.reason, line.carries ?? "", line.layer ?? "", line.needs ?? "")
    || (line.chain ?? [line.place]).some((place) => mentions(placeText(place)));
  const matches = (line) => !needle || named(line.callers) || named(line.called) || told(line);
  return {
    home,
    needle,
    namespace: state.namespace,
    line: (line) => !isUnknown && inside(line) && matches(line),
    edge: (edge) => !isUnknown && state.shown.has(edge.carries) && inside(edge) && matches(edge),
    broken: (line) => !isUnknown && (line.callers < 0
      ? workload(line.called) || (Boolean(needle) && isHome(line.called) && (mentions(line.who) || told(line)))
      : inside(line) && matches(line)),
    port: (line) => !isUnknown && isHome(line.workload)
      && (!needle || mentions(mesh.workloads[line.workload]?.title ?? "", line.port, line.mesh, line.mode)
        || line.chain.some((place) => mentions(placeText(place)))),
    class: (one) => !isUnknown && (home < 0 || one.all.has(home)) && (!needle || fitting[one.number] === 1),
    pairs: (line) => (isUnknown ? 0 : pairsOf(mesh, line, home)),
    isFiltered: home >= 0 || Boolean(needle) || isUnknown,
    isUnknown,
  };

  function isHome(at) {
    return home < 0 || mesh.workloads[at]?.home === home;
  }

  function workload(at) {
    return isHome(at) && (!needle || mentions(mesh.workloads[at]?.title ?? ""));
  }
}
