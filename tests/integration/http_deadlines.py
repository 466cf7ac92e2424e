#!/usr/bin/env python3
"""Clients that are slow, too many, or do not take what they asked for: each is cut off when its time
is over, and others are served. No time is asserted but that it ends at all.

Usage: http_deadlines.py; finds the programs in BUILD_ROOT. Says what it found as TAP.
"""

import os
import select
import sys
import time

sys.dont_write_bytecode = True  # the sources stay as they are
from http_client import BOUND, Client, Reply, Service, get, post, run, until

SURPLUS = 64  # HTTP_SURPLUS


def strict(**settings):
    """A service of short patience. A request that is sent at once has many times what it needs."""
    values = {"server.request_seconds": 3, "server.reply_seconds": 3, "server.idle_seconds": 3}
    values.update({f"server.{key}": value for key, value in settings.items()})
    return Service(values)


def trickle(client, data):
    """Sends a byte now and then until the service has had enough; returns what it answered."""
    client.socket.settimeout(0.2)
    end = time.monotonic() + BOUND
    sent = 0
    while time.monotonic() < end:
        if sent < len(data) - 1:
            client.try_send(data[sent:sent + 1])
            sent += 1
        try:
            data_back = client.socket.recv(65536)
        except TimeoutError:
            continue
        except ConnectionError:
            return client.buffer
        if not data_back:
            return client.buffer
        client.buffer += data_back
    raise AssertionError("a client that trickles is never cut off")


def cut_off(data):
    with strict() as service, service.client() as client:
        reply = Reply(trickle(client, data))
        assert (reply.status, reply.problem) == (408, "timeout"), reply.status
        assert reply.closes and reply.rest == b""
        service.serves()
        service.stop()


def test_a_head_that_trickles():
    cut_off(get("/echo", "X-Test: " + "a" * 4000))


def test_a_body_that_trickles():
    whole = post("/echo", b"a" * 4000)
    cut_off(whole)
    with strict() as service, service.client() as client:
        client.send(whole[:-4000])
        reply = Reply(trickle(client, whole[-4000:]))
        assert (reply.status, reply.problem) == (408, "timeout"), reply.status
        service.stop()


def test_a_head_that_stops():
    with strict() as service:
        for data in (get("/echo")[:-2], post("/echo", b"abc")[:-1], b"G"):
            with service.client() as client:
                client.send(data)
                reply = Reply(client.rest())
                assert (reply.status, reply.problem) == (408, "timeout"), reply.status
        service.serves()
        service.stop()


def test_a_second_request_that_trickles():
    with strict() as service, service.client() as client:
        assert client.ask(get("/echo")).status == 200
        assert Reply(trickle(client, get("/echo", "X-Test: " + "a" * 4000))).status == 408
        service.serves()
        service.stop()


def test_a_client_that_says_nothing():
    with strict() as service, service.client() as client:
        assert client.rest() == b""
        service.serves()
        service.stop()


def test_a_client_that_says_no_more():
    with strict() as service, service.client() as client:
        assert client.ask(get("/echo")).status == 200
        assert client.rest() == b""
        service.serves()
        service.stop()


def test_a_client_that_is_told_to_go_on_and_does_not():
    with strict() as service, service.client() as client:
        client.send(get("/echo", "Expect: 100-continue", "Content-Length: 5", method="POST"))
        assert client.take().status == 100
        assert Reply(client.rest()).status == 408
        service.stop()


def hung_up(client):
    """Waits, without reading, until the service has ended the connection."""
    poll = select.poll()
    poll.register(client.socket, 0)
    return poll.poll(BOUND * 1000)


def test_a_client_that_does_not_read():
    with strict() as service, service.client(small=True) as client:
        client.send(get("/large/30000000"))
        assert hung_up(client), "it is never cut off"
        assert len(client.rest()) < 30000000
        service.serves()
        service.stop()


