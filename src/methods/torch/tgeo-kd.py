"""TGeo-KD: a small network decides for every image how much the teacher counts (Hu et al. 2024)."""
from types import SimpleNamespace

import torch
import torch.nn.functional as F

from condenser_losses import class_means, distillation_rows, soft_cross_entropy_rows


def extras(parts, given):
    inputs = given.classes * {'all': 9, 'triangle': 6, 'pairs': 5}[given.params.features]
    for i, (a, b) in enumerate(((inputs, 32), (32, 16), (16, 1))):
        parts.add_dense(f'controller/{i + 1}', a, b)


def prepare(given):
    """Mean answer of the teacher by class, uniform for a class without images; which images judge the mix."""
    means = class_means(F.softmax(given.taught().logits, 1), given.labels, given.classes)
    means[torch.bincount(given.labels, minlength=given.classes) == 0] = 1 / given.classes
    return SimpleNamespace(means=means, held=(torch.rand(len(given.labels), 1) < given.params.held).float(),
                           steps=torch.zeros(1, 1))


def triangle(s, t, g, o):
    """`o` is the teacher's mean answer for the class, or what is read without."""
    edge = lambda a, b: (a - b).square()
    if isinstance(o, str):
        return torch.cat([s, t, g, edge(g, s)] + ([edge(t, s)] if o == 'triangle' else []) + [edge(t, g)], 1)
    return torch.cat([s, t, g, o, edge(o, s), edge(g, s), edge(t, s), edge(t, g), edge(o, g)], 1)


def mix_of(layers, state, limit=4):
    """Share of the teacher per row; the limit keeps it between 2% and 98%."""
    x = state
    for i, layer in enumerate(layers):
        x = layer(x if i == 0 else F.leaky_relu(x, 0.01))
    return torch.sigmoid(x.clamp(-limit, limit)[:, 0])


def hypergradient(features, logits, targets, kd_slope, alpha, trains, rate, bias):
    """Derivative of the judging rows' loss after one step of the last layer on the training rows, by each alpha."""
    judges, kernel = 1 - trains, features @ features.T + bias
    ce_slope = F.softmax(logits, 1) - targets
    gap = kd_slope - ce_slope
    slope = trains[:, None] * (ce_slope + alpha[:, None] * gap) / trains.sum().clamp(min=1)
    ahead = logits - rate * kernel @ slope
    v = kernel @ (judges[:, None] * (F.softmax(ahead, 1) - targets) / judges.sum().clamp(min=1))
    judged = (judges * soft_cross_entropy_rows(ahead, targets)).sum() / judges.sum().clamp(min=1)
    return -rate * trains * (gap * v).sum(1) / trains.sum().clamp(min=1), judged


def losses(step):
    p, t, z, q = step.params, step.params.temperature, step.student.logits, step.teacher.logits
    means = step.memory.means[step.labels] if p.features == 'all' else p.features
    state = triangle(F.softmax(z.detach(), 1), F.softmax(q, 1), step.targets, means)
    alpha = mix_of([step.extras[f'controller/{i}'] for i in (1, 2, 3)], state, p.limit)
    due = step.memory.steps.item() % p.period == 0
    step.memory.steps += 1
    fixed, trains = alpha.detach(), 1 - step.memory.held[step.index, 0]
    mean = lambda rows: (trains * rows).sum() / trains.sum().clamp(min=1)
    with torch.no_grad():
        slope = (F.softmax(z / t, 1) - F.softmax(q / t, 1)) * t
        pull, judged = hypergradient(step.student.embedding, z, step.targets, slope, fixed, trains, p.rate, 1)
    # Its value is the held-out loss, its gradient the hypergradient, which reaches nothing but the controller.
    ahead = judged + (pull * (alpha - fixed)).sum() if p.learn and due else judged
    return {
        'labels': mean((1 - fixed) * soft_cross_entropy_rows(z, step.targets)),
        'teacher': mean(fixed * distillation_rows(z, q, t)),
        'judged': ahead,
    }
