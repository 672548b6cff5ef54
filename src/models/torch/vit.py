"""Vision transformer."""
import math

from torch import nn

from condenser_models import Block, Dense, Network, Patches, patch_size


class Vit(Network):
    def __init__(self, image, classes, patch, width, depth, heads):
        super().__init__(['stem'] + [f'stage{i + 1}' for i in range(depth)])
        heads = int(heads)
        width = math.ceil(width / heads) * heads
        self.stem = Patches(image, width, patch_size(image, patch))
        for name in self.names[1:]:
            setattr(self, name, Block(width, heads, 2 * width))
        self.norm, self.head = nn.LayerNorm(width), Dense(width, classes)

    def through(self, name, x):
        return getattr(self, name)(x)

    def finish(self, x):
        normed = self.norm(x)
        return normed, normed.mean(1)


build = Vit
