"""What the scripts that take their gradients from PyTorch share (Debian package python3-torch).  All is in double
precision; sequences are (N, T, .), batch first.
"""
import torch

torch.set_default_dtype(torch.float64)


class Drawn:
    """Tensors of three decimals, which single precision nearly holds."""

    def __init__(self, random):
        self.random = random

    def __call__(self, *shape, size=1.0, about=0.0):
        return torch.tensor((about + size * self.random.normal(size=shape)).round(3), requires_grad=True)


def time_major(sequences):
    return array(sequences.transpose(0, 1))


def array(tensor):
    return tensor.detach().numpy().copy()


def gradients(loss, tensors):
    return [array(g) for g in torch.autograd.grad(loss, tensors)]
