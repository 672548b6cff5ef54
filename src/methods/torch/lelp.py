"""LELP: made-up subclasses along the teacher's embeddings (Loo et al. 2024)."""
from types import SimpleNamespace

import torch
import torch.nn.functional as F

from condenser_losses import cross_entropy

OUT = 1e3  # logits of -OUT get no share
ROUNDS = 30  # of k-means, at most


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
    """Mean, unit directions [count, width], scale of the projections and what is added to them, of one class."""
    none = rows.new_zeros(len(turn))
    if len(rows) == 0:
        return rows.new_zeros(rows.shape[1]), rows.new_zeros(len(turn), rows.shape[1]), rows.new_zeros(()), none
    centred = rows - rows.mean(0)
    directions = turn.T @ axes(centred)
    return rows.mean(0), directions, (centred @ directions.T).square().mean().sqrt(), none


def distances(rows, centres):
    return (rows[:, None] - centres).square().sum(2)


def first_centres(rows, count, random):
    """Rows drawn by their squared distance to those already chosen."""
    centres = rows[int(random() * len(rows))][None]
    while len(centres) < count:
        far = distances(rows, centres).amin(1)
        past = (far.cumsum(0) > random() * far.sum()).nonzero()
        at = past[0, 0] if len(past) else len(centres) % len(rows)
        centres = torch.cat([centres, rows[at][None]])
    return centres


def clusters(rows, count, random):
    """Centres by Lloyd's rounds; one that loses all its rows stays where it was."""
    centres = first_centres(rows, count, random)
    for _ in range(ROUNDS):
        own = F.one_hot(distances(rows, centres).argmin(1), count).to(rows)
        size = own.sum(0)[:, None]
        after = torch.where(size > 0, own.T @ rows / size.clamp(min=1), centres)
        moved, centres = (after - centres).square().sum(1).max() > 1e-12, after
        if not moved:
            break
    return centres


def cluster_class(rows, count, random):
    """A class as `split_class` gives it, cut by distances to centres, less what all centres share."""
    if len(rows) == 0:
        return split_class(rows, torch.eye(count).to(rows), None)
    centred = rows - rows.mean(0)
    centres = clusters(centred, count, random)
    offsets = -centres.square().sum(1) / 2
    logits = centred @ centres.T + offsets
    return rows.mean(0), centres, (logits - logits.mean(1, keepdim=True)).square().mean().sqrt(), offsets


def projection(splits, count):
    """All splits as one matrix [width + 1, classes * count] for embeddings with a 1 behind them.

    Parts that a class does not have get no share.
    """
    columns = []
    for mean, directions, scale, offsets in splits:
        unit, missing = directions / scale.clamp(min=1e-8), count - len(directions)
        own = torch.cat([unit, (offsets / scale.clamp(min=1e-8) - unit @ mean)[:, None]], 1)
        out = F.pad(own.new_full((missing, 1), -OUT), (unit.shape[1], 0))
        columns.append(torch.cat([own, out]))
    return torch.cat(columns).T


def finer_splits(labels, finer, classes, count):
    """Split logits of every image: its own class by what it was before grouping, others over what theirs were."""
    out = torch.full((len(labels), classes, count), -OUT)
    for c in range(classes):
        for i, value in enumerate(finer[labels == c].unique().tolist()):
            out[(labels != c) | (finer == value), c, min(i, count - 1)] = 0
    return out.flatten(1)


def lots(given, c, width, count):
    """Random numbers of a class, one at a time."""
    return iter(given.uniform(f'axes {c}', 2 * width * (count + 8)).tolist()).__next__


def prepare(given):
    p, taught = given.params, given.taught()
    rows, logits, labels = (x[:5000] for x in (taught.embedding.double(), taught.logits.double(), given.labels))
    width, parts = rows.shape[1], min(p.subclasses, rows.shape[1])
    if p.directions == 'finer':
        finer = given.attributes().get('finer class', given.labels)
        return SimpleNamespace(splits=finer_splits(given.labels, finer, given.classes, parts))
    # One part less than the images of the smallest class that has any.
    counts = labels.bincount()
    count = min(parts, max(1, int(counts[counts > 0].min()) - 1))
    basis = head_basis(rows, logits) if p.nullSpace else rows[:0]
    # A head that reads nearly all of the embedding would leave nothing to split by.
    seen = without(rows, basis) if width - len(basis) >= count else rows
    random = lambda *_: torch.linalg.qr(torch.randn(width, count, dtype=rows.dtype))[0].T
    axes = (lambda x: principal(x, count)) if p.directions == 'principal' else random
    turn = lambda: torch.linalg.qr(torch.randn(count, count, dtype=rows.dtype))[0] if p.rotate else \
        torch.eye(count, dtype=rows.dtype)
    split = lambda own, c: split_class(own, turn(), axes)
    if p.directions == 'clusters':
        split = lambda own, c: cluster_class(own, count, lots(given, c, width, count))
    splits = [split(seen[labels == c], c) for c in range(given.classes)]
    return SimpleNamespace(splits=projection(splits, parts).float())


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
    table = step.memory.splits
    parts = table[step.index] if p.directions == 'finer' else project(table, step.teacher.embedding)
    wanted = split_targets(parts, step.teacher.logits, t, p.beta)
    return {'ce': cross_entropy(class_logits(z, step.classes), step.targets) * p.alpha,
            'split': cross_entropy(z / t, wanted) * (1 - p.alpha) * t * t}


def predict(params, extras, answer):
    return class_logits(extras['subclasses'](answer.embedding), answer.logits.shape[1])
