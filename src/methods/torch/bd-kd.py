"""Bidirectional distillation (Amara et al. 2022)."""
import math

import torch
import torch.nn.functional as F

from condenser_losses import kl_rows

TEACHER = 'learns'


def gate_weights(p, entropy_s, entropy_t, classes):
    gap = (entropy_t - entropy_s).detach()
    share = {
        'hard': (gap > 0).to(gap),
        'flip': (gap <= 0).to(gap),
        'soft': torch.sigmoid(gap * p.kappa / math.log(classes)),
        'equal': torch.full_like(gap, 0.5),
    }[p.gate]
    return 1 + (p.delta - 1) * share, 1 + (p.delta - 1) * (1 - share)


def losses(step):
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
