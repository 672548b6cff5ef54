"""What Condenser's networks in PyTorch share: the same layers, the same names, the same start; networks in models/.

Tensors are [batch, height, width, channels], tokens [batch, tokens, width]. Convolutions pad as TensorFlow's 'same'.
"""
import importlib
import json
import math
from types import SimpleNamespace

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


def same(size, kernel, stride):
    """Zeros before and after one axis: the odd one goes after."""
    total = max(0, (math.ceil(size / stride) - 1) * stride + kernel - size)
    return total // 2, total - total // 2


def padded(x, kernel, stride, value=0.0):
    """[b, h, w, c] as [b, c, h, w] with its rim."""
    (top, bottom), (left, right) = same(x.shape[1], kernel, stride), same(x.shape[2], kernel, stride)
    return F.pad(x.permute(0, 3, 1, 2), (left, right, top, bottom), value=value)


class Conv(nn.Module):
    """He's normal start, by the fan of the inputs; a depthwise filter by its window. Biases start at 0."""

    def __init__(self, inputs, outputs, kernel=3, stride=1, bias=False, depthwise=False):
        super().__init__()
        self.stride, self.groups = stride, inputs if depthwise else 1
        self.weight = nn.Parameter(torch.empty(outputs, inputs // self.groups, kernel, kernel))
        self.bias = nn.Parameter(torch.zeros(outputs)) if bias else None
        nn.init.normal_(self.weight, std=math.sqrt(2 / (kernel * kernel * (inputs // self.groups))))

    def forward(self, x):
        x = padded(x, self.weight.shape[-1], self.stride)
        return F.conv2d(x, self.weight, self.bias, self.stride, groups=self.groups).permute(0, 2, 3, 1)


class Dense(nn.Linear):
    """Glorot's uniform start, or He's normal one in front of an activation."""

    def __init__(self, inputs, outputs, bias=True, he=False):
        super().__init__(inputs, outputs, bias)
        if he:
            nn.init.normal_(self.weight, std=math.sqrt(2 / inputs))
        else:
            nn.init.xavier_uniform_(self.weight)
        if bias:
            nn.init.zeros_(self.bias)


class BatchNorm(nn.BatchNorm1d):
    """Over all axes but the last. In training the variance is biased, the running one is not."""

    def forward(self, x):
        return super().forward(x.reshape(-1, x.shape[-1])).reshape(x.shape)


class UpConv(nn.Module):
    """A 4x4 transposed convolution that doubles the size, without a bias."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight = nn.Parameter(torch.randn(inputs, outputs, 4, 4) * math.sqrt(2 / (4 * inputs)))

    def forward(self, x):
        return F.conv_transpose2d(x.permute(0, 3, 1, 2), self.weight, stride=2, padding=1).permute(0, 2, 3, 1)


class ConvNorm(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv, self.norm = Conv(inputs, outputs), BatchNorm(outputs)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)))


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads, self.qkv, self.out = heads, Dense(width, 3 * width), Dense(width, width)

    def forward(self, x):
        b, t, d = x.shape
        q, k, v = self.qkv(x).reshape(b, t, 3, self.heads, d // self.heads).permute(2, 0, 3, 1, 4)
        scores = (q @ k.transpose(-1, -2) / math.sqrt(d // self.heads)).softmax(-1)
        return self.out((scores @ v).transpose(1, 2).reshape(b, t, d))


class Network(nn.Module):
    """A network in parts: `begin`, `through` the layers of `names` one by one, `finish`, `head`.

    `answer` returns everything a method may read, `forward` the logits. `hook(name, x)` may change an inner
    activation on its way; torchdistill hooks the modules `taps.<name>` and `embedding`.
    """

    def __init__(self, names):
        super().__init__()
        self.names = list(names)
        self.taps = nn.ModuleDict({name: nn.Identity() for name in names})
        self.embedding = nn.Identity()

    def begin(self, x):
        return x

    def finish(self, x):
        """The last inner activation as the head's layers see it, and the embedding."""
        return x, x.flatten(1)

    def end(self, x):
        """The last layer of `names` and all behind it."""
        return self.finish(self.through(self.names[-1], x))[0]

    def answer(self, x, hook=None):
        x, taps = self.begin(x), {}
        for name in self.names:
            x = self.through(name, x)
            x = self.taps[name](x if hook is None else hook(name, x))
            taps[name] = x
        normed, embedding = self.finish(x)
        embedding = self.embedding(embedding)
        return SimpleNamespace(logits=self.head(embedding), embedding=embedding, taps=taps, normed=normed,
                               last_stage=self.end if len(self.names) > 1 else None)

    def forward(self, x):
        return self.answer(x).logits


class Staged(Network):
    """A 3x3 stem, stages of blocks that double the width, average pooling, a linear head."""

    def __init__(self, image, classes, width, stages, blocks, block):
        super().__init__(['stem'] + [f'stage{i + 1}' for i in range(stages)])
        self.stem, channels = ConvNorm(image[2], width), width
        for s in range(stages):
            made = nn.ModuleDict()
            for b in range(blocks):
                made[f'block{b + 1}'] = block(channels, width * 2**s, 2 if s > 0 and b == 0 else 1)
                channels = width * 2**s
            setattr(self, f'stage{s + 1}', made)
        self.head = Dense(channels, classes)

    def through(self, name, x):
        if name == 'stem':
            return self.stem(x)
        for block in getattr(self, name).values():
            x = block(x)
        return x

    def finish(self, x):
        return x, x.mean((1, 2))


class Block(nn.Module):
    """Pre-norm transformer block with an exact GELU."""

    def __init__(self, width, heads, hidden):
        super().__init__()
        self.norm1, self.attention = nn.LayerNorm(width), Attention(width, heads)
        self.norm2, self.up, self.down = nn.LayerNorm(width), Dense(width, hidden, he=True), Dense(hidden, width)

    def forward(self, x):
        x = x + self.attention(self.norm1(x))
        return x + self.down(F.gelu(self.up(self.norm2(x))))


def patch_size(image, wanted):
    h, w = image[:2]
    patch = wanted or max(2, math.ceil(max(h, w) / 8))
    while math.ceil(h / patch) * math.ceil(w / patch) > 256:
        patch += 1
    return min(patch, max(h, w))


class Patches(nn.Module):
    def __init__(self, image, width, patch):
        super().__init__()
        h, w, c = image
        self.patches = Conv(c, width, patch, patch, bias=True)
        self.positions = nn.Parameter(torch.randn(math.ceil(h / patch) * math.ceil(w / patch), width) * 0.02)

    def forward(self, x):
        return self.patches(x).flatten(1, 2) + self.positions


def build(model, image, classes):
    """`model` is {'id', 'params'} as in the set-up, `image` [height, width, channels]."""
    made = importlib.import_module('models.' + model['id'].replace('-', '_'))
    return made.build(list(image), classes, **model['params'])


def read_safetensors(path):
    with open(path, 'rb') as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), 'little')))
        data = file.read()
    about = header.pop('__metadata__', {})
    tensors = {}
    for name, entry in header.items():
        start, end = entry['data_offsets']
        tensors[name] = np.frombuffer(data[start:end], '<f4').reshape(entry['shape'])
    return tensors, about


RENAMED = {'filter': 'weight', 'scale': 'weight', 'shift': 'bias', 'mean': 'running_mean', 'variance': 'running_var'}
LAYERS = (Conv, UpConv, nn.Linear, BatchNorm, nn.LayerNorm)


def load(model, tensors, joint='.'):
    """Fills `model` with weights that Condenser saved as safetensors. Raises when one is missing or does not fit.

    `joint` stands between the parts of a layer's name, '/' in the layers of a method.
    """
    state = {k: v for k, v in model.state_dict().items() if k.endswith('num_batches_tracked')}
    layers = {name for name, module in model.named_modules() if isinstance(module, LAYERS)}
    for name, values in tensors.items():
        if name.startswith('extras.'):
            continue
        *path, kind = name.split('/')
        layer = joint.join(path)
        if layer not in layers:
            state[joint.join(path + [kind])] = torch.tensor(values)
            continue
        if kind == 'filter':
            values = values.transpose((2, 3, 0, 1) if path[-1] == 'depthwise' else (3, 2, 0, 1))
        if kind == 'weight':
            values = values.T
        state[f'{layer}.{RENAMED.get(kind, kind)}'] = torch.tensor(np.ascontiguousarray(values))
    model.load_state_dict(state)
    return model
