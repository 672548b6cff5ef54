"""PyTorch as a peer of the benchmark: the same nets, weights and batches on the CPU.

Started with a file that holds net, weights and batches; then one JSON call per line on stdin, one answer per line.
"""
import base64
import json
import sys
import time

import torch
import torch.nn.functional as F

with open(sys.argv[1], encoding='utf-8') as file:
    GIVEN = json.load(file)
NET = GIVEN['net']
HEADS, STAGES, BLOCKS, EPSILON = 4, 3, 2, 1e-5


def floats(text, shape):
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.float32).reshape(shape).clone()


def classes(text):
    return torch.frombuffer(bytearray(base64.b64decode(text)), dtype=torch.int32).long()


W = {w['name']: floats(w['values'], w['shape']).requires_grad_() for w in GIVEN['weights']}
# Filters as leaves in PyTorch's own layout, so that no step pays for a transposition.
for name, w in list(W.items()):
    if name.endswith('filter') and NET['kind'] != 'vit':
        order = (2, 3, 0, 1) if name.endswith('depthwise/filter') else (3, 2, 0, 1)
        W[name] = w.detach().permute(*order).contiguous().requires_grad_()
    if NET['kind'] == 'cnn' and name == 'head/weight':
        side = NET['image'][0] // 4
        maps = w.detach().reshape(side, side, NET['widths'][-1], -1).permute(2, 0, 1, 3)
        W[name] = maps.reshape(w.shape).contiguous().requires_grad_()


def images(text):
    x = floats(text, [NET['batch'], *NET['image']])
    return x.permute(0, 3, 1, 2).contiguous() if NET['kind'] in ('cnn', 'resnet', 'mobile') else x


BATCHES = [(images(b['x']), classes(b['y'])) for b in GIVEN['batches']]


def same(x, kernel, stride):
    """Padding 'same' of TensorFlow: the odd pixel at the end."""
    total = max((-(-x.shape[2] // stride) - 1) * stride + kernel - x.shape[2], 0)
    return F.pad(x, (total // 2, total - total // 2) * 2) if total else x


def conv(x, name, stride=1, groups=1):
    w = W[name + '/filter']
    kernel = w.shape[2]
    if stride == 1:
        return F.conv2d(x, w, padding=kernel // 2, groups=groups)
    return F.conv2d(same(x, kernel, stride), w, stride=stride, groups=groups)


def norm(x, name):
    return F.batch_norm(x, None, None, W[name + '/scale'], W[name + '/shift'], training=True, eps=EPSILON)


def layer_norm(x, name):
    return F.layer_norm(x, x.shape[-1:], W[name + '/scale'], W[name + '/shift'], EPSILON)


def dense(x, name):
    return x @ W[name + '/weight'] + W[name + '/bias']


def residual(x, name, stride):
    y = norm(conv(F.relu(norm(conv(x, name + '/conv1', stride), name + '/norm1')), name + '/conv2'), name + '/norm2')
    return F.relu(y + (x if stride == 1 else norm(conv(x, name + '/project', stride), name + '/normP')))


def separable(x, name, stride):
    y = F.relu(norm(conv(x, name + '/depthwise', stride, x.shape[1]), name + '/norm1'))
    return F.relu(norm(conv(y, name + '/pointwise'), name + '/norm2'))


def staged(x, blocks, block):
    y = F.relu(norm(conv(x, 'stem/conv'), 'stem/norm'))
    for s in range(1, STAGES + 1):
        for b in range(1, blocks + 1):
            y = block(y, f'stage{s}/block{b}', 2 if s > 1 and b == 1 else 1)
    return dense(y.mean((2, 3)), 'head')


def attention(x, name):
    b, t, d = x.shape
    q, k, v = dense(x, name + '/qkv').reshape(b, t, 3, HEADS, d // HEADS).permute(2, 0, 3, 1, 4)
    mixed = (q @ k.transpose(-1, -2) * (d // HEADS) ** -0.5).softmax(-1) @ v
    return dense(mixed.transpose(1, 2).reshape(b, t, d), name + '/out')


def vit(x):
    b, h, w, c = x.shape
    p = NET['patch']
    cut = x.reshape(b, h // p, p, w // p, p * c).permute(0, 1, 3, 2, 4).reshape(b, -1, p * p * c)
    y = cut @ W['stem/patches/filter'].reshape(p * p * c, -1) + W['stem/patches/bias'] + W['stem/positions']
    for i in range(1, NET['depth'] + 1):
        name = f'stage{i}'
        y = y + attention(layer_norm(y, name + '/norm1'), name + '/attention')
        y = y + dense(F.gelu(dense(layer_norm(y, name + '/norm2'), name + '/up')), name + '/down')
    return dense(layer_norm(y, 'norm').mean(1), 'head')


def plain(x):
    if NET['kind'] == 'cnn':
        for i in range(1, len(NET['widths']) + 1):
            x = F.max_pool2d(F.relu(norm(conv(x, f'stage{i}/conv'), f'stage{i}/norm')), 2)
        return dense(x.flatten(1), 'head')
    x = x.flatten(1)
    for i in range(1, len(NET['widths']) + 1):
        x = F.relu(dense(x, f'stage{i}'))
    return dense(x, 'head')


def forward(x):
    if NET['kind'] == 'resnet':
        return staged(x, 1, residual)
    if NET['kind'] == 'mobile':
        return staged(x, BLOCKS, separable)
    return vit(x) if NET['kind'] == 'vit' else plain(x)


OPTIMIZER = torch.optim.Adam(W.values(), 1e-3, eps=1e-8)
STEPS = 0


def step():
    global STEPS
    x, y = BATCHES[STEPS % len(BATCHES)]
    STEPS += 1
    OPTIMIZER.zero_grad()
    loss = F.cross_entropy(forward(x), y)
    loss.backward()
    OPTIMIZER.step()
    return loss


def timed(n):
    began = time.perf_counter()
    for _ in range(n):
        loss = step()
    return (time.perf_counter() - began) * 1e3, loss.item()


def answer(name, argument):
    if name == 'start':
        ms, loss = timed(1)
        return {'parameters': sum(w.numel() for w in W.values()), 'firstStepMs': ms, 'loss': loss}
    if name == 'losses':
        return [timed(1)[1] for _ in range(argument)]
    ms, loss = timed(argument)
    return {'ms': ms / argument, 'js': 0, 'loss': loss}


for line in sys.stdin:
    call = json.loads(line)
    try:
        print(json.dumps({'value': answer(call['name'], call['argument'])}), flush=True)
    except Exception as error:
        print(json.dumps({'error': str(error)}), flush=True)
