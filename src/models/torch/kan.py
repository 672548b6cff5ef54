"""Kolmogorov-Arnold network (arXiv 2408.08338): every connection learns its own curve."""
import torch

from condenser_kan import DenseKan, KanLayer

SQUASH = {'bspline': torch.tanh, 'cheby': torch.tanh, 'relu': torch.sigmoid}


def build(image, classes, space, width, layers, side):
    squash = SQUASH.get(space, lambda x: x)
    return DenseKan(image, classes, width, layers, side, lambda _, inputs: KanLayer(space, inputs, width), squash)
