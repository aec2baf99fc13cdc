"""Topics about Linkerd: which rules find mistakes in them, which cases show it."""

from tools.pages.topic import Topic

__all__ = ["LINKERD_TOPICS"]


def _topic(name: str, rules: str, *evals: str) -> Topic:
    return Topic(name, "references/linkerd.md", "validate_config", "", tuple(rules.split()), evals)


LINKERD_TOPICS = (
    _topic(
        "Linkerd: what the admission webhooks refuse",
        "LD101 LD102 LD103 LD104 LD105 LD106 LD107 LD108 LD109 LD110 LD111 LD112 LD113 LD114 LD115 LD116 "
        "LD117 LD118 LD119 LD120 LD121 LD122 LD162",
        "policy-without-a-group-is-refused-by-linkerd",
    ),
    _topic(
        "Linkerd: Servers and default inbound policies",
        "LD130 LD132 LD135 LD136 LD137 LD138 LD139 LD155 LD156 LD157 LD158 LD159",
        "server-that-admits-everybody-beside-its-policy",
    ),
    _topic(
        "Linkerd: authorization policies and identities",
        "LD145 LD146 LD147 LD148 LD149 LD150 LD151 LD152 LD153 LD154",
        "identity-is-not-judged-without-the-installation",
        "identity-without-the-trust-domain-never-matches",
    ),
    _topic(
        "Linkerd: probes and metrics under a policy",
        "LD131 LD133 LD134",
    ),
    _topic(
        "Linkerd: routes on a Server",
        "LD140 LD141 LD142 LD143 LD144",
        "route-for-one-path-takes-the-others-away",
    ),
    _topic(
        "Linkerd: routes of Services, canaries, retries and timeouts",
        "LD168 LD176 LD177 LD178 LD179 LD193",
    ),
    _topic(
        "Linkerd: service profiles",
        "LD160 LD161 LD163 LD164 LD165 LD166 LD167 LD199",
        "profile-takes-the-place-of-a-route",
    ),
    _topic(
        "Linkerd: injection and annotations of the proxy",
        "LD170 LD172 LD173 LD174 LD175",
        "injection-as-a-label-injects-nothing",
    ),
    _topic(
        "Linkerd: opaque and skipped ports",
        "LD180 LD181 LD182",
    ),
    _topic(
        "Linkerd: network policies beside the mesh",
        "LD183 LD184",
    ),
    _topic(
        "Linkerd: egress",
        "LD169 LD185 LD191",
    ),
    _topic(
        "Linkerd: rate limits",
        "LD186",
    ),
    _topic(
        "Linkerd: multicluster export and external workloads",
        "LD171 LD188 LD197 LD198",
    ),
    _topic(
        "Linkerd: superseded kinds and values of the chart",
        "LD187 LD189 LD190",
    ),
)
