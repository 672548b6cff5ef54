"""Blocks of 3x3 convolution, batch norm, ReLU and 2x2 max pooling."""
import math

import torch.nn.functional as F

from condenser_models import ConvNorm, Dense, Network, padded


def average2(x):
    """2x2 means with stride 2; a cell at the rim is a mean of fewer pixels."""
    return F.avg_pool2d(x.permute(0, 3, 1, 2), 2, ceil_mode=True, count_include_pad=False).permute(0, 2, 3, 1)


class Cnn(Network):
    def __init__(self, image, classes, width, blocks, head):
        super().__init__(['stem'] + [f'stage{i + 1}' for i in range(blocks)])
        (h, w, c), self.pools, self.shrinks = image, {}, 0
        for name in self.names[1:]:
            setattr(self, name, ConvNorm(c, width * 2**len(self.pools)))
            c = width * 2**len(self.pools)
            self.pools[name] = max(h, w) > 1
            if self.pools[name]:
                h, w = -(-h // 2), -(-w // 2)
        self.grid = head == 'grid'
        while self.grid and max(h, w) > 4:
            h, w, self.shrinks = -(-h // 2), -(-w // 2), self.shrinks + 1
        self.head = Dense(h * w * c if self.grid else c, classes)

    def through(self, name, x):
        """The first inner activation is taken before the pooling of the first stage."""
        if name == 'stem':
            return self.stage1(x)
        if name != 'stage1':
            x = getattr(self, name)(x)
        return F.max_pool2d(padded(x, 2, 2, -math.inf), 2).permute(0, 2, 3, 1) if self.pools[name] else x

    def finish(self, x):
        y = x
        for _ in range(self.shrinks):
            y = average2(y)
        return x, y.flatten(1) if self.grid else y.mean((1, 2))


build = Cnn
