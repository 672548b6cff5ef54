"""S-ConvKAN (arXiv 2408.08338): convolutions whose weights are learned curves."""
from torch import nn

from condenser_kan import FAMILIES, Choosing, Select, shrink
from condenser_models import BatchNorm, Dense


class ConvKan(Choosing):
    def __init__(self, image, classes, space, width, layers, side, **selection):
        super().__init__([f'stage{i + 1}' for i in range(layers)])
        (h, w, c), self.side = image, side
        h, w, pool = min(h, side), min(w, side), list(FAMILIES) if space == 'all' else [space]
        self.set_up(pool, **selection)
        for i, name in enumerate(self.names):
            made = {'kan': Select(self, 9, c, width * 2**i, pool), 'norm': BatchNorm(width * 2**i)}
            setattr(self, name, nn.ModuleDict(made))
            h, w, c = (h - 1) // 2 + 1, (w - 1) // 2 + 1, width * 2**i
        self.head = Dense(min(h, 4) * min(w, 4) * c, classes)

    def begin(self, x):
        return shrink(x, self.side)

    def through(self, name, x):
        stage = getattr(self, name)
        return stage['norm'](stage['kan'](x))

    def finish(self, x):
        return x, shrink(x, 4).flatten(1)


build = ConvKan
