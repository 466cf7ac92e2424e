#!/usr/bin/env python3
"""The processes of the service: workers that are killed, stopped or cannot begin, the parent killed,
the service told to stop, and the sockets it listens on.

Usage: service_processes.py; finds the programs in BUILD_ROOT. Says what it found as TAP.
"""

import fcntl
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading

sys.dont_write_bytecode = True  # the sources stay as they are
from http_client import BOUND, ECHO, Client, Reply, Service, alive, get, run, state, until


def test_health_and_readiness():
    with Service() as service:
        for path in ("/v1/health", "/v1/readiness"):
            reply = service.ask(get(path))
            assert reply.status == 200 and reply.headers["content-type"] == "application/json"
            assert service.ask(get(path, method="HEAD"), head_only=True).status == 200
        assert service.ask(get("/v1/health?x")).status == 200
        service.stop()
    with Service(environment={"ECHO_READY": "no"}) as service:
        assert service.ask(get("/v1/health")).status == 200
        reply = service.ask(get("/v1/readiness"))
        assert (reply.status, reply.problem) == (503, "unavailable")
        assert b"ECHO_READY says so" in reply.body
        service.stop()


def test_as_many_workers_as_asked():
    with Service({"server.workers": 3, "jobs.workers": 2}) as service:
        until(lambda: len(service.events("worker-started")) == 3, "three workers begin")
        until(lambda: len(service.events("job-worker-started")) == 2, "two job workers begin")
        assert len(service.children()) == 5
        children = service.children()
        service.stop()
        assert not any(alive(child) for child in children)
        assert len(service.events("child-ended", kind="worker")) == 3
        assert len(service.events("child-ended", kind="job-worker")) == 2


def test_a_worker_that_is_killed_is_replaced():
    with Service() as service:
        for _ in range(3):
            worker = service.worker()
            started = len(service.events("worker-started"))
            os.kill(worker, signal.SIGKILL)
            until(lambda: len(service.events("worker-started")) > started, "another begins")
            assert service.worker() != worker
        assert len(service.events("child-ended", signal=9)) == 3
        service.signal(signal.SIGTERM)
        assert service.wait() == 0


def test_others_serve_while_one_is_replaced():
    with Service({"server.workers": 2}) as service:
        until(lambda: len(service.events("worker-started")) == 2, "two workers begin")
        os.kill(service.worker(), signal.SIGKILL)
        for _ in range(50):
            service.serves()
        service.signal(signal.SIGTERM)
        assert service.wait() == 0


def test_others_serve_while_one_is_stopped():
    with Service({"server.workers": 2}) as service:
        until(lambda: len(service.events("worker-started")) == 2, "two workers begin")
        frozen = service.worker()
        os.kill(frozen, signal.SIGSTOP)
        until(lambda: state(frozen) == "T", "it stops")
        for _ in range(50):
            service.serves()
        os.kill(frozen, signal.SIGCONT)
        service.stop()


def test_requests_of_a_killed_worker_end():
    with Service() as service, service.client() as client:
        pid = int(client.ask(get("/pid")).body)
        client.send(get("/never"))
        os.kill(pid, signal.SIGKILL)
        assert client.rest() == b""
        service.serves()
        service.signal(signal.SIGTERM)
        assert service.wait() == 0


def test_workers_that_end_at_once_are_started_less_and_less_often():
    with Service(environment={"ECHO_CRASH": "0"}, wait=False) as service:
        until(lambda: len(service.events("child-ended", status=77)) >= 5, "it tries again")
        pauses = [int(re.search(r"pause_ms=(\d+)", line)[1]) for line in service.events("child-ended")]
        assert pauses[:5] == [100, 200, 400, 800, 1600], pauses
        service.signal(signal.SIGTERM)
        assert service.wait() == 0


def test_a_configuration_that_no_worker_can_use():
    with Service({"server.workers": 2}, {"ECHO_BEGIN": "refuse"}, wait=False) as service:
        assert service.wait() == 2
        assert "no worker could begin" in service.log()
        assert service.events("worker-cannot-begin")


def test_workers_that_cannot_begin_now():
    with Service(environment={"ECHO_BEGIN": "fail"}, wait=False) as service:
        until(lambda: len(service.events("worker-cannot-begin")) >= 3, "it tries again")
        assert service.process.poll() is None
        service.signal(signal.SIGTERM)
        assert service.wait() == 0


