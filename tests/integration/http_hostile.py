#!/usr/bin/env python3
"""Requests that HTTP forbids, or that two programs could read in two ways: each is answered with the
problem it is, the connection ends, nothing of it reaches a handler, and the next client is served.
And requests that are well-formed: those are answered as HTTP says.

Usage: http_hostile.py; finds the programs in BUILD_ROOT. Says what it found as TAP.
"""

import sys

sys.dont_write_bytecode = True  # the sources stay as they are
from http_client import Client, Reply, Service, get, post, run

# A request that would be run if the bytes before it were not the end of the connection.
SECOND = get("/large/7")


def line(text):
    return b"GET /echo HTTP/1.1\r\nHost: x\r\n" + text + b"\r\n\r\n"


def with_body(text, body=b"ab"):
    return (b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\n" + text +
            b"\r\n\r\n" + body)


def start(text):
    return text + b"\r\nHost: x\r\n\r\n"


BAD, LONG, LENGTH, LARGE = (400, "bad-request"), (431, "headers"), (411, "length"), (413, "too-large")

HOSTILE = [
    # lines
    ("line feeds alone", b"GET /echo HTTP/1.1\nHost: x\n\n", BAD),
    ("one line feed alone", b"GET /echo HTTP/1.1\r\nHost: x\nX-Test: y\r\n\r\n", BAD),
    ("a line feed alone at the end", b"GET /echo HTTP/1.1\r\nHost: x\r\n\n", BAD),
    ("a carriage return alone", b"GET /echo HTTP/1.1\r\nHost: x\rX-Test: y\r\n\r\n", BAD),
    ("carriage returns alone", b"GET /echo HTTP/1.1\rHost: x\r\r", BAD),
    ("two carriage returns", b"GET /echo HTTP/1.1\r\r\nHost: x\r\n\r\n", BAD),
    ("an empty line first", b"\r\n" + get("/echo"), BAD),
    ("a line feed first", b"\n" + get("/echo"), BAD),
    ("a zero byte in a value", line(b"X-Test: a\0b"), BAD),
    ("a zero byte in a name", line(b"X-Te\0st: a"), BAD),
    ("a zero byte in the target", start(b"GET /ec\0ho HTTP/1.1"), BAD),
    ("a zero byte first", b"\0" + get("/echo"), BAD),
    ("an escape in a value", line(b"X-Test: \x1b[2J"), BAD),
    ("a delete in a value", line(b"X-Test: a\x7f"), BAD),
    ("a vertical tab in a value", line(b"X-Test: a\x0bb"), BAD),
    ("a value that goes on after a blank", line(b"X-Test: a\r\n b"), BAD),
    ("a value that goes on after a tab", line(b"X-Test: a\r\n\tb"), BAD),
    ("a first header that begins with a blank", b"GET /echo HTTP/1.1\r\n Host: x\r\n\r\n", BAD),
    ("a Content-Length that goes on", with_body(b"Content-Length:\r\n 2"), BAD),
    # names
    ("a blank before the colon", line(b"X-Test : a"), BAD),
    ("a tab before the colon", line(b"X-Test\t: a"), BAD),
    ("a blank before the colon of a length", with_body(b"Content-Length : 2"), BAD),
    ("a blank before the colon of a coding", with_body(b"Transfer-Encoding : chunked", b"0\r\n\r\n"), BAD),
    ("a blank before the colon of Host", b"GET /echo HTTP/1.1\r\nHost : x\r\n\r\n", BAD),
    ("a header without a colon", line(b"X-Test"), BAD),
    ("a header without a name", line(b": a"), BAD),
    ("a name of two words", line(b"X Test: a"), BAD),
    ("a name in brackets", line(b"(X): a"), BAD),
    ("a name that is not ASCII", line("Xé: a".encode()), BAD),
    # Host
    ("no Host", b"GET /echo HTTP/1.1\r\nX-Test: a\r\n\r\n", BAD),
    ("no headers", b"GET /echo HTTP/1.1\r\n\r\n", BAD),
    ("two Hosts", line(b"Host: y"), BAD),
    ("the same Host twice", line(b"Host: x"), BAD),
    ("an empty Host", b"GET /echo HTTP/1.1\r\nHost:\r\n\r\n", BAD),
    ("a Host of two words", b"GET /echo HTTP/1.1\r\nHost: x y\r\n\r\n", BAD),
    ("a list of Hosts", b"GET /echo HTTP/1.1\r\nHost: x, y\r\n\r\n", BAD),
    ("a Host with a path", b"GET /echo HTTP/1.1\r\nHost: x/y\r\n\r\n", BAD),
    ("a Host with a user", b"GET /echo HTTP/1.1\r\nHost: u@x\r\n\r\n", BAD),
    ("a Host with too large a port", b"GET /echo HTTP/1.1\r\nHost: x:123456\r\n\r\n", BAD),
    ("a Host with an empty port", b"GET /echo HTTP/1.1\r\nHost: x:\r\n\r\n", BAD),
    ("a Host of a port", b"GET /echo HTTP/1.1\r\nHost: :80\r\n\r\n", BAD),
    ("a Host that is too long", b"GET /echo HTTP/1.1\r\nHost: " + b"x" * 256 + b"\r\n\r\n", BAD),
    # lengths
    ("two lengths that differ", with_body(b"Content-Length: 2\r\nContent-Length: 40"), BAD),
    ("the same length twice", with_body(b"Content-Length: 2\r\nContent-Length: 2"), BAD),
    ("lengths of two spellings of the name", with_body(b"Content-Length: 2\r\ncontent-length: 3"), BAD),
    ("a length with a plus", with_body(b"Content-Length: +2"), BAD),
    ("a length with a minus", with_body(b"Content-Length: -2"), BAD),
    ("a length in hexadecimal", with_body(b"Content-Length: 0x2"), BAD),
    ("a list of lengths", with_body(b"Content-Length: 2, 2"), BAD),
    ("a length of two numbers", with_body(b"Content-Length: 2 2"), BAD),
    ("a length in quotes", with_body(b'Content-Length: "2"'), BAD),
    ("a length with a fraction", with_body(b"Content-Length: 2.0"), BAD),
    ("a length that is empty", with_body(b"Content-Length:"), BAD),
    ("a length that is a word", with_body(b"Content-Length: two"), BAD),
    ("a length with a zero before it", with_body(b"Content-Length: 02"), BAD),
    ("a length that has no end", with_body(b"Content-Length: " + b"9" * 40), BAD),
    ("a length of 2^64 + 2", with_body(b"Content-Length: 18446744073709551618"), BAD),
    # codings
    ("chunks", with_body(b"Transfer-Encoding: chunked", b"2\r\nab\r\n0\r\n\r\n"), LENGTH),
    ("a coding nearly called chunked", with_body(b"Transfer-Encoding: xchunked", b""), LENGTH),
    ("a coding that changes nothing", with_body(b"Transfer-Encoding: identity"), LENGTH),
    ("two codings", with_body(b"Transfer-Encoding: gzip, chunked", b"0\r\n\r\n"), LENGTH),
    ("an empty coding", with_body(b"Transfer-Encoding:"), LENGTH),
    ("a coding in capitals", with_body(b"TRANSFER-ENCODING: CHUNKED", b"0\r\n\r\n"), LENGTH),
    ("a coding of a request without a body", line(b"Transfer-Encoding: chunked"), LENGTH),
    ("a coding and a length", with_body(b"Transfer-Encoding: chunked\r\nContent-Length: 2", b"0\r\n\r\n"), BAD),
    ("a length and a coding", with_body(b"Content-Length: 2\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"), BAD),
    ("a coding that is none and a length", with_body(b"Content-Length: 2\r\nTransfer-Encoding: x"), BAD),
    # targets
    ("an absolute target", start(b"GET http://x/echo HTTP/1.1"), BAD),
    ("an absolute target of another host", start(b"GET http://y/echo HTTP/1.1"), BAD),
    ("an asterisk", start(b"OPTIONS * HTTP/1.1"), BAD),
    ("an authority", start(b"CONNECT x:80 HTTP/1.1"), BAD),
    ("a relative target", start(b"GET echo HTTP/1.1"), BAD),
    ("no target", start(b"GET HTTP/1.1"), BAD),
    ("an empty target", start(b"GET  HTTP/1.1"), BAD),
    ("a fragment", start(b"GET /echo#x HTTP/1.1"), BAD),
    ("a target that is not ASCII", start("GET /é HTTP/1.1".encode()), BAD),
    ("a target with a blank", start(b"GET /ec ho HTTP/1.1"), BAD),
    ("a target with a tab", start(b"GET /ec\tho HTTP/1.1"), BAD),
    ("a target with a quote", start(b'GET /"echo HTTP/1.1'), BAD),
    ("a target with a backslash", start(b"GET /..\\echo HTTP/1.1"), BAD),
    ("a target with an angle", start(b"GET /<script> HTTP/1.1"), BAD),
    ("a percent sign alone", start(b"GET /% HTTP/1.1"), BAD),
    ("a percent sign without digits", start(b"GET /%zz HTTP/1.1"), BAD),
    ("a percent sign with one digit", start(b"GET /?a=%2 HTTP/1.1"), BAD),
    ("a segment of two dots", start(b"GET /stream/../echo HTTP/1.1"), BAD),
    ("a segment of a dot", start(b"GET /./echo HTTP/1.1"), BAD),
    ("two dots at the end", start(b"GET /echo/.. HTTP/1.1"), BAD),
    # methods and versions
    ("no method", start(b" /echo HTTP/1.1"), BAD),
    ("a method that is no token", start(b"G@T /echo HTTP/1.1"), BAD),
    ("a method that is too long", start(b"X" * 17 + b" /echo HTTP/1.1"), BAD),
    ("two blanks in the request line", start(b"GET /echo  HTTP/1.1"), BAD),
    ("a blank after the version", start(b"GET /echo HTTP/1.1 "), BAD),
    ("HTTP/0.9", b"GET /echo\r\n\r\n", BAD),
    ("HTTP/1.0", start(b"GET /echo HTTP/1.0"), BAD),
    ("HTTP/1.2", start(b"GET /echo HTTP/1.2"), BAD),
    ("HTTP/2.0", start(b"GET /echo HTTP/2.0"), BAD),
    ("HTTP/1.10", start(b"GET /echo HTTP/1.10"), BAD),
    ("HTTP/11", start(b"GET /echo HTTP/11"), BAD),
    ("http/1.1", start(b"GET /echo http/1.1"), BAD),
    ("another protocol", start(b"GET /echo ICY/1.1"), BAD),
    ("HTTP/2 with prior knowledge", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0", BAD),
    ("a handshake of TLS", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03" + bytes(range(200)), BAD),
    ("a handshake of SSH", b"SSH-2.0-OpenSSH_9.2\r\n\r\n", BAD),
    ("PROXY before the request", b"PROXY TCP4 1.2.3.4 5.6.7.8 1 2\r\n" + get("/echo"), BAD),
    # expectations
    ("another expectation", with_body(b"Expect: 200-ok\r\nContent-Length: 2"), BAD),
    ("the same expectation twice",
     with_body(b"Expect: 100-continue\r\nExpect: 100-continue\r\nContent-Length: 2"), BAD),
    # sizes
    ("a header that is too long", line(b"X-Test: " + b"a" * 8192), LONG),
    ("a target that is too long", start(b"GET /" + b"a" * 8192 + b" HTTP/1.1"), LONG),
    ("a header without an end", b"GET /echo HTTP/1.1\r\nHost: x\r\nX-Test: " + b"a" * 8192, LONG),
    ("a request line without an end", b"GET /" + b"a" * 8192, LONG),
    ("too many headers", line(b"\r\n".join(b"X: %d" % n for n in range(64))), LONG),
    ("very many headers", line(b"\r\n".join(b"X: %d" % n for n in range(5000))), LONG),
    ("a body that is too long", with_body(b"Content-Length: 65537", b"a" * 65537), LARGE),
    ("a body that is said to be too long", with_body(b"Content-Length: 65537", b""), LARGE),
    ("a body that is said to be enormous", with_body(b"Content-Length: 999999999999999", b""), LARGE),
    ("an expectation with too long a body",
     with_body(b"Expect: 100-continue\r\nContent-Length: 65537", b""), LARGE),
]

SERVICE = Service()


def refused(raw, wanted):
    reply = Reply(raw)
    assert (reply.status, reply.problem) == wanted, (reply.status, reply.body)
    assert reply.closes, reply.headers
    assert reply.rest == b"", f"something follows: {reply.rest[:200]!r}"


def hostile_case(name, data, wanted):
    def case():
        refused(SERVICE.raw(data), wanted)
        # What comes behind it is not run, at once or later.
        refused(SERVICE.raw(data + SECOND), wanted)
        SERVICE.serves()

    case.__name__ = "refused: " + name
    return case


def test_refused_byte_by_byte():
    """However it is cut into pieces, the bytes mean the same."""
    for name, data, wanted in HOSTILE:
        if len(data) > 200:
            continue
        with SERVICE.client() as client:
            for byte in data:
                if not client.try_send(bytes([byte])):
                    break
            refused(client.rest(), wanted)
    SERVICE.serves()


def test_refused_after_a_good_one():
    for _, data, wanted in HOSTILE[::7]:
        raw = SERVICE.raw(get("/echo") + data)
        first = Reply(raw)
        assert first.status == 200 and not first.closes, first.headers
        refused(first.rest, wanted)


def test_large_bodies_go_to_the_officers():
    for length, wanted in ((1024 * 1024, 200), (1024 * 1024 + 1, 413)):
        with Client(SERVICE.officers) as client:
            client.try_send(post("/echo", b"a" * length))
            reply = Reply(client.rest()) if wanted == 413 else client.take()
            assert reply.status == wanted
            assert wanted == 413 or len(reply.body) == length


# --- what is well-formed ---

def test_a_request_is_taken_apart():
    reply = SERVICE.ask(
        b"GET /echo?a=b&c=%20? HTTP/1.1\r\nhOsT: EXAMPLE.org:8080\r\nX-TEST: \t two  words \t\r\n\r\n")
    assert reply.status == 200
    assert reply.body.decode().split("\n") == [
        "GET", "/echo?a=b&c=%20?", "/echo", "a=b&c=%20?", "example.org:8080", "two  words", ""]


def test_a_header_that_is_there_twice_is_none():
    assert SERVICE.ask(get("/echo", "X-Test: a", "X-Test: a")).body.decode().split("\n")[5] == ""


def test_hosts():
    for host in ("x", "x.y:80", "127.0.0.1", "127.0.0.1:8080", "[::1]", "[::1]:8080", "a-b_c"):
        reply = SERVICE.ask(f"GET /echo HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert reply.body.decode().split("\n")[4] == host, host


def test_what_every_reply_has():
    reply = SERVICE.ask(get("/echo"))
    assert set(reply.headers) == {"date", "request-id", "x-content-type-options", "cache-control",
                                  "content-type", "content-length"}, reply.headers
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["date"].endswith(" GMT") and len(reply.headers["date"]) == 29
    assert len(reply.headers["request-id"]) == 16
    other = SERVICE.ask(get("/echo"))
    assert other.headers["request-id"] != reply.headers["request-id"]


def test_headers_of_its_own():
    reply = SERVICE.ask(get("/headers"))
    assert reply.status == 201 and reply.headers["location"] == "/echo"
    assert reply.headers["cache-control"] == "max-age=60"


def test_no_content_has_no_length():
    with SERVICE.client() as client:
        reply = client.ask(get("/nothing"))
        assert reply.status == 204 and "content-length" not in reply.headers
        assert client.ask(get("/echo")).status == 200


def test_bodies():
    for length in (0, 1, 2, 4096, 65535, 65536):
        body = bytes(i % 251 for i in range(length))
        assert SERVICE.ask(post("/echo", body)).body == body
        assert SERVICE.ask(post("/echo", body, method="PUT")).body == body


def test_a_body_may_hold_anything():
    for body in (b"\r\n\r\n", SECOND, bytes(range(256)), b"\0", b"0\r\n\r\n"):
        with SERVICE.client() as client:
            assert client.ask(post("/echo", body)).body == body
            assert client.ask(get("/echo")).status == 200


def test_byte_by_byte():
    with SERVICE.client() as client:
        for data in (get("/echo", "X-Test: slow"), post("/echo", b"some bytes")):
            for byte in data:
                client.send(bytes([byte]))
            assert client.take().status == 200


def test_requests_without_waiting():
    bodies = [b"%d" % n * (n % 50 + 1) for n in range(300)]
    with SERVICE.client() as client:
        client.send(b"".join(post("/echo", body) for body in bodies) + get("/echo", "Connection: close"))
        for body in bodies:
            reply = client.take()
            assert reply.body == body and not reply.closes
        assert client.take().closes
        assert client.rest() == b""


def test_requests_without_waiting_for_slow_answers():
    with SERVICE.client() as client:
        client.send(get("/delay/200") + get("/echo") + get("/stream/3/5") + get("/delay/1") + get("/pid"))
        assert client.take().body == b"late"
        assert client.take().body.startswith(b"GET\n/echo")
        assert client.take().body == b"y" * 15
        assert client.take().body == b"late"
        assert client.take().status == 200


def test_what_comes_during_an_answer_is_not_all_read():
    """A client that floods while its request is handled fills its own socket, not our memory."""
    with SERVICE.client() as client:
        client.socket.settimeout(2)
        client.send(get("/held"))
        sent = 0
        try:
            while sent < 64 * 1024 * 1024:
                sent += client.socket.send(b"x" * 65536)
        except TimeoutError:
            pass
        assert sent < 64 * 1024 * 1024, "it was all read"
        assert SERVICE.ask(get("/release")).body == b"released"


def test_a_client_may_end_its_side():
    with SERVICE.client() as client:
        client.send(get("/delay/200"))
        client.end()
        reply = client.take()
        assert reply.body == b"late" and client.rest() == b""
    # The end may be noticed before the second request had its turn.
    for _ in range(50):
        with SERVICE.client() as client:
            client.send(post("/echo", b"a" * 5000) + get("/echo"))
            client.end()
            assert client.take().status == 200 and client.take().status == 200
            assert client.rest() == b""
    with SERVICE.client() as client:
        client.send(get("/delay/200") + b"GET /echo HT")
        client.end()
        assert client.take().body == b"late" and client.rest() == b""


def test_a_client_may_ask_for_the_end():
    for option in ("close", "Close", "keep-alive, close", " close , x"):
        raw = SERVICE.raw(get("/echo", f"Connection: {option}") + SECOND)
        reply = Reply(raw)
        assert reply.status == 200 and reply.closes and reply.rest == b""


def test_heads_alone():
    whole = SERVICE.ask(get("/large/1000"))
    with SERVICE.client() as client:
        head = client.ask(get("/large/1000", method="HEAD"), head_only=True)
        assert head.status == 200 and head.body == b""
        assert head.headers["content-length"] == "1000" == whole.headers["content-length"]
        stream = client.ask(get("/stream/3/1000", method="HEAD"), head_only=True)
        assert stream.status == 200
        missing = client.ask(get("/nowhere", method="HEAD"), head_only=True)
        assert missing.status == 404
        assert client.ask(get("/echo")).status == 200


def test_expectations():
    with SERVICE.client() as client:
        client.send(get("/echo", "Expect: 100-continue", "Content-Length: 5",
                        "Content-Type: application/octet-stream", method="POST"))
        assert client.take().status == 100
        client.send(b"hello")
        assert client.take().body == b"hello"
        # What has come need not be asked for.
        assert client.ask(post("/echo", b"there", "Expect: 100-Continue")).body == b"there"
        assert client.ask(get("/echo", "Expect: 100-continue")).status == 200


def test_streams():
    with SERVICE.client() as client:
        for pieces, length in ((0, 0), (1, 1), (3, 0), (100, 100), (5, 100000)):
            reply = client.ask(get(f"/stream/{pieces}/{length}"))
            assert reply.chunked and "content-length" not in reply.headers
            assert reply.body == b"y" * (pieces * length), (pieces, length, len(reply.body))


def test_streams_that_fail():
    for pieces in (0, 3):
        reply = Reply(SERVICE.raw(get(f"/broken/{pieces}/1000")))
        assert reply.status == 200 and not reply.whole


def test_large_replies():
    with SERVICE.client() as client:
        for length in (0, 1, 65536, 10_000_000):
            assert len(client.ask(get(f"/large/{length}")).body) == length


def test_an_answer_that_cannot_be_spelt():
    with SERVICE.client() as client:
        assert client.ask(get("/unsound")).problem == "internal"
        assert client.ask(get("/echo")).status == 200
    assert SERVICE.events("reply-unsound")


# --- routes ---

def problem(data):
    """A refusal by a route: the connection goes on."""
    with SERVICE.client() as client:
        reply = client.ask(data)
        assert not reply.closes and client.ask(get("/echo")).status == 200
        return reply.status, reply.problem


def test_nothing_there():
    for path in ("/", "/nowhere", "/echo/", "/echo/x", "//echo", "/ECHO", "/%65cho", "/stream/1",
                 "/stream/1/", "/stream//1", "/stream/1/2/3", "/v1/healthy"):
        assert problem(get(path)) == (404, "not-found"), path


def test_other_methods():
    for method in ("PATCH", "OPTIONS", "TRACE", "get", "X"):
        assert problem(get("/echo", method=method)) == (405, "method"), method
    reply = SERVICE.ask(get("/small", method="DELETE"))
    assert reply.headers["allow"] == "POST"
    reply = SERVICE.ask(get("/echo", method="PATCH"))
    assert reply.headers["allow"] == "GET, HEAD, POST, PUT, DELETE"
    assert problem(get("/v1/health", method="PUT")) == (405, "method")


def test_bodies_that_routes_refuse():
    assert problem(post("/small", b"a" * 17)) == (413, "too-large")
    assert SERVICE.ask(post("/small", b"a" * 16)).status == 200
    assert problem(post("/small", b"a", kind="text/plain")) == (415, "type")
    assert problem(post("/small", b"a", kind="application/octet-streams")) == (415, "type")
    assert SERVICE.ask(post("/small", b"a", kind="Application/Octet-Stream; x=y")).status == 200
    assert problem(get("/small", "Content-Length: 0", method="POST")) == (415, "type")
    assert problem(get("/small", method="POST")) == (411, "length")
    assert problem(post("/echo", b"a", method="GET")) == (400, "bad-request")
    assert problem(post("/bare", b"a")) == (400, "bad-request")
    assert SERVICE.ask(get("/bare", method="POST")).status == 200


def test_problems():
    names = []
    for number in range(15):
        reply = SERVICE.ask(get(f"/problem/{number}"))
        names.append(reply.problem)
        assert (reply.status == 503) == ("retry-after" in reply.headers)
        assert (reply.status == 401) == ("www-authenticate" in reply.headers)
    assert len(set(names)) == 15, names
    names = [SERVICE.ask(get(f"/refusal/{number}")).problem for number in range(1, 27)]
    assert len(set(names)) == 26 and "stale" in names, names


# --- clients that leave ---

def test_clients_that_leave():
    whole = post("/echo", b"a" * 1000)
    for cut in (0, 1, 10, len(whole) - 1000, len(whole) - 500, len(whole) - 1, len(whole)):
        for leave in (Client.reset, lambda client: client.socket.close()):
            client = SERVICE.client()
            client.send(whole[:cut])
            leave(client)
    for data in (get("/delay/300"), get("/large/5000000"), get("/stream/100/100000"), get("/echo") * 50,
                 b"GET /echo\nX"):
        for leave in (Client.reset, lambda client: client.socket.close()):
            client = SERVICE.client()
            client.send(data)
            leave(client)
    SERVICE.serves()


def test_a_request_that_ends_early_is_not_handled():
    for data in (b"", b"GET", get("/echo")[:-1], post("/echo", b"abc")[:-1]):
        with SERVICE.client() as client:
            client.send(data)
            client.end()
            assert client.rest() == b"", data


# --- what is left of it all ---

def test_nothing_of_a_request_is_logged():
    token = "0123456789secret"
    for data in (get("/" + token), get("/echo?" + token, f"X-{token}: {token}"), line(token.encode()),
                 start(b"GET " + token.encode() + b" HTTP/1.1"), post("/" + token, token.encode()),
                 with_body(b"Content-Length: " + token.encode())):
        SERVICE.raw(data.replace(b"Host: x", b"Host: x\r\nConnection: close"))
    assert token not in SERVICE.log()
    assert SERVICE.events("request-refused"), "refusals are logged"
    log = SERVICE.log().replace(SERVICE.address, "").replace(SERVICE.officers, "")
    assert "127.0.0.1" not in log, "an address of a client is logged"


def test_it_stops_without_a_leak():
    SERVICE.stop()


def main():
    cases = [hostile_case(*row) for row in HOSTILE]
    cases += [value for name, value in globals().items() if name.startswith("test_")]
    with SERVICE:
        return run(cases)


if __name__ == "__main__":
    sys.exit(main())
