def linear_forward(x, weight, bias):
    if x.shape[1] != weight.shape[0] or bias.shape[0] != weight.shape[1]:
        raise ValueError("x, weight and bias do not fit together")
    return x @ weight + bias, (x, weight)


def linear_backward(dout, cache):
    x, weight = cache
    if dout.shape != (len(x), weight.shape[1]):
        raise ValueError("dout has the wrong shape")
    return dout @ weight.T, x.T @ dout, dout.mean(axis=0)
