"""Distillation on pruned data (Ben-Baruch et al. 2025)."""
from condenser_losses import distillation


def losses(step):
    p, f = step.params, step.kept
    alpha = p.alpha
    if p.rule == 'auto':
        full = 0.5 if step.noisy_teacher else 0.8
        alpha = 1 if f <= 0.1 else 1 - 0.1 * (f - 0.1) / 0.4 if f <= 0.5 else 0.9 + (full - 0.9) * (f - 0.5) / 0.5
    kl = distillation(step.student.logits, step.teacher.logits, p.temperature)
    return {'ce': step.supervised * (1 - alpha), 'kd': kl * alpha}
