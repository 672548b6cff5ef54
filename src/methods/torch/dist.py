"""DIST (Huang et al. 2022)."""
import torch.nn.functional as F


def correlations(a, b):
    """Pearson correlation of each row of `a` with the same row of `b`."""
    x, y = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
    length = [z.square().sum(1).clamp(min=1e-24).sqrt() for z in (x, y)]
    return (x * y).sum(1) / (length[0] * length[1] + 1e-8)


def losses(step):
    p, t = step.params, step.params.temperature
    s, q = F.softmax(step.student.logits / t, 1), F.softmax(step.teacher.logits / t, 1)
    return {
        'ce': step.supervised,
        'inter': (1 - correlations(s, q).mean()) * p.inter * t * t,
        'intra': (1 - correlations(s.T, q.T).mean()) * p.intra * t * t,
    }
