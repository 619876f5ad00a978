"""The channel receives whole messages before the deadline, for any bytes of the other side."""

import socket
import threading
import time

import pytest

from backproof.confinement.channel import LARGEST_MESSAGE, Channel
from backproof.confinement.errors import ChannelClosedError, ChannelError, DeadlineError


@pytest.fixture
def sides():
    """Return a channel, and the bare socket of its other side."""
    own, other = socket.socketpair()
    with own, other:
        yield Channel(own), other


@pytest.mark.parametrize("size", [0, 1, 1000, 2**18 - 5, 2**18 - 4, 2**18, 2**20, LARGEST_MESSAGE])
def test_messages_arrive_whole_and_in_order(size):
    """Messages of every size arrive, one after the other, also two at once."""
    own, other = socket.socketpair()
    sender, receiver = Channel(own), Channel(other)
    first, second = bytes(i % 251 for i in range(min(size, 5000))).ljust(size, b"x"), b"second"

    def send():
        sender.send(first)
        sender.send(second)

    thread = threading.Thread(target=send)
    thread.start()
    assert receiver.receive(time.monotonic() + 20) == first
    assert receiver.receive(time.monotonic() + 20) == second
    thread.join()
    own.close()
    with pytest.raises(ChannelClosedError):
        receiver.receive()
    other.close()


@pytest.mark.parametrize(("announced", "pause"), [(100, 0.01), (2**20, 0.0005)])
def test_a_message_that_trickles_in_is_not_waited_for_beyond_the_deadline(sides, announced, pause):
    """Single bytes do not extend the deadline, which is that of the whole message."""
    channel, other = sides
    stop = threading.Event()

    def trickle():
        other.send(announced.to_bytes(4, "little"))
        while not stop.wait(pause):
            other.send(b"x")

    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        with pytest.raises(DeadlineError):
            channel.receive(time.monotonic() + 0.3)
    finally:
        stop.set()
        thread.join()


def test_an_announced_size_is_checked_before_reading(sides):
    """Four gigabytes are refused when they are announced."""
    channel, other = sides
    other.send(b"\xff\xff\xff\xff")
    with pytest.raises(ChannelError, match="4095 MB"):
        channel.receive(time.monotonic() + 5)
