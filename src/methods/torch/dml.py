"""Deep mutual learning (Zhang et al. 2018)."""
import torch.nn.functional as F

from condenser_losses import distillation

TEACHER = 'none'


def peers(params):
    return params.peers


def losses(step):
    p, logits = step.params, [each.logits for each in step.students]
    weight = p.weight / max(1, len(logits) - 1) if p.average else p.weight
    pairs = [(a, b.detach()) for a in logits for b in logits if a is not b]
    return {
        'ce': sum(F.cross_entropy(z, step.labels) for z in logits),
        'peers': sum(distillation(a, b, p.temperature) for a, b in pairs) * weight,
    }