def refuses(address):
    try:
        with Client(address):
            return False
    except OSError:
        return True


def test_a_request_under_way_is_answered():
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        with Service() as service, service.client() as client, service.client() as half:
            client.send(get("/held"))
            half.send(get("/release")[:10])
            service.serves()  # so both are with the worker by now
            service.signal(number)
            until(lambda: service.events("worker-stopping"), "the worker hears of it")
            until(lambda address=service.address: refuses(address), "nobody is let in")
            half.send(get("/release")[10:])
            reply = half.take()
            assert reply.body == b"released" and reply.closes and half.rest() == b""
            reply = client.take()
            assert reply.body == b"late" and reply.closes and client.rest() == b""
            service.ended_well()


def test_idle_connections_are_closed_on_the_way_out():
    with Service() as service, service.client() as client, service.client() as silent:
        assert client.ask(get("/echo")).status == 200
        service.serves()
        service.signal(signal.SIGTERM)
        assert client.rest() == b"" and silent.rest() == b""
        service.ended_well()


def test_streams_are_ended_on_the_way_out():
    with Service() as service, service.client(small=True) as client:
        client.send(get("/stream/50/100000"))
        service.serves()
        service.signal(signal.SIGTERM)
        until(lambda: service.events("worker-stopping"), "the worker hears of it")
        reply = client.take()
        assert len(reply.body) == 5000000 and client.rest() == b""
        service.ended_well()


def gives_up():
    """Whether a worker that cannot end gave up by itself: it has a second before it is killed."""
    with Service({"server.stop_seconds": 1}) as service, service.client() as client:
        client.send(get("/never"))
        service.serves()
        service.signal(signal.SIGTERM)
        assert service.wait() == 0 and client.rest() == b""
        given_up = service.events("worker-gives-up", pending=1)
        assert given_up or service.events("children-killed")
        return given_up


def test_nobody_waits_for_ever():
    assert any(gives_up() for _ in range(10)), "workers do not give up by themselves"


def test_frozen_workers_are_killed():
    with Service({"server.stop_seconds": 1}) as service:
        worker = service.worker()
        os.kill(worker, signal.SIGSTOP)
        service.signal(signal.SIGTERM)
        assert service.wait() == 0
        assert service.events("children-killed") and not alive(worker)


def test_told_twice_it_ends_at_once():
    with Service({"server.stop_seconds": 3600}) as service, service.client() as client:
        client.send(get("/never"))
        service.serves()
        service.signal(signal.SIGTERM)
        until(lambda: service.events("worker-stopping"), "the worker hears of it")
        service.signal(signal.SIGTERM)
        assert service.wait() == 0
        assert service.events("children-killed")


def test_children_of_a_killed_parent_end():
    with Service({"server.workers": 2, "jobs.workers": 1}) as service:
        until(lambda: len(service.events("worker-started")) == 2, "two workers begin")
        until(lambda: service.events("job-worker-started"), "a job worker begins")
        children = service.children()
        assert len(children) == 3
        with service.client() as client:
            client.send(get("/delay/1000"))
            service.serves()
            service.signal(signal.SIGKILL)
            service.wait()
            assert client.take().body == b"late"
        until(lambda: not any(alive(child) for child in children), "they end too")
        assert refuses(service.address)


def test_children_do_not_heed_the_terminal():
    """Ctrl-C goes to all processes of a terminal; the parent alone says when to stop."""
    with Service() as service:
        worker = service.worker()
        os.kill(worker, signal.SIGINT)
        os.kill(worker, signal.SIGHUP)
        for _ in range(10):
            assert service.worker() == worker
        service.stop()


def test_no_core_file_is_written():
    with Service() as service:
        for pid in (service.process.pid, service.worker()):
            with open(f"/proc/{pid}/limits", encoding="ascii") as file:
                assert re.search(r"Max core file size +0 +0 ", file.read())
        service.stop()


def test_sockets_of_the_file_system():
    with tempfile.TemporaryDirectory(prefix="beffroi-") as folder:
        try_sockets_at(os.path.join(folder, "socket"))


