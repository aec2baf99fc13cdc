// The words of the report, with what they mean and the sign of each: nothing is told by colour alone.

const CARRIES = {
  broken: { lock: "broken", says: "no connection comes about: what the client sends is not what the server takes" },
  unknown: { lock: "unknown", says: "what was read does not tell what is carried" },
  plaintext: { lock: "open", says: "not encrypted, and the server does not know who the client is" },
  either: { lock: "either", says: "the server takes mTLS and plaintext, and it depends on the client which it is" },
  app_tls: { lock: "half", says: "TLS of the application: encrypted, and no mesh knows the client" },
  outside: { lock: "outside", says: "the server is no workload of the cluster; no mesh has a part at its end" },
  wireguard: { lock: "half", says: "encrypted between nodes by WireGuard, which knows no workload" },
  ipsec: { lock: "half", says: "encrypted between nodes by IPsec, which knows no workload" },
  ztunnel: { lock: "closed", says: "encrypted by Cilium's ztunnel, which knows the client" },
  mtls: { lock: "closed", says: "mutual TLS: encrypted, and the server knows the client" },
  hbone: { lock: "closed", says: "mutual TLS in a tunnel of ambient mode: encrypted, and the server knows the client" },
};

const LOCKS = {
  closed: "closed lock",
  half: "half filled lock",
  open: "open lock",
  either: "dashed lock",
  broken: "cross",
  unknown: "question mark",
  outside: "arrow that leaves a box",
};

const DECISIONS = {
  deny: { sign: "\u2715", label: "deny", says: "the calls do not pass" },
  unknown: { sign: "?", label: "unknown", says: "what was read does not tell" },
  request: { sign: "R", label: "depends on the request", says: "only the request is missing to tell" },
  mixed: { sign: "\u00b1", label: "differs by port", says: "the ports of the called give different answers" },
  allow: { sign: "\u2713", label: "allow", says: "the calls pass" },
  none: { sign: "\u00b7", label: "no port", says: "the called offer no port" },
};

const VERDICTS = {
  broken: ["bad", "Broken", "Workloads of one mesh cannot talk, by settings that contradict each other."],
  unknown: ["unsure", "Unknown", "Some ports or connections are not known."],
  plaintext: ["poor", "Plaintext", "Nothing that was asked about is in a mesh."],
  permissive: ["poor", "Permissive", "Some ports in a mesh take plaintext too."],
  enforced: ["good", "Enforced", "Every port in a mesh takes mTLS alone."],
};

const MODES = {
  strict: ["closed", "takes mTLS alone"],
  permissive: ["either", "takes mTLS and plaintext"],
  disable: ["open", "takes plaintext alone"],
  plaintext: ["open", "in no mesh"],
  gateway: ["outside", "the TLS settings of its servers decide"],
  unknown: ["unknown", "not known"],
};

// Whether what is known to be encrypted or authenticated is so; null is not known.
const YES = new Map([[true, "yes"], [false, "no"], [null, "not known"]]);

// The gravest first: what a policy stops anyway comes last.
const RANKS = ["unknown", "plaintext", "either", "app_tls", "outside", "broken"];

function rankOf(edge) {
  if (edge.carries === "broken" && edge.inner) return 0;
  if (edge.decision === "deny" && edge.carries !== "broken") return 90;
  const place = RANKS.indexOf(edge.carries);
  return place < 0 ? 60 + Object.keys(CARRIES).indexOf(edge.carries) : 10 + place;
}

function plural(count, noun) {
  return `${count.toLocaleString("en")} ${noun}${count === 1 ? "" : "s"}`;
}
