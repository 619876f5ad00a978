"""The channel between examiner and candidate: whole messages over a socket, each with its length before it."""

import os
import select
import socket
import time

from backproof.confinement.errors import ChannelClosedError, ChannelError, DeadlineError

# The largest array of a check is a weight of 512 × 512 in float64: 2 MB.
LARGEST_MESSAGE = 16 * 2**20
# Nine of ten calls, and of the pauses between them, are shorter.
SLEEPLESS_SECONDS = 1e-3
_LENGTH_BYTES = 4
_CHUNK = 2**18


class Output:
    """The output that the other side prints: read so that the other side never blocks, and cut.

    Parameters
    ----------
    descriptor : int
        The reading end of a pipe.
    most_bytes : int
        How much is stored.
    """

    def __init__(self, descriptor: int, most_bytes: int) -> None:
        os.set_blocking(descriptor, False)
        self.descriptor = descriptor
        self._room = most_bytes
        self._stored = bytearray()

    @property
    def text(self) -> str:
        """The output, as far as it is stored."""
        return self._stored.decode(errors="replace")

    def drain(self) -> bool:
        """Read what has arrived, and return whether more may follow."""
        try:
            data = os.read(self.descriptor, _CHUNK)
        except BlockingIOError:
            return True
        self._stored += data[: max(0, self._room - len(self._stored))]
        return bool(data)

    def close(self) -> None:
        """Close the pipe."""
        os.close(self.descriptor)


class Channel:
    """Sends and receives whole messages.

    Parameters
    ----------
    connection : socket
    output : Output, optional
        Drained while waiting for the other side, which a full pipe would block.
    """

    def __init__(self, connection: socket.socket, output: Output | None = None) -> None:
        connection.setblocking(False)
        self._socket = connection
        self._output = output
        # Bytes that no message has used yet lie at the beginning: most messages fit whole.
        self._chunk = memoryview(bytearray(_CHUNK))
        self._unread = 0
        # On a single core the other side could not reply meanwhile.
        has_cores = hasattr(os, "sched_getaffinity") and len(os.sched_getaffinity(0)) > 1
        self._sleepless_seconds = SLEEPLESS_SECONDS if has_cores else 0.0
        self._poll = select.poll()
        if output is not None:
            self._poll.register(output.descriptor, select.POLLIN)

    def fileno(self) -> int:
        """Return the descriptor."""
        return self._socket.fileno()

    def close(self) -> None:
        """Close this side, which the other side detects."""
        self._socket.close()

    def is_idle(self) -> bool:
        """Return whether the other side is connected and has sent nothing that was not received."""
        self._poll.register(self._socket, select.POLLIN)
        return not self._unread and self._socket.fileno() not in dict(self._poll.poll(0))

    def send(self, message: bytes, deadline: float | None = None) -> None:
        """Send a message before the deadline, a time of :func:`time.monotonic`.

        Raises
        ------
        ChannelError
        """
        if len(message) > LARGEST_MESSAGE:
            raise ChannelError(f"a message of {len(message) >> 20} MB; at most {LARGEST_MESSAGE >> 20} MB can be sent")
        length = len(message).to_bytes(_LENGTH_BYTES, "little")
        if len(message) < _CHUNK:
            self._send_all(memoryview(length + message), deadline)
        else:
            # A large message is not copied to add four bytes.
            self._send_all(memoryview(length), deadline)
            self._send_all(memoryview(message), deadline)

    def _send_all(self, rest: memoryview, deadline: float | None) -> None:
        while rest:
            try:
                rest = rest[self._socket.send(rest) :]
            except BlockingIOError:
                self._wait(select.POLLOUT, deadline)
            except OSError as error:
                raise ChannelClosedError(error.strerror) from error

    def receive(self, deadline: float | None = None) -> bytes | bytearray:
        """Return the next message.

        Raises
        ------
        ChannelError
        """
        self._read_until(_LENGTH_BYTES, deadline)
        size = int.from_bytes(self._chunk[:_LENGTH_BYTES], "little")
        if size > LARGEST_MESSAGE:
            raise ChannelError(f"an answer of {size >> 20} MB; at most {LARGEST_MESSAGE >> 20} MB are read")
        end = _LENGTH_BYTES + size
        if end > _CHUNK:
            return self._receive_large(size, deadline)
        self._read_until(end, deadline)
        message = bytes(self._chunk[_LENGTH_BYTES:end])
        self._unread -= end
        if self._unread:
            self._chunk[: self._unread] = self._chunk[end : end + self._unread]
        return message

    def _read_until(self, end: int, deadline: float | None) -> None:
        """Read until the chunk holds so many bytes."""
        while self._unread < end:
            self._unread += self._read(self._chunk[self._unread :], deadline)

    def _receive_large(self, size: int, deadline: float | None) -> bytearray:
        """Return a message that is larger than the chunk, read into memory of its own."""
        message = bytearray(size)
        have = self._unread - _LENGTH_BYTES
        message[:have] = self._chunk[_LENGTH_BYTES : self._unread]
        self._unread = 0
        room = memoryview(message)
        while have < size:
            have += self._read(room[have:], deadline)
        return message

    def _read(self, room: memoryview, deadline: float | None) -> int:
        """Read some bytes and return how many; poll for a moment first: waking up takes longer than most calls."""
        begin = time.monotonic()
        if deadline is not None and begin > deadline:
            raise DeadlineError("no answer in time")
        while not (count := self._read_at_once(room)):
            if time.monotonic() > begin + self._sleepless_seconds:
                self._wait(select.POLLIN, deadline)
            else:
                os.sched_yield()
        return count

    def _read_at_once(self, room: memoryview) -> int:
        try:
            count = self._socket.recv_into(room)
        except BlockingIOError:
            return 0
        except OSError as error:
            raise ChannelClosedError(error.strerror) from error
        if not count:
            raise ChannelClosedError("the other side is gone")
        return count

    def _wait(self, event: int, deadline: float | None) -> None:
        """Wait until the socket can be read or written."""
        self._poll.register(self._socket, event)
        left = None if deadline is None else 1000 * (deadline - time.monotonic())
        ready = self._poll.poll(left) if left is None or left > 0 else []
        if not ready:
            raise DeadlineError("no answer in time")
        for descriptor, _ in ready:
            if self._output is not None and descriptor == self._output.descriptor and not self._output.drain():
                self._poll.unregister(descriptor)
