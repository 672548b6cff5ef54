"""Layered self-supervised distillation (Dahri et al. 2025)."""
import math
from types import SimpleNamespace

import torch
import torch.nn.functional as F

from condenser_losses import all_turns, average, cross_entropy, distillation, map_shape, to_map

TEACHER = 'none'


def stages(taps, params):
    """The last inner activations, shallow first."""
    return list(taps.values())[-params.branches:]


def extras(parts, given):
    shapes = [map_shape(shape) for shape in stages(given.student.taps, given.params)]
    height, _, width = shapes[-1]
    for i, (size, _, channels) in enumerate(shapes, 1):
        for n in (1, 2):
            stride = 2 if size > height else 1
            parts.add_conv(f'branch{i}/conv{n}', channels, width, stride=stride)
            parts.add_norm(f'branch{i}/norm{n}', width)
            size, channels = math.ceil(size / stride), width
        parts.add_dense(f'branch{i}/head', width, given.classes * 4)
        if width != given.student.embedding:
            parts.add_dense(f'branch{i}/adapter', width, given.student.embedding)


def prepare(given):
    """What every head said one epoch ago, zero until an image was seen."""
    n, columns = len(given.labels), given.classes * 4 * (4 if given.params.past == 'all' else 1)
    count = len(stages(given.student.taps, given.params))
    return SimpleNamespace(plain=torch.zeros(n, given.classes), joint=[torch.zeros(n, columns) for _ in range(count)])


def change(step):
    step.images = all_turns(step.images)
    step.labels, step.targets = step.labels.repeat_interleave(4), step.targets.repeat_interleave(4, 0)


def forward(params, parts, student):
    logits, features = [], []
    for i, x in enumerate(stages(student.taps, params), 1):
        x = to_map(x)
        for n in (1, 2):
            x = F.relu(parts[f'branch{i}/norm{n}'](parts[f'branch{i}/conv{n}'](x)))
        x = average(x)
        logits.append(parts[f'branch{i}/head'](x))
        features.append(parts[f'branch{i}/adapter'](x) if f'branch{i}/adapter' in parts else x)
    return logits, features


def joint_targets(targets):
    """One-hot labels of (class, turn) for unturned one-hot classes: class y turned j times is 4 y + j."""
    return torch.einsum('bk,jm->bjkm', targets, torch.eye(4).to(targets)).reshape(4 * len(targets), -1)


def soften(hard, past, share):
    return hard + share * (past.sum(1, keepdim=True) > 0) * (past - hard)


def terms(plain, joint, features, last, wanted, wanted_joint, t):
    """The four terms without their weights. The deepest branch teaches, and learns nothing from that."""
    deepest = joint[-1].detach()
    return (cross_entropy(plain, wanted), sum(map(cross_entropy, joint, wanted_joint)),
            sum((distillation(z, deepest, t) for z in joint[:-1]), torch.zeros(()).to(plain)),
            sum((f - last.detach()).square().sum(1).mean() for f in features))


def losses(step):
    p, memory, index = step.params, step.memory, step.index
    joint, features = forward(p, step.extras, step.student)
    plain, hard = step.student.logits[::4], step.targets[::4]
    share = p.softening if p.schedule == 'constant' else p.softening * (step.epoch + 1) / step.epochs

    def past_of(table):
        rows = table[index].reshape(len(index), -1, 4 * hard.shape[1])
        return F.pad(rows, (0, 0, 0, 4 - rows.shape[1])).flatten(0, 1)

    wanted = soften(hard, memory.plain[index], share)
    wanted_joint = [soften(joint_targets(hard), past_of(table), share) for table in memory.joint]
    found = terms(plain, joint, features, step.student.embedding, wanted, wanted_joint, p.temperature)
    kept = lambda z: F.softmax(z.detach(), 1)
    memory.plain[index] = kept(plain)
    for table, z in zip(memory.joint, joint):
        table[index] = kept(z if p.past == 'all' else z[::4]).reshape(len(index), -1)
    return dict(zip(('labels', 'joint', 'layers', 'features'),
                    (x * w for x, w in zip(found, (p.labels, p.joint, p.layers, p.features)))))
