"""The connection itself, through the official client, to a server that listens on localhost."""

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from http.server import HTTPServer
from pathlib import Path
from socket import create_server
from socketserver import BaseRequestHandler

import pytest

from service_mesh.cluster.live.client import Limits, connected
from service_mesh.cluster.live.getter import Answer, Getter, UnansweredError
from service_mesh.cluster.live.kubeconfig import Access
from service_mesh.cluster.live.reading import read_context
from service_mesh.errors import InputError
from tests.cluster.live.scripted import Reply, Script, listening, write_kubeconfig
from tests.kube.certificates import Certificates, make_certificates

PODS = "/api/v1/pods"
TOKEN = "token-Canary7Xq9"
NETWORK = "check the address, the network and VPN"


def access(server: str, **cluster: object) -> Access:
    return Access("east", {"server": server, **cluster}, {})


def ask(server: str, path: str = PODS, seconds: float = 5.0, limits: Limits | None = None) -> Answer:
    with closing(connected(access(server), {"token": TOKEN}, limits)) as getter:
        return getter.get(path, {"limit": "500"}, accept="application/json", deadline=time.monotonic() + seconds)


def refusal(server: str, **cluster: object) -> tuple[str, str]:
    with closing(connected(access(server, **cluster), {})) as getter, pytest.raises(UnansweredError) as caught:
        getter.get("/version", {}, accept="application/json", deadline=time.monotonic() + 5)
    return caught.value.reason, caught.value.remedy