def try_sockets_at(path):
    with Service({"server.listen": "unix:" + path, "server.officers_listen": ""}) as service:
        assert service.address == "unix:" + path
        assert service.officers == ""
        assert stat.S_IMODE(os.stat(path).st_mode) == 0o660
        service.serves()
        # Another does not take its place.
        with Service({"server.listen": service.address}, wait=False) as second:
            assert second.wait() == 2 and "is in use" in second.log()
        service.serves()
        service.stop()
        assert not os.path.exists(path)
    # What a killed service left behind is no obstacle; what is no socket is.
    left = socket.socket(socket.AF_UNIX)
    left.bind(path)
    left.close()
    with Service({"server.listen": "unix:" + path}) as service:
        service.serves()
        service.stop()
    with open(path, "w", encoding="ascii"):
        pass
    with Service({"server.listen": "unix:" + path}, wait=False) as service:
        assert service.wait() == 2 and "no socket" in service.log()


def test_sockets_of_the_machine():
    with Service({"server.listen": "[::1]:0"}) as service:
        if service.address == "":
            return "there is no IPv6 here"
        assert service.address.startswith("http://[::1]:")
        service.serves()
        service.stop()
    with Service() as service:
        taken = service.address.removeprefix("http://")
        with Service({"server.listen": taken}, wait=False) as second:
            assert second.wait() == 3 and "Address already in use" in second.log()
        with Service({"server.officers_listen": taken}, wait=False) as second:
            assert second.wait() == 3
        service.stop()
    for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:0", "localhost:0", "127.0.0.1", "127.0.0.1:x",
                    "127.0.0.1:65536", "unix:relative", "unix:/" + "a" * 200, ""):
        with Service({"server.listen": address}, wait=False) as service:
            assert service.wait() == 2, address
            assert "line 2" in service.log(), service.log()
    return None


def test_a_port_can_be_had_again_at_once():
    with Service() as service:
        address = service.address.removeprefix("http://")
        with service.client() as client:
            assert client.ask(get("/echo")).status == 200
            service.signal(signal.SIGKILL)
            service.wait()
            client.rest()
    until(lambda: refuses("http://" + address), "its workers have ended")
    with Service({"server.listen": address}) as service:
        service.serves()
        service.stop()


def test_more_connections_than_descriptors():
    done = subprocess.run(
        ["bash", "-c", f'ulimit -n 1000; exec "{ECHO}"'], capture_output=True, check=False,
        timeout=BOUND, env={**os.environ, "BEFFROI_SERVER_CONNECTIONS": "2000",
                            "BEFFROI_SERVER_LISTEN": "127.0.0.1:0",
                            "BEFFROI_SERVER_OFFICERS_LISTEN": ""})
    assert done.returncode == 2 and b"ulimit" in done.stderr, done.stderr


def test_a_log_that_nobody_reads_stops_nothing():
    """A full pipe on standard error: lines are lost, requests are not."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, 65536)  # less than is said, whatever the system likes
    process = subprocess.Popen(
        [ECHO], stdout=subprocess.PIPE, stderr=writing,
        env={**os.environ, "BEFFROI_SERVER_LISTEN": "127.0.0.1:0", "BEFFROI_SERVER_WORKERS": "1",
             "BEFFROI_SERVER_OFFICERS_LISTEN": "", "BEFFROI_SERVER_LOG_LEVEL": "debug",
             "BEFFROI_JOBS_WORKERS": "0"})
    os.close(writing)
    try:
        address = process.stdout.readline().decode().strip()
        for _ in range(1500):
            with Client(address) as client:
                client.try_send(b"nonsense\n")
                assert Reply(client.rest()).status == 400
        with os.fdopen(reading, "rb") as file:
            lines = []

            def read():
                lines.extend(file)

            reader = threading.Thread(target=read)
            reader.start()
            with Client(address) as client:
                assert client.ask(get("/echo")).status == 200
            until(lambda: len(lines) > 100, "the log is read")
            with Client(address) as client:
                client.try_send(b"nonsense\n")
                assert Reply(client.rest()).status == 400
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=BOUND) == 0
            reader.join()
        assert any(b" dropped=" in line for line in lines)
        assert all(line.startswith(b"time=") and line.endswith(b"\n") for line in lines)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        process.stdout.close()


if __name__ == "__main__":
    sys.exit(run([value for name, value in list(globals().items()) if name.startswith("test_")],
                 at_once=3))
