"""LELP: made-up subclasses along the teacher's embeddings (Loo et al. 2024).

Left out: the controls by clusters, and the upper bound, which needs the classes from before they were grouped.
"""
from types import SimpleNamespace

import torch
import torch.nn.functional as F

from condenser_losses import cross_entropy

ONLY = {"directions": ["principal", "random"]}


def extras(parts, given):
    count = min(given.params.subclasses, given.teacher.embedding)
    parts.add_dense('subclasses', given.student.embedding, given.classes * count)


def head_basis(rows, logits):
    """Orthonormal basis of what a linear head reads from embeddings, found from its logits by least squares."""
    some = max(4 * rows.shape[1], 500)
    x, z = (a[:some] - a[:some].mean(0) for a in (rows, logits))
    squares = x.T @ x
    ridge = 1e-9 * squares.trace() / len(squares) + 1e-30
    found = torch.linalg.solve(squares + ridge * torch.eye(len(squares)).to(x), x.T @ z)
    basis = []
    for column in found.T:
        unit = column - sum((b @ column) * b for b in basis)
        if unit.norm() > 1e-6 * column.norm():
            basis.append(unit / unit.norm())
    return torch.stack(basis) if basis else rows[:0]


def without(rows, basis):
    for unit in basis:
        rows = rows - (rows @ unit)[:, None] * unit
    return rows


def principal(centred, count):
    """Leading eigenvectors of the covariance, [count, width]; the entry of largest size of each is positive."""
    _, vectors = torch.linalg.eigh(centred.T @ centred / len(centred))
    vectors = vectors.flip(1).T[:count]
    return vectors * vectors.gather(1, vectors.abs().argmax(1, keepdim=True)).sign()


def split_class(rows, turn, axes):
    """Mean, unit directions [count, width] and scale of the projections of one class."""
    if len(rows) == 0:
        return rows.new_zeros(rows.shape[1]), rows.new_zeros(len(turn), rows.shape[1]), rows.new_zeros(())
    centred = rows - rows.mean(0)
    directions = turn.T @ axes(centred)
    return rows.mean(0), directions, (centred @ directions.T).square().mean().sqrt()


def projection(splits):
    """All splits as one matrix [width + 1, classes * count] for embeddings with a 1 behind them."""
    units = [(mean, directions / scale.clamp(min=1e-8)) for mean, directions, scale in splits]
    return torch.cat([torch.cat([unit, -(unit @ mean)[:, None]], 1) for mean, unit in units]).T


def prepare(given):
    p, taught = given.params, given.taught()
    rows, logits, labels = (x[:5000] for x in (taught.embedding.double(), taught.logits.double(), given.labels))
    width, count = rows.shape[1], min(p.subclasses, rows.shape[1])
    basis = head_basis(rows, logits) if p.nullSpace else rows[:0]
    # A head that reads nearly all of the embedding would leave nothing to split by.
    seen = without(rows, basis) if width - len(basis) >= count else rows
    random = lambda *_: torch.linalg.qr(torch.randn(width, count, dtype=rows.dtype))[0].T
    axes = (lambda x: principal(x, count)) if p.directions == 'principal' else random
    turn = lambda: torch.linalg.qr(torch.randn(count, count, dtype=rows.dtype))[0] if p.rotate else \
        torch.eye(count, dtype=rows.dtype)
    splits = [split_class(seen[labels == c], turn(), axes) for c in range(given.classes)]
    return SimpleNamespace(splits=projection(splits).float())


def project(matrix, embedding):
    return torch.cat([embedding, torch.ones_like(embedding[:, :1])], 1) @ matrix


def split_targets(projected, teacher, t, beta):
    split = F.softmax(projected.reshape(*teacher.shape, -1) / beta, 2)
    return (F.softmax(teacher / t, 1)[:, :, None] * split).flatten(1)


def class_logits(z, classes):
    return torch.logsumexp(z.reshape(len(z), classes, -1), 2)


def losses(step):
    p, t = step.params, step.params.temperature
    z = step.extras['subclasses'](step.student.embedding)
    wanted = split_targets(project(step.memory.splits, step.teacher.embedding), step.teacher.logits, t, p.beta)
    return {'ce': cross_entropy(class_logits(z, step.classes), step.targets) * p.alpha,
            'split': cross_entropy(z / t, wanted) * (1 - p.alpha) * t * t}


def predict(params, extras, answer):
    return class_logits(extras['subclasses'](answer.embedding), answer.logits.shape[1])
