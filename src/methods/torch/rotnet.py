"""Turns of images first, then classes (Gidaris et al. 2018).

Left out: frozen features with a readout, half of the turns, a teacher of turns, and images without labels.
"""
import torch
import torch.nn.functional as F

from condenser_losses import all_turns, cross_entropy, distillation

ONLY = {"features": ["learn"], "turns": ["4"], "guide": [0]}
# The released learning rates as factors of the first, by share of the phase.
RATES = {'pretext': ((0.3, 1), (0.6, 0.2), (0.8, 0.04), (1, 0.008)),
         'distil': ((0.35, 1), (0.7, 0.2), (0.85, 0.04), (1, 0.008))}


def phases(params):
    return [('pretext', params.pretext, None), ('distil', 1 - params.pretext, None)]


def rates(params, phase):
    return RATES[phase] if params.rates == 'released' else None


def extras(parts, given):
    parts.add_dense('turns', given.student.embedding, 4)


def change(step):
    if step.phase == 'pretext':
        step.images = all_turns(step.images)
        step.labels, step.targets = step.labels.repeat_interleave(4), step.targets.repeat_interleave(4, 0)


def losses(step):
    p, none = step.params, torch.zeros(()).to(step.student.logits)
    if step.phase == 'pretext':
        z = step.extras['turns'](step.student.embedding)
        turns = torch.arange(4, device=z.device).repeat(len(z) // 4)
        return {'rotation': F.cross_entropy(z, turns), 'labels': none, 'teacher': none}
    z = step.student.logits
    return {'rotation': none, 'labels': cross_entropy(z, step.targets) * (1 - p.weight),
            'teacher': distillation(z, step.teacher.logits, p.temperature) * p.weight}
