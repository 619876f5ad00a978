"""What can go wrong between examiner and candidate."""


class MalformedMessageError(Exception):
    """A message is none that the other side may send."""


class ChannelError(Exception):
    """Nothing more will be received; the message says why."""


class ChannelClosedError(ChannelError):
    """The other side has closed its end."""


class DeadlineError(ChannelError):
    """The other side did not reply in time."""
