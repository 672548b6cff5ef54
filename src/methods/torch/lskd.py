"""Logit standardisation (Sun et al. 2024)."""
from condenser_losses import decoupled, distillation


def standardise(z, epsilon=1e-7):
    return (z - z.mean(1, keepdim=True)) / (z.std(1, keepdim=True) + epsilon)


def losses(step):
    p = step.params
    s, t = standardise(step.student.logits), standardise(step.teacher.logits)
    if p.base == 'kd':
        distance = distillation(s, t, p.temperature)
    else:
        target, rest = decoupled(s, t, step.labels, p.temperature)
        distance = target * p.alpha + rest * p.beta
    return {'ce': step.supervised * p.ceWeight, 'kd': distance * p.weight}
