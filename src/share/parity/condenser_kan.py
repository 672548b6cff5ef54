"""Networks that learn their curves (KAN), and layers whose nodes choose among kinds of curves (S-KAN)."""
import math

import torch
import torch.nn.functional as F
from torch import nn

from condenser_models import BatchNorm, Dense, Network


def column(n, start, step, x):
    return (start + step * torch.arange(n).to(x))[:, None]


def bspline(x):
    """Cubic B-splines on 5 intervals of [-1, 1]; [rows, inputs] to [rows, 8, inputs], as all families."""
    v = ((x[:, None] - column(8, -1.4, 0.4, x)) / 0.4).abs()
    return (F.relu(2 - v) ** 3 - 4 * F.relu(1 - v) ** 3) / 6


def rbf(x):
    return (-(((x[:, None] - column(8, -2, 4 / 7, x)) / (4 / 7)) ** 2)).exp()


def cheby(x):
    t = [torch.ones_like(x), x]
    for _ in range(3):
        t.append(2 * x * t[-1] - t[-2])
    return torch.stack(t, 1)


def jacobi(x):
    p = [torch.ones_like(x), 2 * x]
    for i in range(2, 5):
        grow = (2 * i + 2) * (2 * i + 1) / (2 * i * (i + 2))
        back = i * i * (2 * i + 2) / (i * (i + 2) * 2 * i)
        p.append(grow * x * p[-1] - back * p[-2])
    return torch.stack(p, 1)


def mexican_hat(u):
    square = u.clamp(-20, 20) ** 2
    return (square - 1) * 2 / (math.sqrt(3) * math.pi ** 0.25) * (-square / 2).exp()


def wavelet(x):
    return mexican_hat(x[:, None] - column(3, -1, 1, x))


def relu_bumps(x, lo, hi):
    start, end = column(8, -0.6, 0.2, x) + lo, column(8, 0.2, 0.2, x) + hi
    return (F.relu(x[:, None] - start) * F.relu(end - x[:, None]) * 100 / 16) ** 2


def uniform(limit, *shape):
    return nn.Parameter((torch.rand(*shape) * 2 - 1) * limit)


class KanLayer(nn.Module):
    """A fully connected layer of one family of curves."""

    def __init__(self, space, inputs, outputs):
        super().__init__()
        self.space, limit = space, 1 / math.sqrt(inputs)
        size = {'bspline': 8, 'fast-rbf': 8, 'rbf': 8, 'cheby': 5, 'jacobi': 5, 'relu': 8}.get(space)
        spread = {'bspline': 0.01, 'fast-rbf': 0.1, 'rbf': 0.1, 'jacobi': 1 / (5 * inputs)}
        if space not in ('cheby', 'relu'):
            self.base = Dense(inputs, outputs, bias='rbf' in space)
            nn.init.uniform_(self.base.weight, -limit, limit)
        if space == 'wavelet':
            self.translation, self.scale = nn.Parameter(torch.zeros(outputs, inputs)), nn.Parameter(
                torch.ones(outputs, inputs))
            self.coef, self.norm = uniform(limit, outputs, inputs), BatchNorm(outputs)
        else:
            deviation = spread.get(space, 1 / math.sqrt(inputs * size))
            self.coef = nn.Parameter(torch.randn(size, inputs, outputs) * deviation)
        if space == 'bspline':
            self.scale = uniform(limit, inputs, outputs)
        if space in ('fast-rbf', 'jacobi'):
            self.norm = nn.LayerNorm(inputs if space == 'fast-rbf' else outputs)
        if space == 'relu':
            self.lo, self.hi = nn.Parameter(torch.zeros(8, inputs)), nn.Parameter(torch.zeros(8, inputs))

    def forward(self, x):
        space, sum_of = self.space, lambda basis, coef=self.coef: basis.flatten(1) @ coef.flatten(0, 1)
        if space == 'cheby':
            return sum_of(cheby(x.clamp(-1, 1)))
        if space == 'relu':
            return sum_of(relu_bumps(x, self.lo, self.hi))
        base = self.base(F.silu(x))
        if space == 'bspline':
            return base + sum_of(bspline(x), self.coef * self.scale)
        if space == 'wavelet':
            return self.norm((mexican_hat((x[:, None] - self.translation) / self.scale) * self.coef).sum(2) + base)
        if space == 'jacobi':
            return F.silu(self.norm(base + sum_of(jacobi(torch.tanh(x)))))
        return base + sum_of(rbf(self.norm(x) if space == 'fast-rbf' else x))


FAMILIES = {'bspline': (8, lambda x: bspline(torch.tanh(x))), 'rbf': (8, rbf),
            'cheby': (5, lambda x: cheby(torch.tanh(x))), 'wavelet': (3, wavelet)}


