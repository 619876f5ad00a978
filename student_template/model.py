"""A model in PyTorch: the checks hold for every architecture."""


def build_model(num_features, num_classes):
    """Make an untrained classifier.

    Its weights come from torch's global generator, as modules draw them; it returns logits.

    Parameters
    ----------
    num_features : int
    num_classes : int

    Returns
    -------
    model : torch.nn.Module
        Takes an array (N, num_features) and returns logits (N, num_classes).

    References
    ----------
    Karpathy, A Recipe for Training Neural Networks, 2019.
    """
    raise NotImplementedError
