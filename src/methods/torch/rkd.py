"""Relational knowledge distillation (Park et al. 2019)."""
import torch
import torch.nn.functional as F


def distances(f):
    n = len(f)
    squares = f.square().sum(1, keepdim=True)
    squared = (squares + squares.T - 2 * f @ f.T).clamp(min=1e-12)
    d = squared.sqrt() * (1 - torch.eye(n, dtype=f.dtype, device=f.device))
    return d / (d.sum() / max(1, n * (n - 1))).clamp(min=1e-12)


def angles(f):
    differences = f[None] - f[:, None]
    squared = differences.square().sum(-1, keepdim=True)
    unit = differences * (squared.detach() > 1e-12) * squared.clamp(min=1e-12).rsqrt()
    return unit @ unit.transpose(1, 2)


def losses(step):
    p = step.params
    s, t = step.student.embedding[:p.rows], step.teacher.embedding[:p.rows]
    return {
        'ce': step.supervised,
        'distance': F.smooth_l1_loss(distances(s), distances(t)) * p.distance,
        'angle': F.smooth_l1_loss(angles(s), angles(t)) * p.angle,
    }