@contextmanager
def speaking(speak: Callable[[BaseRequestHandler], None], tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Have something listen that is no API server; yields the port."""

    class Handling(BaseRequestHandler):
        def handle(self) -> None:
            speak(self)

    server = HTTPServer(("127.0.0.1", 0), Handling)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients go away on purpose
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class TestRequests:
    def test_request_is_a_get_with_the_token_and_nothing_else(self) -> None:
        script = Script()
        with listening(script) as server:
            ask(server)
        (asked,) = script.asked
        assert (asked.method, asked.path, asked.query) == ("GET", PODS, {"limit": "500"})
        assert asked.headers["authorization"] == f"Bearer {TOKEN}"
        assert asked.headers["accept-encoding"] == "gzip"

    def test_password_is_sent_as_such(self) -> None:
        script = Script()
        with listening(script) as server:
            user = {"username": "a", "password": "b"}
            with closing(connected(access(server), user)) as getter:
                getter.get("/version", {}, accept="application/json", deadline=time.monotonic() + 5)
        assert script.asked[0].headers["authorization"] == "Basic YTpi"

    def test_path_of_the_server_stays_in_front(self) -> None:
        script = Script({"/k8s/clusters/c-1/version": Reply({"gitVersion": "v1.33.0"})})
        with listening(script) as server, closing(connected(access(f"{server}/k8s/clusters/c-1/"), {})) as getter:
            answer = getter.get("/version", {}, accept="application/json", deadline=time.monotonic() + 5)
        assert answer.body == b'{"gitVersion": "v1.33.0"}'

    def test_redirect_is_an_answer_and_is_not_followed(self) -> None:
        other = Script()
        with listening(other) as elsewhere:
            script = Script({PODS: Reply(b"", 302, {"Location": f"{elsewhere}/steal"})})
            with listening(script) as server:
                assert ask(server).status == 302
        assert other.asked == []

    def test_time_of_the_server_is_told(self) -> None:
        with listening(Script()) as server:
            assert ask(server).date == datetime(2026, 11, 20, 12, tzinfo=UTC)

    @pytest.mark.parametrize("date", ["", "yesterday", "Fri, 99 Nov 2026 12:00:00 GMT", "Fri, 20 Nov 2026 12:00:00"])
    def test_odd_time_is_no_time(self, date: str) -> None:
        with listening(Script({PODS: Reply(headers={"Date": date})})) as server:
            assert ask(server).date is None

    def test_compressed_answer_is_unpacked(self) -> None:
        reply = Reply({"items": ["x" * 1000]}, headers={"Content-Encoding": "gzip"})
        with listening(Script({PODS: reply})) as server:
            assert ask(server).body == reply.content


class TestBounds:
    def test_answer_beyond_the_bounds_is_given_up(self) -> None:
        with listening(Script({PODS: Reply(b"x" * 2_000_000)})) as server, pytest.raises(UnansweredError) as caught:
            ask(server, limits=Limits(answer=1024 * 1024))
        assert caught.value.reason == "the answer is longer than 1 MB"

    def test_answers_together_are_bounded(self) -> None:
        with (
            listening(Script({PODS: Reply(b"x" * 600)})) as server,
            closing(connected(access(server), {}, Limits(total=1000))) as getter,
        ):
            deadline = time.monotonic() + 5
            getter.get(PODS, {}, accept="application/json", deadline=deadline)
            with pytest.raises(UnansweredError, match="the cluster holds more than is read at once"):
                getter.get(PODS, {}, accept="application/json", deadline=deadline)

    def test_slow_answer_ends_at_the_deadline(self) -> None:
        begin = time.monotonic()
        with listening(Script({PODS: Reply(wait=0.2)})) as server, pytest.raises(UnansweredError) as caught:
            ask(server, seconds=0.05)
        assert caught.value.reason == "it was not done within the deadline"
        assert time.monotonic() - begin < 1.0

    def test_answer_that_drips_ends_at_the_deadline(self) -> None:
        def drip(handling: BaseRequestHandler) -> None:
            handling.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            for _ in range(100):
                time.sleep(0.01)
                handling.request.sendall(b"x")

        with speaking(drip) as port, pytest.raises(UnansweredError, match="within the deadline"):
            ask(f"http://127.0.0.1:{port}", seconds=0.1)

    def test_nothing_is_asked_behind_the_deadline(self) -> None:
        script = Script()
        with listening(script) as server, pytest.raises(UnansweredError, match="within the deadline"):
            ask(server, seconds=-1)
        assert script.asked == []


class TestNoAnswer:
    def test_port_that_nobody_listens_on(self) -> None:
        with closing(create_server(("127.0.0.1", 0))) as unused:
            port = unused.getsockname()[1]
        assert refusal(f"https://127.0.0.1:{port}") == ("nobody listens there", NETWORK)

    def test_name_that_nobody_knows(self) -> None:
        assert refusal("https://no-such-host.invalid:6443") == ("its name is not known", NETWORK)

    def test_proxy_that_is_not_there(self) -> None:
        with closing(create_server(("127.0.0.1", 0))) as unused:
            port = unused.getsockname()[1]
        proxy = {"proxy-url": f"http://127.0.0.1:{port}"}
        assert refusal("https://192.0.2.1", **proxy) == ("the proxy before it cannot be reached", "check HTTPS_PROXY")

    def test_answer_that_breaks_off(self) -> None:
        def cut(handling: BaseRequestHandler) -> None:
            handling.request.recv(4096)
            handling.request.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{")

        with speaking(cut) as port:
            assert refusal(f"http://127.0.0.1:{port}")[0] == "the answer broke off"

    def test_connection_that_closes_at_once(self) -> None:
        with speaking(lambda _: None) as port:
            assert refusal(f"http://127.0.0.1:{port}")[0] == "the answer broke off"

    def test_server_that_speaks_no_tls(self) -> None:
        with listening(Script()) as server:
            reason, remedy = refusal(server.replace("http:", "https:"))
        assert (reason, remedy) == ("there is no TLS connection with it", "check the certificates in the kubeconfig")

    @pytest.mark.parametrize(
        ("cluster", "host", "reason"),
        [
            ({}, "127.0.0.1", "unable to get local issuer certificate"),
            ({"certificate-authority": "ca.crt"}, "localhost", "certificate is not valid for 'localhost'"),
        ],
    )
    def test_certificate_that_is_not_trusted(
        self, certificates: Certificates, cluster: dict[str, str], host: str, reason: str
    ) -> None:
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        tls.load_cert_chain(certificates.server, certificates.server_key)
        trusted = {name: str(certificates.authority.parent / value) for name, value in cluster.items()}
        with speaking(lambda _: None, tls) as port:
            told, remedy = refusal(f"https://{host}:{port}", **trusted)
        assert told.startswith("its certificate is not trusted (")
        assert reason in told
        assert remedy == "compare the certificate-authority of the cluster in the kubeconfig"


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return make_certificates(tmp_path_factory.mktemp("certificates"))


class TestContext:
    def test_whole_cluster_is_read_with_nothing_but_get(self, tmp_path: Path) -> None:
        script = Script({PODS: Reply({"items": [{"metadata": {"name": "web", "namespace": "shop"}}]})})
        with listening(script) as server:
            snapshot = read_context(kubeconfig=write_kubeconfig(tmp_path, server, {"token": TOKEN}))
        (cluster,) = snapshot.clusters
        assert [resource.title for resource in cluster.resources] == ["Pod shop/web"]
        assert cluster.taken_at == datetime(2026, 11, 20, 12, tzinfo=UTC)
        assert {asked.method for asked in script.asked} == {"GET"}
        assert TOKEN not in repr(snapshot)

    def test_server_that_cannot_be_reached_is_one_sentence(self, tmp_path: Path) -> None:
        with closing(create_server(("127.0.0.1", 0))) as unused:
            server = f"https://127.0.0.1:{unused.getsockname()[1]}"
        with pytest.raises(InputError) as caught:
            read_context(kubeconfig=write_kubeconfig(tmp_path, server))
        expected = f"context 'east': the API server {server} cannot be read: nobody listens there; {NETWORK}"
        assert str(caught.value) == expected

    @pytest.mark.parametrize(
        ("user", "reason"),
        [
            ({"client-certificate": "gone.crt", "client-key": "gone.key"}, "a file that it names is missing"),
            ({"tokenFile": "gone.token"}, "a file that it names is missing"),
            ({"client-certificate-data": f"%%%{TOKEN}"}, "it is malformed"),
        ],
    )
    def test_entry_that_cannot_be_used_is_one_sentence(
        self, tmp_path: Path, user: dict[str, object], reason: str
    ) -> None:
        with pytest.raises(InputError) as caught:
            read_context(kubeconfig=write_kubeconfig(tmp_path, "https://127.0.0.1:1", user))
        assert str(caught.value) == (
            f"context 'east': its entry in the kubeconfig cannot be used: {reason}; "
            "compare it with: kubectl config view"
        )

    def test_address_is_shown_without_what_may_be_secret(self) -> None:
        assert access(f"https://user:{TOKEN}@host:6443/a?token={TOKEN}").server == "https://host:6443/a"

    def test_connection_shows_no_credentials(self) -> None:
        getter: Getter = connected(access("https://192.0.2.1"), {"token": TOKEN})
        assert TOKEN not in repr(getter)
