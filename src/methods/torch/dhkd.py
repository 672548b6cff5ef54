"""Dual-head distillation (Yang et al. 2024)."""
import math

import torch
import torch.nn.functional as F


def extras(parts, given):
    width, head = given.student.embedding, given.params.head
    if head == 'linear':
        parts.add_dense('auxiliary', width, given.classes)
    if head == 'mlp':
        parts.add_dense('auxiliary/hidden', width, 64, bias=False, he=True)
        parts.add_norm('auxiliary/norm', 64)
        parts.add_dense('auxiliary/out', 64, given.classes)


def binary_kl(student, teacher, t, normalised):
    u = (student - teacher) / t
    if normalised:
        each = 0.5 * (F.softplus(u) + F.softplus(-u)) - math.log(2)
    else:
        each = F.softplus(student / t) - F.softplus(teacher / t) - torch.sigmoid(teacher / t) * u
    return each.sum() * t * t / len(student)


def auxiliary(step):
    head, parts, x = step.params.head, step.extras, step.student.embedding
    if head == 'none':
        return step.student.logits
    if head == 'linear':
        return parts['auxiliary'](x)
    return parts['auxiliary/out'](F.relu(parts['auxiliary/norm'](parts['auxiliary/hidden'](x))))


def losses(step):
    p = step.params
    kl = binary_kl(auxiliary(step), step.teacher.logits, p.temperature, p.match == 'normalised')
    return {'labels': step.supervised * p.gamma, 'teacher': kl * p.alpha}


def combine(gradients, params):
    """Where the two disagree, the teacher's gradient loses its part along that of the labels (section 3.3)."""
    labels, teacher = gradients['labels'], gradients['teacher']
    if not params.align:
        return labels + teacher
    along = (labels @ teacher).clamp(max=0) / (labels @ labels).clamp(min=1e-30)
    return labels + teacher - along * labels