def test_a_client_that_does_not_read_a_stream():
    with strict() as service, service.client(small=True) as client:
        client.send(get("/stream/100/1000000"))
        assert hung_up(client), "it is never cut off"
        assert len(client.rest()) < 100000000
        until(lambda: service.events("stream-gone"), "the stream learns of it")
        service.serves()
        service.stop()


def test_a_client_that_does_not_take_its_refusal():
    with strict() as service, service.client() as client:
        client.send(b"nonsense\n")
        # It goes on sending; the service lingers, but not for ever.
        end = time.monotonic() + BOUND
        while client.try_send(b"x" * 1000):
            assert time.monotonic() < end, "it is never cut off"
            time.sleep(0.05)
        service.serves()
        service.stop()


def test_slow_handlers_are_waited_for():
    """The deadlines are the client's, not ours."""
    with strict() as service:
        with service.client() as client:
            assert client.ask(get("/delay/8000")).body == b"late"
        service.stop()


def test_many_slow_clients_do_not_keep_others_out():
    with strict(connections=200) as service:
        clients = [service.client() for _ in range(150)]
        for number, client in enumerate(clients):
            client.send(get("/echo")[:number % 30])
        for _ in range(20):
            service.serves()
        for client in clients:
            client.rest()
            client.socket.close()
        service.stop()


def test_more_clients_than_are_allowed():
    with Service({"server.connections": 8}) as service:
        kept = [service.client() for _ in range(8)]
        for client in kept:
            assert client.ask(get("/echo")).status == 200
        for _ in range(3):
            reply = Reply(service.raw(get("/echo")))
            assert (reply.status, reply.problem) == (503, "busy")
            assert reply.closes and int(reply.headers["retry-after"]) > 0
        # Those who are in go on being served; when one leaves, another can come.
        for client in kept:
            assert client.ask(get("/echo")).status == 200
        kept.pop().socket.close()

        def one_comes_in():
            raw = service.raw(get("/echo", "Connection: close"))
            return raw and Reply(raw).status == 200

        until(one_comes_in, "a place is free again")
        for client in kept:
            client.socket.close()
        service.stop()


def test_a_flood():
    with Service({"server.connections": 8, "server.idle_seconds": 3600}) as service:
        kept = [service.client() for _ in range(8)]
        for client in kept:
            assert client.ask(get("/echo")).status == 200
        flood = []
        for _ in range(8 + 2 * SURPLUS):
            try:
                flood.append(service.client())
            except OSError:
                pass
        answers = [client.rest() for client in flood]
        told = [Reply(answer) for answer in answers if answer]
        assert told and all(reply.problem == "busy" for reply in told)
        for client in kept:
            assert client.ask(get("/echo")).status == 200
        for client in flood + kept:
            client.socket.close()
        until(lambda: Reply(service.raw(get("/echo", "Connection: close")) or
                            b"HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n").status == 200,
              "it serves again")
        service.stop()


def test_the_officers_have_places_of_their_own():
    with Service({"server.connections": 1}) as service:
        with service.client() as kept:
            assert kept.ask(get("/echo")).status == 200
            assert Reply(service.raw(get("/echo"))).status == 503
            with Client(service.officers) as officer:
                assert officer.ask(get("/echo")).status == 200
        service.stop()


def test_no_descriptor_is_left_open():
    with Service() as service:
        folder = f"/proc/{service.worker()}/fd"
        before = len(os.listdir(folder))
        clients = [service.client() for _ in range(50)]
        for number, client in enumerate(clients):
            client.send((get("/echo"), get("/delay/100"), b"bad\n", b"GET", get("/stream/2/2"))[number % 5])
        for number, client in enumerate(clients):
            if number % 2:
                client.reset()
            else:
                client.socket.close()
        # The one who asks has a connection too.
        until(lambda: len(os.listdir(folder)) <= before, "all are closed")
        service.stop()


if __name__ == "__main__":
    sys.exit(run([value for name, value in list(globals().items()) if name.startswith("test_")],
                 at_once=6))
