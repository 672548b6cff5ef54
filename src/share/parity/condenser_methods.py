"""Losses of Condenser's methods in PyTorch, continued: several students, an own past, a teacher that learns."""
import math

import torch
import torch.nn.functional as F

from condenser_losses import (
    at, born_again, data_pruning_kd, dist, distillation, dkd, kd, kl_rows, label_smoothing, labels_only, lskd, mlkd,
    rkd, sinkd, soft_cross_entropy_rows, sp,
)


def dml(step):
    p, logits = step.params, [each.logits for each in step.students]
    weight = p.weight / max(1, len(logits) - 1) if p.average else p.weight
    pairs = [(a, b.detach()) for a in logits for b in logits if a is not b]
    return {
        'ce': sum(F.cross_entropy(z, step.labels) for z in logits),
        'peers': sum(distillation(a, b, p.temperature) for a, b in pairs) * weight,
    }


def joint_answer(rule, logits, targets):
    """The one answer that peers build together and learn from (Guo et al. 2020, section 3)."""
    stacked = torch.stack([z.detach() for z in logits])
    m = len(logits)
    if rule == 'minlogit':
        return (stacked - (stacked * targets).sum(-1, keepdim=True)).amin(0)
    if rule == 'naive':
        losses = torch.stack([soft_cross_entropy_rows(z, targets) for z in stacked])
        return stacked[losses.argmin(0), torch.arange(len(targets))]
    if rule == 'general':
        errors = torch.stack([(F.softmax(z, 1) - targets).flatten() for z in stacked])
        solution = torch.linalg.solve(errors @ errors.T / targets.numel(), torch.ones(m).to(errors))
        return (stacked * (solution / solution.sum()).reshape(m, 1, 1)).sum(0)
    scores = torch.zeros(len(targets), m).to(stacked)
    for _ in range(10):
        mixed = torch.einsum('mbk,bm->bk', stacked, F.softmax(scores, 1))
        scores = scores - 0.5 * torch.einsum('mbk,bk->bm', stacked, F.softmax(mixed, 1) - targets)
    return torch.einsum('mbk,bm->bk', stacked, F.softmax(scores, 1))


def kdcl(step):
    p, logits = step.params, [each.logits for each in step.students]
    teacher = joint_answer(p.rule, logits, step.targets)
    return {
        'ce': sum(F.cross_entropy(z, step.labels) for z in logits),
        'joint': sum(distillation(z, teacher, p.temperature) for z in logits) * p.weight,
    }


def ps_kd(step):
    """`memory` holds the last probabilities of every training image, [images, classes], zeros at first."""
    weight = (step.epoch + 1) * step.params.strength / step.epochs
    stored = step.memory[step.index]
    past = stored + (1 - stored.sum(1, keepdim=True)) * step.targets
    step.memory[step.index] = F.softmax(step.student.logits.detach(), 1)
    return {
        'labels': step.supervised * (1 - weight),
        'past': soft_cross_entropy_rows(step.student.logits, past).mean() * weight,
    }


def gate_weights(p, entropy_s, entropy_t, classes):
    gap = (entropy_t - entropy_s).detach()
    share = {
        'hard': (gap > 0).to(gap),
        'flip': (gap <= 0).to(gap),
        'soft': torch.sigmoid(gap * p.kappa / math.log(classes)),
        'equal': torch.full_like(gap, 0.5),
    }[p.gate]
    return 1 + (p.delta - 1) * share, 1 + (p.delta - 1) * (1 - share)


def bd_kd(step):
    """The teacher learns too: its terms are part of the loss."""
    p, t = step.params, step.params.temperature
    s, q = F.log_softmax(step.student.logits / t, 1), F.log_softmax(step.teacher.logits / t, 1)
    fixed_s, fixed_t = s.detach(), q.detach()
    entropy = [-(z.exp() * z).sum(1) for z in (fixed_s, fixed_t)]
    forward, reverse = gate_weights(p, *entropy, s.shape[1])
    return {
        'labels': step.supervised,
        'forward': (forward * kl_rows(fixed_t, s)).mean() * p.student * t * t,
        'reverse': (reverse * kl_rows(s, fixed_t)).mean() * p.student * t * t,
        'teacherLabels': F.cross_entropy(step.teacher.logits, step.labels),
        'teacherKd': kl_rows(fixed_s, q).mean() * p.teacher * t * t,
    }


LOSSES = {
    'at': at, 'bd-kd': bd_kd, 'born-again': born_again, 'data-pruning-kd': data_pruning_kd, 'dist': dist, 'dkd': dkd,
    'dml': dml, 'kd': kd, 'kdcl': kdcl, 'label-smoothing': label_smoothing, 'labels-only': labels_only, 'lskd': lskd,
    'mlkd': mlkd, 'ps-kd': ps_kd, 'rkd': rkd, 'sinkd': sinkd, 'sp': sp,
}
# Methods without a teacher, and methods of several students that learn together.
NO_TEACHER = ('dml', 'kdcl', 'label-smoothing', 'labels-only', 'ps-kd')
PEERS = ('dml', 'kdcl')
