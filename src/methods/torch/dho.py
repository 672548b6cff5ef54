"""Dual-head optimisation (Kang et al. 2025).

Left out: images without labels and imported answers are not in the archive, so that train.py cannot train it; nor
is the search for the blend of both heads on the validation images.
"""
import torch
import torch.nn.functional as F

from condenser_losses import distillation

COURSE = False
ONLY = {"source": ["teacher"]}


def extras(parts, given):
    if given.params.arm == 'dual':
        parts.add_dense('taught', given.student.embedding, given.classes)


def head_logits(layer, embedding, form, scale):
    return layer(embedding) if form == 'linear' else layer(F.normalize(embedding)) * scale


def taught_logits(step, student):
    if step.params.arm != 'dual':
        return student.logits
    return head_logits(step.extras['taught'], student.embedding, step.params.head, step.params.scale)


def blend(labels, teacher, alpha, beta):
    """Probabilities of both heads together."""
    return alpha * F.softmax(labels, 1) + (1 - alpha) * F.softmax(teacher / beta, 1)


def losses(step):
    p, none = step.params, torch.zeros(()).to(step.student.logits)
    labels = none if p.arm == 'kd' else step.supervised * p.ceWeight
    if p.arm == 'ce':
        return {'ce': labels, 'kd': none, 'pool': none}
    learn = lambda s, t: distillation(taught_logits(step, s), t.logits, p.temperature) * p.kdWeight
    return {'ce': labels, 'kd': learn(step.student, step.teacher), 'pool': learn(step.pool.student, step.pool.teacher)}
