"""Condenser's networks in PyTorch: the same layers, the same names, the same start.

Tensors are [batch, height, width, channels], tokens [batch, tokens, width]. Convolutions pad as TensorFlow's 'same'.
"""
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
    """`answer` returns everything a method may read, `forward` the logits. Taps can be hooked by their names."""

    def __init__(self, names):
        super().__init__()
        self.names = names
        self.taps = nn.ModuleDict({name: nn.Identity() for name in names})
        self.embedding = nn.Identity()

    def answer(self, x):
        taps, embedding = self.body(x)
        taps = {name: self.taps[name](tap) for name, tap in zip(self.names, taps)}
        embedding = self.embedding(embedding)
        return SimpleNamespace(logits=self.head(embedding), embedding=embedding, taps=taps)

    def forward(self, x):
        return self.answer(x).logits


class Mlp(Network):
    def __init__(self, image, classes, width, layers):
        super().__init__([f'stage{i + 1}' for i in range(layers)])
        sizes = [math.prod(image)] + [width] * layers
        for i, name in enumerate(self.names):
            setattr(self, name, Dense(sizes[i], width, he=True))
        self.head = Dense(width, classes)

    def body(self, x):
        x, taps = x.flatten(1), []
        for name in self.names:
            x = F.relu(getattr(self, name)(x))
            taps.append(x[:, None, None])
        return taps, x


class ConvNorm(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.conv, self.norm = Conv(inputs, outputs), BatchNorm(outputs)

    def forward(self, x):
        return F.relu(self.norm(self.conv(x)))


def average2(x):
    """2x2 means with stride 2; a cell at the rim is a mean of fewer pixels."""
    return F.avg_pool2d(x.permute(0, 3, 1, 2), 2, ceil_mode=True, count_include_pad=False).permute(0, 2, 3, 1)


class Cnn(Network):
    def __init__(self, image, classes, width, blocks, head):
        super().__init__(['stem'] + [f'stage{i + 1}' for i in range(blocks)])
        (h, w, c), self.pools, self.shrinks = image, [], 0
        for i in range(blocks):
            setattr(self, f'stage{i + 1}', ConvNorm(c, width * 2**i))
            c = width * 2**i
            self.pools.append(max(h, w) > 1)
            if self.pools[-1]:
                h, w = -(-h // 2), -(-w // 2)
        self.grid = head == 'grid'
        while self.grid and max(h, w) > 4:
            h, w, self.shrinks = -(-h // 2), -(-w // 2), self.shrinks + 1
        self.head = Dense(h * w * c if self.grid else c, classes)

    def body(self, x):
        taps = []
        for i, pools in enumerate(self.pools):
            x = getattr(self, f'stage{i + 1}')(x)
            if i == 0:
                taps.append(x)
            if pools:
                x = F.max_pool2d(padded(x, 2, 2, -math.inf), 2).permute(0, 2, 3, 1)
            taps.append(x)
        for _ in range(self.shrinks):
            x = average2(x)
        return taps, x.flatten(1) if self.grid else x.mean((1, 2))


class Basic(nn.Module):
    """Two 3x3 convolutions; the shortcut is a 1x1 projection where the shape changes."""

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1, self.norm1 = Conv(inputs, outputs, stride=stride), BatchNorm(outputs)
        self.conv2, self.norm2 = Conv(outputs, outputs), BatchNorm(outputs)
        self.changes = stride != 1 or inputs != outputs
        if self.changes:
            self.project, self.normP = Conv(inputs, outputs, 1, stride), BatchNorm(outputs)

    def forward(self, x):
        y = self.norm2(self.conv2(F.relu(self.norm1(self.conv1(x)))))
        return F.relu(y + (self.normP(self.project(x)) if self.changes else x))


class Separable(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.depthwise, self.norm1 = Conv(inputs, inputs, stride=stride, depthwise=True), BatchNorm(inputs)
        self.pointwise, self.norm2 = Conv(inputs, outputs, 1), BatchNorm(outputs)

    def forward(self, x):
        return F.relu(self.norm2(self.pointwise(F.relu(self.norm1(self.depthwise(x))))))


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

    def body(self, x):
        x = self.stem(x)
        taps = [x]
        for name in self.names[1:]:
            for block in getattr(self, name).values():
                x = block(x)
            taps.append(x)
        return taps, x.mean((1, 2))


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


class Vit(Network):
    def __init__(self, image, classes, patch, width, depth, heads):
        super().__init__(['stem'] + [f'stage{i + 1}' for i in range(depth)])
        heads = int(heads)
        width = math.ceil(width / heads) * heads
        self.stem = Patches(image, width, patch_size(image, patch))
        for name in self.names[1:]:
            setattr(self, name, Block(width, heads, 2 * width))
        self.norm, self.head = nn.LayerNorm(width), Dense(width, classes)

    def body(self, x):
        x = self.stem(x)
        taps = [x]
        for name in self.names[1:]:
            x = getattr(self, name)(x)
            taps.append(x)
        return taps, self.norm(x).mean(1)


def resnet(image, classes, depth, width):
    return Staged(image, classes, width, 3, max(1, math.floor((depth - 2) / 6 + 0.5)), Basic)


def mobile(image, classes, width, stages, blocks):
    return Staged(image, classes, width, stages, blocks, Separable)


MODELS = {'cnn': Cnn, 'mlp': Mlp, 'mobile': mobile, 'resnet': resnet, 'vit': Vit}


def build(model, image, classes):
    """`model` is {'id', 'params'} as in the set-up, `image` [height, width, channels]."""
    return MODELS[model['id']](list(image), classes, **model['params'])


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


def load(model, tensors):
    """Fills `model` with weights that Condenser saved as safetensors. Raises when one is missing or does not fit."""
    state = {k: v for k, v in model.state_dict().items() if k.endswith('num_batches_tracked')}
    for name, values in tensors.items():
        if name.startswith('extras.'):
            continue
        *path, kind = name.split('/')
        if kind == 'filter':
            values = values.transpose((2, 3, 0, 1) if path[-1] == 'depthwise' else (3, 2, 0, 1))
        if kind == 'weight':
            values = values.T
        state['.'.join(path + [RENAMED.get(kind, kind)])] = torch.tensor(np.ascontiguousarray(values))
    model.load_state_dict(state)
    return model
