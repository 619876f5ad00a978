"""Reference layers."""


def linear_forward(x, weight, bias):
    """Return x @ weight + bias."""
    if x.shape[1:] != weight.shape[:1]:
        raise ValueError(f"x of shape {x.shape} does not fit weight of shape {weight.shape}")
    if bias.shape != weight.shape[1:]:
        raise ValueError(f"bias of shape {bias.shape} does not fit weight of shape {weight.shape}")
    return x @ weight + bias, (x, weight)  # (N, fan_in) @ (fan_in, fan_out) + (fan_out,)


def linear_backward(dout, cache):
    """Chain rule for x @ weight + bias (Goodfellow et al., Deep Learning, section 6.5.6)."""
    x, weight = cache
    if dout.shape != (x.shape[0], weight.shape[1]):
        raise ValueError(f"dout has shape {dout.shape}, the output has {(x.shape[0], weight.shape[1])}")
    dx = dout @ weight.T  # (N, fan_out) @ (fan_out, fan_in)
    dweight = x.T @ dout  # (fan_in, N) @ (N, fan_out)
    return dx, dweight, dout.sum(axis=0)
