"""Three experts for a long tail of classes (Zhao et al. 2023)."""
import math

import torch
import torch.nn.functional as F

from condenser_losses import average, cross_entropy, distillation_rows, map_shape, to_map, trunk, twice

TEACHER = 'none'


def extras(parts, given):
    """Two convolutions for the first and the third expert; the second is the student's own last stage."""
    height, _, width = map_shape(list(given.student.taps.values())[-1])
    for e in (1, 2, 3):
        size, _, channels = map_shape(trunk(given.student.taps))
        for n in (1, 2) if e != 2 else ():
            stride = 2 if size > height else 1
            parts.add_conv(f'expert{e}/conv{n}', channels, width, stride=stride)
            parts.add_norm(f'expert{e}/norm{n}', width)
            size, channels = math.ceil(size / stride), width
        features = given.student.embedding if e == 2 else width
        parts.add_weight(f'expert{e}/classifier', torch.nn.init.xavier_uniform_(torch.empty(features, given.classes)))


def prepare(given):
    """log n of every class."""
    return torch.bincount(given.labels, minlength=given.classes).clamp(min=1).float().log()[None]


def change(step):
    step.images = twice(step, step.images)
    step.labels, step.targets = step.labels.repeat(2), step.targets.repeat(2, 1)


def cosine_logits(features, weight, scale):
    return scale * F.normalize(features) @ F.normalize(weight.T).T


def forward(params, parts, student):
    logits = []
    for e in (1, 2, 3):
        x = student.embedding
        if e != 2:
            x = to_map(trunk(student.taps))
            for n in (1, 2):
                x = F.relu(parts[f'expert{e}/norm{n}'](parts[f'expert{e}/conv{n}'](x)))
            x = average(x)
        logits.append(cosine_logits(x, parts[f'expert{e}/classifier'], params.scale))
    return logits


def expert_terms(a, targets, t):
    """Cross-entropy of shifted logits, and KL(gentle || strong) over images whose gentle view is right."""
    gentle, strong = a.chunk(2)
    right = (gentle.argmax(1) == targets[:len(gentle)].argmax(1)).to(a)
    rows = distillation_rows(strong, gentle.detach(), t)
    return cross_entropy(a, targets), (right * rows).sum() / right.sum().clamp(min=1)


def losses(step):
    p = step.params
    ramp = min(step.progress / max(p.ramp, 1e-6), 1) * p.weight
    tilts = zip(forward(p, step.extras, step.student), (p.common, p.even, p.rare))
    terms = [expert_terms(z + step.memory[:1] * tilt, step.targets, p.temperature) for z, tilt in tilts]
    return {'diversity': sum(d for d, _ in terms), 'consistency': sum(c for _, c in terms) * ramp}


def predict(params, extras, answer):
    return sum(forward(params, extras, answer)) / 3