class Select(nn.Module):
    """A layer whose nodes choose among families: `places` positions of a window, `channels` inputs at each."""

    def __init__(self, owner, places, channels, outputs, pool):
        super().__init__()
        self.owner, self.pool, self.sizes = [owner], pool, (places, channels, outputs)
        nodes, total = places * channels, sum(FAMILIES[f][0] for f in pool)
        if len(pool) > 1:
            self.select = nn.Parameter(torch.zeros(nodes, len(pool)))
            if owner.selection == 'phases':
                self.register_buffer('kept', torch.zeros(nodes, len(pool)))
        for f in pool:
            self.register_parameter(f, nn.Parameter(
                torch.randn(places, FAMILIES[f][0], channels, outputs) / math.sqrt(nodes * total)))
        self.base = uniform(1 / math.sqrt(nodes), places, 1, channels, outputs)

    def shares(self):
        """Of the families at each node, [nodes, families]."""
        owner = self.owner[0]
        soft = F.softmax(self.select / owner.warmth(), 1)
        if owner.selection == 'phases':
            pruned = owner.select.pruned
            return soft * (1 - pruned) + self.kept * pruned
        if owner.selection == 'soft':
            return soft
        return F.one_hot(self.select.argmax(1), len(self.pool)).to(soft) + soft - soft.detach()

    def weights(self):
        """[places, functions, channels, outputs], the SiLU branch last."""
        places, channels, _ = self.sizes
        parts = [getattr(self, f) for f in self.pool]
        if len(self.pool) > 1:
            scales = self.shares().T.reshape(-1, places, 1, channels, 1)
            parts = [part * scale for part, scale in zip(parts, scales)]
        return torch.cat(parts + [self.base], 1)

    def features(self, x):
        """[rows, channels] to [rows, functions * channels]."""
        return torch.cat([FAMILIES[f][1](x) for f in self.pool] + [F.silu(x)[:, None]], 1).flatten(1)

    def forward(self, x):
        places, channels, outputs = self.sizes
        if places == 1:
            return self.features(x) @ self.weights().reshape(-1, outputs)
        x = F.pad(x, (0, 0, 1, 1, 1, 1))
        maps = self.features(x.reshape(-1, channels)).reshape(*x.shape[:3], -1)
        window = self.weights().reshape(3, 3, -1, outputs).permute(3, 2, 0, 1)
        return F.conv2d(maps.permute(0, 3, 1, 2), window, stride=2).permute(0, 2, 3, 1)

    @torch.no_grad()
    def prune(self, temperature):
        """Each node keeps its preferred family, whose share moves into its coefficients."""
        places, channels, _ = self.sizes
        soft = F.softmax(self.select / temperature, 1)
        self.kept.copy_(F.one_hot(self.select.argmax(1), len(self.pool)))
        for f, scale in zip(self.pool, (soft * self.kept).T.reshape(-1, places, 1, channels, 1)):
            getattr(self, f).mul_(scale)


class State(nn.Module):
    def __init__(self, temperature):
        super().__init__()
        for name, value in (('temperature', temperature), ('pruned', 0.0), ('entropy', 0.0)):
            self.register_buffer(name, torch.full((1,), float(value)))


class Choosing(Network):
    """The three phases of a network that chooses: all kinds, choosing, pruned; `train.py` asks for them."""

    def set_up(self, pool, selection, temperature, coldest, entropy, full, choosing):
        self.selection = selection if len(pool) > 1 else 'none'
        self.settings = temperature, coldest, entropy, full, choosing
        if self.selection == 'phases':
            self.select = State(temperature)

    def warmth(self):
        return self.select.temperature if self.selection == 'phases' else self.settings[0]

    def layers(self):
        return [m for m in self.modules() if isinstance(m, Select) and len(m.pool) > 1]

    def stages(self):
        """(share of the steps, whether the rate holds, names of weights that rest)."""
        if self.selection != 'phases':
            return []
        _, _, _, full, choosing = self.settings
        rests = [name for name, _ in self.named_parameters() if name.endswith('.select')]
        return [(full, True, rests), (choosing, True, []), (1 - full - choosing, False, rests)]

    def turn(self, stage):
        if stage == 2:
            for layer in self.layers():
                layer.prune(self.select.temperature)
            self.select.pruned.fill_(1)

    def settle(self, stage, progress):
        warm, coldest, last, _, _ = self.settings
        self.select.temperature.fill_((warm, warm + (coldest - warm) * progress, coldest)[stage])
        self.select.entropy.fill_(last * progress if stage == 1 else 0)

    def penalty(self):
        """Weight of the entropy times the mean entropy of all nodes."""
        shares = torch.cat([layer.shares() for layer in self.layers()])
        return self.select.entropy[0] * -(shares * shares.clamp(min=1e-12).log()).sum(1).mean()


def shrink(x, side):
    h, w = x.shape[1:3]
    if max(h, w) <= side:
        return x
    return F.adaptive_avg_pool2d(x.permute(0, 3, 1, 2), (min(h, side), min(w, side))).permute(0, 2, 3, 1)


class DenseKan(Choosing):
    """Pooled pixels, layers each followed by a layer norm, a linear head. `layer(inputs)` makes a layer."""

    def __init__(self, image, classes, width, layers, side, layer, before=lambda x: x, **selection):
        super().__init__([f'stage{i + 1}' for i in range(layers)])
        self.side, self.before, inputs = side, before, min(image[0], side) * min(image[1], side) * image[2]
        self.selection = 'none'
        if selection:
            self.set_up(list(FAMILIES), **selection)
        for i, name in enumerate(self.names):
            made = {'kan': layer(self, width if i else inputs), 'after': nn.LayerNorm(width)}
            setattr(self, name, nn.ModuleDict(made))
        self.head = Dense(width, classes)

    def begin(self, x):
        return shrink(x, self.side)

    def through(self, name, x):
        stage = getattr(self, name)
        return stage['after'](stage['kan'](self.before(x.flatten(1))))[:, None, None]
