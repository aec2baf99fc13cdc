// Starts the page: reads the data and the address, draws all, and draws again what a choice changes.

function start() {
  const mesh = readMesh();
  let state = readState(mesh);
  const dark = matchMedia("(prefers-color-scheme: dark)");

  const showTheme = () => {
    const theme = state.theme || (dark.matches ? "dark" : "light");
    document.documentElement.dataset.theme = theme;
    byId("theme").textContent = theme === "dark" ? "Light colours" : "Dark colours";
  };
  const draw = () => {
    const scope = scopeOf(mesh, state);
    const edges = mesh.edges.filter(scope.edge);
    showScope(mesh, scope);
    showTiles(mesh, scope);
    showReadiness(mesh, scope);
    showBreaks(mesh, scope);
    showLegend(mesh, state, scope, changed);
    showDrawing(mesh, scope, edges);
    showEdges(mesh, scope, edges);
    showMatrix(mesh, scope);
    showAnswers(mesh, scope);
    showPorts(mesh, scope);
  };
  const changed = () => {
    const word = document.activeElement?.dataset.word;
    writeState(state);
    draw();
    if (word) document.querySelector(`[data-word="${word}"]`).focus();
  };
  const showChoices = () => {
    byId("namespace").value = state.home < 0 ? "" : state.namespace;
    byId("text").value = state.text;
    showTheme();
  };

  byId("namespace").append(el("option", { value: "" }, "all namespaces"),
    ...mesh.namespaces.map((name) => el("option", { value: name }, name)));
  byId("namespace").addEventListener("change", (event) => {
    state.namespace = event.target.value;
    state.home = mesh.namespaces.indexOf(state.namespace);
    changed();
  });
  byId("text").addEventListener("input", later(() => {
    state.text = byId("text").value;
    changed();
  }, 200));
  byId("clear").addEventListener("click", () => {
    state = { ...state, namespace: "", home: -1, text: "", shown: new Set(Object.keys(CARRIES)) };
    showChoices();
    changed();
  });
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("theme").addEventListener("click", () => {
    state.theme = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    writeState(state);
    showTheme();
  });
  dark.addEventListener("change", showTheme);
  addEventListener("hashchange", () => {
    state = readState(mesh);
    showChoices();
    draw();
  });
  let width = innerWidth;
  addEventListener("resize", later(() => {
    if (width === innerWidth) return;
    width = innerWidth;
    const scope = scopeOf(mesh, state);
    showDrawing(mesh, scope, mesh.edges.filter(scope.edge));
  }, 150));

  showVerdict(mesh);
  showSigns();
  showNotes(mesh);
  showChoices();
  draw();
}

// A function that runs once when calls of it have ceased for a while.
function later(run, milliseconds) {
  let waiting = 0;
  return () => {
    clearTimeout(waiting);
    waiting = setTimeout(run, milliseconds);
  };
}

start();
document.documentElement.dataset.drawn = String(Math.round(performance.now()));
