"""Fully connected network."""
import math

import torch.nn.functional as F

from condenser_models import Dense, Network


class Mlp(Network):
    def __init__(self, image, classes, width, layers):
        super().__init__([f'stage{i + 1}' for i in range(layers)])
        sizes = [math.prod(image)] + [width] * layers
        for i, name in enumerate(self.names):
            setattr(self, name, Dense(sizes[i], width, he=True))
        self.head = Dense(width, classes)

    def through(self, name, x):
        return F.relu(getattr(self, name)(x.flatten(1)))[:, None, None]


build = Mlp
