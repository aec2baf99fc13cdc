// What the drawing shows as one box: classes where there are few, else namespaces; and the edges between boxes.

const MOST_DRAWN = 60;
const FEW_CLASSES = 16;
const MOST_CLASSES = 30;

// A function from a class to the parts of it in boxes: key, name, namespace, members.
function partsBy(mesh, isFine) {
  return (one, kind) => [...one[kind]].map(([at, count]) => (isFine(at)
    ? { key: `class ${one.number} ${at}`, name: nameOf(one, at), home: at, count, isSpace: false }
    : { key: `namespace ${at}`, name: mesh.namespaces[at], home: at, count, isSpace: true }));
}

function nameOf(one, at) {
  const members = one.members.filter((member) => member.home === at);
  return shortened(members[0].title) + (members.length > 1 ? ` +${members.length - 1}` : "");
}

// Edges between boxes, the gravest first. Few classes are boxes of their own, as are those of the chosen namespace.
function bundlesOf(mesh, scope, edges) {
  if (mesh.classes.length <= FEW_CLASSES) {
    const fine = bundled(mesh, scope, edges, () => true);
    if (fine.length <= MOST_DRAWN) return fine;
  }
  const inside = mesh.classes.filter((one) => one.all.has(scope.home)).length;
  return bundled(mesh, scope, edges, (at) => at === scope.home && inside <= MOST_CLASSES);
}

// Those that begin and end in the same and carry and decide the same are one.
function bundled(mesh, scope, edges, isFine) {
  const partsOf = partsBy(mesh, isFine);
  const known = new Map();
  const ends = (number, kind) => {
    const key = `${kind} ${number}`;
    if (!known.has(key)) known.set(key, joined(mesh.sets[number].list.flatMap((one) => partsOf(one, kind))));
    return known.get(key);
  };
  const bundles = new Map();
  for (const edge of edges) {
    for (const from of ends(edge.callers, "all")) {
      for (const to of ends(edge.called, "asked")) {
        if (scope.home < 0 || from.home === scope.home || to.home === scope.home) bundle(bundles, edge, from, to);
      }
    }
  }
  return [...bundles.values()].sort((one, other) => one.rank - other.rank || other.pairs - one.pairs);
}

function bundle(bundles, edge, from, to) {
  const key = `${from.key}|${to.key}|${edge.carries}|${edge.decision}`;
  let found = bundles.get(key);
  if (!found) {
    const { carries, decision, rank } = edge;
    found = { from, to, carries, decision, rank, pairs: 0, edges: new Set() };
    bundles.set(key, found);
  }
  found.rank = Math.min(found.rank, edge.rank);
  found.pairs += from.count * to.count;
  found.edges.add(edge);
}

function joined(parts) {
  const found = new Map();
  for (const part of parts) {
    const known = found.get(part.key);
    if (known) known.count += part.count;
    else found.set(part.key, { ...part });
  }
  return [...found.values()];
}

function portsOf(one) {
  const ports = [...new Set([...one.edges].map((edge) => edge.port))].sort((a, b) => a - b);
  return ports.length > 3 ? `${ports.slice(0, 3).join(", ")} and ${ports.length - 3} more` : ports.join(", ");
}
