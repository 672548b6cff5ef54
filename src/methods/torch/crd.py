"""Contrastive representation distillation (Tian, Krishnan, Isola 2020), in the batch or with a memory."""
import math
from types import SimpleNamespace

import torch
import torch.nn.functional as F


def extras(parts, given):
    parts.add_dense('student', given.student.embedding, given.params.width)
    parts.add_dense('teacher', given.teacher.embedding, given.params.width)


def prepare(given):
    """Unit vectors of every image by both networks, the normalisers (0 until the first batch), rows by class."""
    if given.params.form != 'memory':
        return None
    n, width = len(given.labels), given.params.width
    rows = lambda: (2 * torch.rand(n, width) - 1) / math.sqrt(width / 3)
    counts = torch.bincount(given.labels, minlength=given.classes)
    return SimpleNamespace(student=rows(), teacher=rows(), constants=torch.zeros(1, 2),
                           order=torch.argsort(given.labels, stable=True)[:, None].float(),
                           ranges=torch.stack([counts.cumsum(0) - counts, counts], 1).float())


def draw_others(memory, labels, uniform):
    """Rows of other classes for each label, from uniform numbers [b, n]."""
    start, count = memory.ranges[labels].split(1, 1)
    others = len(memory.order) - count
    drawn = torch.minimum((uniform * others).floor(), (others - 1).clamp(min=0))
    place = (drawn + (drawn >= start) * count).clamp(max=len(memory.order) - 1)
    return memory.order[place.long(), 0].long()


def contrast(x, samples):
    """Noise-contrastive loss of similarities [b, 1 + n], the first column the positive."""
    noise = (x.shape[1] - 1) / samples
    negatives = x.shape[0] * (x.shape[1] - 1) * math.log(noise)
    return ((x + noise + 1e-7).log().sum() - x[:, 0].clamp(min=1e-37).log().sum() - negatives) / len(x)


def memory_losses(memory, student, teacher, rows, temperature):
    """Both sides against the memory of the other; `rows` [b, 1 + n] start with the own row. Updates the memory."""
    samples = len(memory.student)
    raw = [((kept[rows] @ anchor[:, :, None]).squeeze(2) / temperature).exp()
           for kept, anchor in ((memory.teacher, student), (memory.student, teacher))]
    fresh = torch.stack([x.detach().mean() * samples for x in raw])[None]
    memory.constants = torch.where(memory.constants <= 0, fresh, memory.constants)
    for kept, anchor in ((memory.student, student), (memory.teacher, teacher)):
        kept[rows[:, 0]] = F.normalize(0.5 * kept[rows[:, 0]] + 0.5 * anchor.detach())
    return [contrast(x / memory.constants[0, i], samples) for i, x in enumerate(raw)]


def losses(step):
    p = step.params
    student = F.normalize(step.extras['student'](step.student.embedding))
    teacher = F.normalize(step.extras['teacher'](step.teacher.embedding))
    if p.form == 'memory':
        others = draw_others(step.memory, step.labels, step.uniform('negatives', len(student), p.negatives))
        both = memory_losses(step.memory, student, teacher, torch.cat([step.index[:, None], others], 1), p.temperature)
    else:
        scores, own = student @ teacher.T / p.temperature, torch.arange(len(student), device=student.device)
        both = F.cross_entropy(scores, own) / 2, F.cross_entropy(scores.T, own) / 2
    return {'ce': step.supervised, 'student': both[0] * p.weight, 'teacher': both[1] * p.weight}
