"""Hierarchical vision transformer: stages and patch merging of Swin (Liu et al. 2021), plain attention."""
import math

import torch.nn.functional as F
from torch import nn

from condenser_models import Block, Dense, Network, Patches, patch_size


class Merge(nn.Module):
    """2x2 neighbours of a map as one token, column by column."""

    def __init__(self, width):
        super().__init__()
        self.norm, self.reduce = nn.LayerNorm(4 * width), Dense(4 * width, 2 * width, bias=False)

    def forward(self, x):
        b, h, w, c = x.shape
        cells = x.reshape(b, h // 2, 2, w // 2, 2, c).permute(0, 1, 3, 4, 2, 5)
        return self.reduce(self.norm(cells.reshape(b, h // 2, w // 2, 4 * c)))


class Hvit(Network):
    def __init__(self, image, classes, patch, width, stages, blocks, heads):
        super().__init__(['stem'] + [f'stage{i + 1}' for i in range(stages)])
        heads = int(heads)
        width, patch = math.ceil(width / heads) * heads, patch_size(image, patch)
        step = patch * 2 ** (stages - 1)
        high, wide = (math.ceil(n / step) * step for n in image[:2])
        top, left = (high - image[0]) // 2, (wide - image[1]) // 2
        self.rim = (0, 0, left, wide - image[1] - left, top, high - image[0] - top)
        self.grid = high // patch, wide // patch
        self.stem = Patches([high, wide, image[2]], width, patch)
        for i, name in enumerate(self.names[1:]):
            made = nn.ModuleDict({'merge': Merge(width)} if i > 0 else {})
            width = 2 * width if i > 0 else width
            for b in range(blocks):
                made[f'block{b + 1}'] = Block(width, heads, 4 * width)
            setattr(self, name, made)
        self.norm, self.head = nn.LayerNorm(width), Dense(width, classes)

    def through(self, name, x):
        if name == 'stem':
            return self.stem(F.pad(x, self.rim)).unflatten(1, self.grid)
        for key, part in getattr(self, name).items():
            x = part(x) if key == 'merge' else part(x.flatten(1, 2)).reshape(x.shape)
        return x

    def finish(self, x):
        normed = self.norm(x)
        return normed, normed.mean((1, 2))


build = Hvit
