"""What pages of help say at their end: examples, and what exit codes mean."""

__all__ = [
    "ACCESS_EXAMPLES",
    "EXAMPLES",
    "EXIT_CODES",
    "GENERATE_EXAMPLES",
    "MTLS_EXAMPLES",
    "PREVIEW_EXAMPLES",
    "RECOMMEND_EXAMPLES",
    "STATUS_EXAMPLES",
]

EXIT_CODES = """exit codes:
  0  nothing at or above --fail-on was found
  1  something was
  2  wrong use, or input that cannot be read
  3  nothing could be checked; with --require-complete also when anything was not
"""
EXAMPLES = """examples:
  service-mesh validate mesh/                 a folder, Markdown files included
  helm template shop ./chart | service-mesh validate -
  service-mesh validate mesh/ --fix safe      show what safe fixes would change
  service-mesh validate mesh/ --versions istio=1.26,gateway_api=1.2
  service-mesh validate mesh/ -o sarif > mesh.sarif
  service-mesh validate mesh/ --context current     as if the files were applied to the cluster
  service-mesh access mesh/ --from shop/web --to svc:shop/cart:80      can one call the other
  service-mesh preview mesh/ --after new.yaml               what a change would open, close or break
  service-mesh status --context current       the health of the meshes of a cluster
  service-mesh status --snapshot dump.tar.gz  the same from what somebody saved
"""
GENERATE_EXAMPLES = """examples:
  service-mesh generate --list                     every intent, and which mesh can express it
  service-mesh generate allow-calls --mesh linkerd         its parameters, and an example that works
  service-mesh generate strict-mtls --mesh istio-ambient --set namespace=shop
  service-mesh generate allow-calls --mesh cilium --params calls.yaml -o policies/
  service-mesh generate strict-mtls --mesh istio-sidecar --params '{}' --surroundings mesh/ | kubectl apply -f -

"""
STATUS_EXAMPLES = """examples:
  service-mesh status                              the cluster of the current context
  service-mesh status --snapshot must-gather.tar.gz
  service-mesh status --check certificates --cert-days 60
  service-mesh status --symptom 503 --workload shop/web
  service-mesh status --demo                       a bundled snapshot with faults in it

"""
ACCESS_EXAMPLES = """examples:
  service-mesh access mesh/ --from shop/web --to svc:shop/cart:80 --method GET --path /items
  service-mesh access mesh/ --from sa:shop/web --to shop/db:5432
  service-mesh access mesh/ --from external --to shop/web:8080 --expect deny
  service-mesh access --context current --from shop/web --to host:api.example.com:443
  service-mesh access mesh/ --tests calls.yaml -o junit > calls.xml
  service-mesh access mesh/ --matrix shop              who can call whom in a namespace

a file of tests:
  tests:
    - name: the shop reads the cart
      from: shop/web
      to: svc:shop/cart:80
      method: GET
      path: /items
      expect: allow
"""
MTLS_EXAMPLES = """examples:
  service-mesh mtls mesh/                          edges, modes and readiness for STRICT
  service-mesh mtls --context current --workload shop/cart
  service-mesh mtls --snapshot dump.tar.gz --fail-on warning
  service-mesh mtls mesh/ -o html > mesh.html      one page for a browser, with who can call whom

broken edges are errors, ports that take plaintext are warnings
"""
PREVIEW_EXAMPLES = """examples:
  service-mesh preview mesh/ --after strict.yaml
  service-mesh preview --context current --after new/      what applying the folder would change
  service-mesh preview mesh/ --delete 'NetworkPolicy shop/cart' -o markdown
  kubectl kustomize overlays/prod | service-mesh preview --snapshot dump.tar.gz --after -

calls that lose encryption or authentication, or that can no longer connect, are errors; calls gained or lost by a
policy are warnings; an introduced finding has its own severity
"""

RECOMMEND_EXAMPLES = """examples:
  service-mesh recommend                                 asks at the terminal
  service-mesh recommend --requirements needs.yaml
  service-mesh recommend --requirements needs.yaml --context current     what is not said is read from the cluster
  service-mesh recommend --requirements needs.yaml -o adr > mesh.md

requirements:
  needs: {mtls: must, l7-authorization: should, canary: should, multi-cluster: no}
  sizes: {nodes: 40, pods: 900, services: 120}
  constraints: {cni: calico, cni_may_change: false, platform: eks}
  team: {engineers: 4, mesh_experience: some}

exit codes:
  0  an option is recommended
  2  wrong use, or requirements that cannot be read
  3  facts are missing, or nothing fits
"""
