"""Similarity-preserving distillation (Tung, Mori 2019)."""
import torch.nn.functional as F

from condenser_losses import pair_taps


def similarities(x):
    rows = x.flatten(1)
    return F.normalize(rows @ rows.T)


def losses(step):
    s, t = pair_taps(step.student.taps, step.teacher.taps)[-1]
    return {'ce': step.supervised, 'similarity': F.mse_loss(similarities(s), similarities(t)) * step.params.weight}
