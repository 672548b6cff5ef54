"""Decoupled knowledge distillation (Zhao et al. 2022)."""
from condenser_losses import decoupled


def losses(step):
    p = step.params
    target, rest = decoupled(step.student.logits, step.teacher.logits, step.labels, p.temperature)
    ramp = min(step.progress / p.warmup, 1) if p.warmup > 0 else 1
    return {
        'ce': step.supervised * p.ceWeight,
        'target': target * p.alpha * ramp,
        'rest': rest * p.beta * ramp,
    }
