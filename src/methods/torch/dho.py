"""Dual-head optimisation (Kang et al. 2025)."""
from types import SimpleNamespace

import torch
import torch.nn.functional as F

from condenser_losses import class_means, distillation

POOL = 'beside'
ALPHAS = [i / 20 for i in range(21)]
BETAS = [0.5, 0.75, 1, 1.25, 1.5, 2, 4]


def per(params):
    return params.per


def extras(parts, given):
    parts.add_state('mix', torch.full((2,), 0.5))
    if given.params.arm == 'dual':
        parts.add_dense('taught', given.student.embedding, given.classes)
    if given.params.source == 'prototypes':
        parts.add_state('prototypes', torch.zeros(given.classes, given.teacher.embedding))


def cosines(rows, prototypes, scale):
    return scale * F.normalize(rows) @ F.normalize(prototypes).T


def prepare(given):
    """Logits of images and pool as imported, or by class prototypes in imported embeddings."""
    p = given.params
    if p.source not in ('logits', 'embedding'):
        return None
    found = given.numbers()
    remember = lambda own, pool: SimpleNamespace(imported=SimpleNamespace(own=own, pool=pool))
    if p.source == 'logits':
        return remember(found.rows, found.pool)
    # Of labelled images, where the file has no row for a class.
    means = class_means(F.normalize(found.rows), given.labels, given.classes)
    prototypes = torch.where(found.classes.isnan(), means, found.classes)
    return remember(*(cosines(rows, prototypes, p.scale) for rows in (found.rows, found.pool)))


def begin(phase, given):
    if given.params.source == 'prototypes':
        means = class_means(F.normalize(given.taught().embedding), given.labels, given.classes)
        given.extras['prototypes'].copy_(means)


def head_logits(layer, embedding, form, scale):
    return layer(embedding) if form == 'linear' else layer(F.normalize(embedding)) * scale


def taught_logits(params, parts, student):
    """Of what learns from the teacher: a head of its own or, where there is none, the network's."""
    if params.arm != 'dual':
        return student.logits
    return head_logits(parts['taught'], student.embedding, params.head, params.scale)


def teacher_logits(step):
    """What the teacher says of the batch, and of the images without labels."""
    if step.params.source in ('logits', 'embedding'):
        imported = step.memory.imported
        return imported.own[step.index], imported.pool[step.pool.index]
    if step.params.source == 'teacher':
        return step.teacher.logits, step.pool.teacher.logits
    say = lambda answer: cosines(answer.embedding, step.extras['prototypes'], step.params.scale)
    return say(step.teacher), say(step.pool.teacher)


def blend(labels, teacher, alpha, beta):
    """Probabilities of both heads together."""
    return alpha * F.softmax(labels, 1) + (1 - alpha) * F.softmax(teacher / beta, 1)


def losses(step):
    p, none = step.params, torch.zeros(()).to(step.student.logits)
    labels = none if p.arm == 'kd' else step.supervised * p.ceWeight
    if p.arm == 'ce':
        return {'ce': labels, 'kd': none, 'pool': none}
    own, pool = teacher_logits(step)
    learn = lambda s, t: distillation(taught_logits(p, step.extras, s), t, p.temperature) * p.kdWeight
    return {'ce': labels, 'kd': learn(step.student, own), 'pool': learn(step.pool.student, pool)}


def search(labels, ce, kd):
    """Accuracy of every blend, [betas, alphas], and the first of the best ones, beta by beta."""
    right = lambda alpha, beta: (blend(ce, kd, alpha, beta).argmax(1) == labels).double().mean()
    grid = torch.stack([torch.stack([right(alpha, beta) for alpha in ALPHAS]) for beta in BETAS])
    best = int(grid.flatten().argmax())
    return grid, ALPHAS[best % len(ALPHAS)], BETAS[best // len(ALPHAS)]


def choose(given):
    p = given.params
    if p.arm == 'dual' and p.blend == 'search' and len(given.held):
        read = lambda a: torch.cat([a.logits, taught_logits(p, given.extras, a)], 1)
        ce, kd = given.asked('validation', read).double().cpu().split(given.classes, 1)
        given.extras['mix'].copy_(torch.tensor(search(given.held, ce, kd)[1:]))


def predict(params, parts, answer):
    if params.arm != 'dual':
        return answer.logits
    return blend(answer.logits, taught_logits(params, parts, answer), *parts['mix']).clamp(min=1e-12).log()
