"""Sinkhorn distillation (Cui et al. 2024)."""
import torch
import torch.nn.functional as F

from condenser_losses import soft_cross_entropy_rows


def transport(student, teacher, epsilon, sweeps):
    """Cost of moving one batch of answers onto the other, by Sinkhorn's sweeps in the log domain."""
    p, q = F.softmax(student / 2, 1), F.softmax(teacher / 2, 1)
    cost = (p[:, None] - q[None]).abs().sum(-1)
    scores = -cost / epsilon
    v = torch.zeros(1, len(q), dtype=cost.dtype, device=cost.device)
    for _ in range(sweeps):
        u = -torch.logsumexp(scores + v, 1, keepdim=True)
        v = -torch.logsumexp(scores + u, 0, keepdim=True)
    return ((scores + u + v).exp() * cost).sum()


def losses(step):
    p, t = step.params, step.params.temperature
    if p.anneal:
        t = max(1, t - step.epoch * (t - 1) / max(1, step.epochs - 1))
    z, q = step.student.logits, step.teacher.logits
    soft = soft_cross_entropy_rows(z / t, F.softmax(q / t, 1)).mean()
    scale = 1 / len(z) if p.scale == 'mean' else 0.001
    return {
        'ce': step.supervised * (1 - p.alpha),
        'kd': soft * p.alpha * (t * t if p.squared else 1),
        'transport': transport(z, q, p.epsilon, p.sweeps) * p.beta * scale,
    }
