"""What can go wrong between examiner and candidate."""


class MalformedMessageError(Exception):
    """A message that the other side may not send."""


class ChannelError(Exception):
    """The channel cannot be used any more; the message is the reason."""


class ChannelClosedError(ChannelError):
    """The other side has closed its end."""


class DeadlineError(ChannelError):
    """The other side did not reply in time."""
