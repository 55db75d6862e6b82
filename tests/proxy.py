"""A network to break: a TCP proxy before a server, which a test can cut, stall and slow down."""

import queue
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

CHUNK = 4096

Line = queue.SimpleQueue[tuple[float, bytes]]


class Proxy:
    """Pass on what comes in at `port`; each way of a connection runs in threads of its own.

    `latency` is in seconds each way, when slow. With `has_handshake` a new connection waits for a
    round trip, as over a real link; here the kernel accepts it at once. `sizes` has the number of
    bytes of all that was passed on.
    """

    def __init__(
        self,
        latency: float = 0.4,
        bytes_per_second: int = 400_000 // 8,
        *,
        has_handshake: bool = False,
    ) -> None:
        self.bytes_per_second = bytes_per_second
        self.has_handshake = has_handshake
        self.sizes: list[int] = []
        self._latency = latency
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.url = f"http://localhost:{self.port}"
        self.accepted = 0
        self.is_slow = False
        self._is_cut = False
        self._connections: list[Connection] = []
        self._target: int | str = 0

    @property
    def latency(self) -> float:
        """Return how many seconds later something arrives."""
        return self._latency if self.is_slow else 0

    def start(self, target: int | str) -> None:
        """Begin to pass on to this port, or to this file of a Unix socket."""
        self._target = target
        threading.Thread(target=self._accept, daemon=True).start()

    def cut(self) -> None:
        """Close all connections and refuse others, as a cable that is pulled."""
        self._is_cut = True
        for connection in self._connections:
            connection.close()
        self._connections.clear()

    def drop(self) -> None:
        """Close all connections; others can be made at once."""
        self.cut()
        self.heal()

    def stall(self) -> None:
        """Let nothing through the connections there are, and close none: they are half-open."""
        for connection in self._connections:
            connection.is_stalled = True

    def heal(self) -> None:
        """Let everything through again; what was half-open stays so."""
        self._is_cut = False

    def close(self) -> None:
        """End it all."""
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # the listener is closed when the test is over
            while True:
                visitor, _ = self._listener.accept()
                self.accepted += 1
                self._connect(visitor)

    def _connect(self, visitor: socket.socket) -> None:
        try:
            if self._is_cut:
                raise ConnectionRefusedError
            server = self._reach()
        except OSError:
            visitor.close()
            return
        self._connections.append(Connection(self, visitor, server))

    def _reach(self) -> socket.socket:
        if isinstance(self._target, int):
            return socket.create_connection(("127.0.0.1", self._target))
        server = socket.socket(socket.AF_UNIX)
        server.connect(self._target)
        return server


class Connection:
    """One connection of a visitor with the server."""

    def __init__(self, proxy: Proxy, visitor: socket.socket, server: socket.socket) -> None:
        self.is_stalled = False
        self._proxy = proxy
        self._ends = (visitor, server)
        for source, target in ((visitor, server), (server, visitor)):
            line: Line = queue.SimpleQueue()
            threading.Thread(target=self._read, args=(source, line), daemon=True).start()
            threading.Thread(target=self._write, args=(line, target), daemon=True).start()

    def close(self) -> None:
        """Close both ends, also under the threads that wait for them."""
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()

    def _read(self, source: socket.socket, line: Line) -> None:
        if self._proxy.has_handshake:
            time.sleep(2 * self._proxy.latency)
        with suppress(OSError):
            while data := source.recv(CHUNK):
                self._proxy.sizes.append(len(data))
                if self._proxy.is_slow:
                    time.sleep(len(data) / self._proxy.bytes_per_second)
                line.put((time.monotonic() + self._proxy.latency, data))
        line.put((time.monotonic() + self._proxy.latency, b""))

    def _write(self, line: Line, target: socket.socket) -> None:
        """Pass on until an end closes; what comes while stalled is lost."""
        with suppress(OSError):
            while True:
                due, data = line.get()
                time.sleep(max(0, due - time.monotonic()))
                if self.is_stalled:
                    continue
                if not data:
                    break
                target.sendall(data)
        self.close()


@contextmanager
def proxied(proxy: Proxy, target: int | str) -> Iterator[Proxy]:
    """Run the proxy before the port, or the Unix socket."""
    proxy.start(target)
    try:
        yield proxy
    finally:
        proxy.close()
