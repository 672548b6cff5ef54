"""On-the-fly native ensemble (Lan, Zhu, Gong 2018)."""
import math

import torch
import torch.nn.functional as F

from condenser_losses import average, cross_entropy, kl_rows, map_shape, to_map, trunk

TEACHER = 'none'


def extras(parts, given):
    """All branches but the student's own, and the gate over the pooled trunk."""
    height, _, channels = map_shape(list(given.student.taps.values())[-1])
    shape = map_shape(trunk(given.student.taps))
    for i in range(2, given.params.branches + 1):
        parts.add_conv(f'branch{i}/conv', shape[2], channels, stride=2 if shape[0] > height else 1)
        parts.add_norm(f'branch{i}/norm', channels)
        parts.add_dense(f'branch{i}/head', channels, given.classes)
    parts.add_dense('gate/score', shape[2], given.params.branches)
    parts.add_norm('gate/norm', given.params.branches)


def gate_of(parts, pooled):
    return F.softmax(F.relu(parts['gate/norm'](parts['gate/score'](pooled))), 1)


def ensemble_of(logits, gate):
    return (torch.stack(logits, 2) * gate[:, None]).sum(2)


def forward(params, parts, student):
    """Logits of every branch, the student's own first, and the gate."""
    start = to_map(trunk(student.taps))
    through = lambda i: average(F.relu(parts[f'branch{i}/norm'](parts[f'branch{i}/conv'](start))))
    others = [parts[f'branch{i}/head'](through(i)) for i in range(2, params.branches + 1)]
    return [student.logits] + others, gate_of(parts, average(start))


def branch_losses(logits, gate, targets, t):
    ensemble = ensemble_of(logits, gate)
    q = F.softmax(ensemble.detach() / t, 1) + 1e-7
    kl = sum(kl_rows(q.log(), F.log_softmax(z / t, 1)).mean() for z in logits)
    return sum(cross_entropy(z, targets) for z in logits + [ensemble]), kl * t * t


def losses(step):
    p = step.params
    ce, kl = branch_losses(*forward(p, step.extras, step.student), step.targets, p.temperature)
    ramp = math.exp(-5 * (1 - min(step.progress / p.ramp, 1)) ** 2) if p.ramp > 0 else 1
    return {'ce': ce, 'ensemble': kl * p.weight * ramp}


def predict(params, extras, answer):
    return ensemble_of(*forward(params, extras, answer)) if params.ensemble else answer.logits
