"""The losses of Condenser's methods in PyTorch.

Every function takes a `Step` and returns its loss terms by name; the loss is their sum, weights are inside.
Maps are [batch, height, width, channels], tokens [batch, tokens, width], as in condenser_models.py.
"""
import math
from dataclasses import dataclass
from types import SimpleNamespace

import torch
import torch.nn.functional as F


@dataclass
class Step:
    """What a loss may read. Answers have `logits`, `embedding` and `taps`, a dict in order of depth."""

    params: SimpleNamespace
    students: list  # all peers; the first one is the student that is reported
    teacher: object  # None where the method has no teacher
    labels: torch.Tensor  # [batch], whole numbers
    index: torch.Tensor = None  # row of the training set of each image
    memory: object = None
    progress: float = 0.0  # 0 at the first step, 1 after the last
    epoch: int = 0
    epochs: int = 1
    kept: float = 1.0  # share of the training images that the students see
    noisy_teacher: bool = False  # whether the teacher learned from wrong labels
    order: torch.Tensor = None  # of the other classes, for born-again networks; drawn where it is not given

    @property
    def student(self):
        return self.students[0]

    @property
    def supervised(self):
        return F.cross_entropy(self.student.logits, self.labels)

    @property
    def targets(self):
        logits = self.student.logits
        return F.one_hot(self.labels, logits.shape[1]).to(logits.dtype)


def soft_cross_entropy_rows(logits, targets):
    return -(targets * F.log_softmax(logits, 1)).sum(1)


def kl_rows(log_p, log_q):
    """KL(p || q) of each row, from log-probabilities."""
    return (log_p.exp() * (log_p - log_q)).sum(-1)


def distillation(student, teacher, t):
    """T^2 times the mean over rows of KL(softmax(teacher / T) || softmax(student / T))."""
    return kl_rows(F.log_softmax(teacher / t, 1), F.log_softmax(student / t, 1)).mean() * t * t


def decoupled(student, teacher, labels, t):
    """The two parts of decoupled distillation (Zhao et al. 2022): true class, and the others among themselves."""
    own = F.one_hot(labels, student.shape[1]).bool()

    def parts(z):
        z = z / t
        rest = torch.logsumexp(z.masked_fill(own, -1e9), 1)
        odds = z[own] - rest
        pair = torch.stack([F.logsigmoid(odds), F.logsigmoid(-odds)], 1)
        return pair, F.log_softmax(z.masked_fill(own, -1e9), 1)

    (pair_s, rest_s), (pair_t, rest_t) = parts(student), parts(teacher)
    return kl_rows(pair_t, pair_s).mean() * t * t, kl_rows(rest_t, rest_s).mean() * t * t


def to_map(x):
    """[b, h, w, c] from maps, from tokens (a square if they are one, else a row) or from vectors."""
    if x.dim() == 4:
        return x
    tokens = x.shape[1] if x.dim() == 3 else 1
    side = round(math.sqrt(tokens))
    h, w = (side, side) if side * side == tokens else (1, tokens)
    return x.reshape(x.shape[0], h, w, x.shape[-1])


def to_smaller(a, b):
    """Two maps, average-pooled to the smaller height and the smaller width of both."""
    size = (min(a.shape[1], b.shape[1]), min(a.shape[2], b.shape[2]))

    def pooled(x):
        return F.adaptive_avg_pool2d(x.permute(0, 3, 1, 2), size).permute(0, 2, 3, 1)

    return pooled(a), pooled(b)


def pair_taps(student, teacher):
    """Inner layers that belong together: last with last, first with first, the others at equal spacing."""
    a, b = list(student.values()), list(teacher.values())
    n = min(len(a), len(b))

    def at(values, i):
        return values[-1] if n == 1 else values[math.floor(i * (len(values) - 1) / (n - 1) + 0.5)]

    return [(at(a, i), at(b, i)) for i in range(n)]


def labels_only(step):
    return {'ce': step.supervised}


def label_smoothing(step):
    e = step.params.epsilon
    targets = step.targets * (1 - e) + e / step.targets.shape[1]
    return {'ce': soft_cross_entropy_rows(step.student.logits, targets).mean()}


def kd(step):
    p, t = step.params, step.params.temperature
    s = F.log_softmax(step.student.logits / t, 1)
    q = F.log_softmax(step.teacher.logits / t, 1)
    if p.divergence == 'forward':
        rows = kl_rows(q, s)
    elif p.divergence == 'reverse':
        rows = kl_rows(s, q)
    elif p.divergence == 'total-variation':
        rows = 0.5 * (q.exp() - s.exp()).abs().sum(1)
    else:
        mixture = torch.logaddexp(s, q) - math.log(2)
        rows = 0.5 * (kl_rows(q, mixture) + kl_rows(s, mixture))
    return {'ce': step.supervised * p.ceWeight, 'kd': rows.mean() * t * t * p.kdWeight}


def dkd(step):
    p = step.params
    target, rest = decoupled(step.student.logits, step.teacher.logits, step.labels, p.temperature)
    ramp = min(step.progress / p.warmup, 1) if p.warmup > 0 else 1
    return {
        'ce': step.supervised * p.ceWeight,
        'target': target * p.alpha * ramp,
        'rest': rest * p.beta * ramp,
    }


def standardise(z, epsilon=1e-7):
    return (z - z.mean(1, keepdim=True)) / (z.std(1, keepdim=True) + epsilon)


def lskd(step):
    p = step.params
    s, t = standardise(step.student.logits), standardise(step.teacher.logits)
    if p.base == 'kd':
        distance = distillation(s, t, p.temperature)
    else:
        target, rest = decoupled(s, t, step.labels, p.temperature)
        distance = target * p.alpha + rest * p.beta
    return {'ce': step.supervised * p.ceWeight, 'kd': distance * p.weight}


def correlations(a, b):
    """Pearson correlation of each row of `a` with the same row of `b`."""
    x, y = a - a.mean(1, keepdim=True), b - b.mean(1, keepdim=True)
    length = [z.square().sum(1).clamp(min=1e-24).sqrt() for z in (x, y)]
    return (x * y).sum(1) / (length[0] * length[1] + 1e-8)


def dist(step):
    p, t = step.params, step.params.temperature
    s, q = F.softmax(step.student.logits / t, 1), F.softmax(step.teacher.logits / t, 1)
    return {
        'ce': step.supervised,
        'inter': (1 - correlations(s, q).mean()) * p.inter * t * t,
        'intra': (1 - correlations(s.T, q.T).mean()) * p.intra * t * t,
    }


def attention_map(x, power):
    energy = (x.abs() if power % 2 else x).pow(power).mean(-1)
    return F.normalize(energy.flatten(1))


def at(step):
    def loss(student, teacher):
        s, t = to_smaller(to_map(student), to_map(teacher))
        return F.mse_loss(attention_map(s, step.params.power), attention_map(t, step.params.power))

    layers = [loss(s, t) for s, t in pair_taps(step.student.taps, step.teacher.taps)]
    return {'ce': step.supervised, 'attention': sum(layers) * step.params.weight}


def similarities(x):
    rows = x.flatten(1)
    return F.normalize(rows @ rows.T)


def sp(step):
    s, t = pair_taps(step.student.taps, step.teacher.taps)[-1]
    return {'ce': step.supervised, 'similarity': F.mse_loss(similarities(s), similarities(t)) * step.params.weight}


def distances(f):
    n = len(f)
    squares = f.square().sum(1, keepdim=True)
    squared = (squares + squares.T - 2 * f @ f.T).clamp(min=1e-12)
    d = squared.sqrt() * (1 - torch.eye(n, dtype=f.dtype, device=f.device))
    return d / (d.sum() / max(1, n * (n - 1))).clamp(min=1e-12)


def angles(f):
    differences = f[None] - f[:, None]
    squared = differences.square().sum(-1, keepdim=True)
    unit = differences * (squared.detach() > 1e-12) * squared.clamp(min=1e-12).rsqrt()
    return unit @ unit.transpose(1, 2)


def rkd(step):
    p = step.params
    s, t = step.student.embedding[:p.rows], step.teacher.embedding[:p.rows]
    return {
        'ce': step.supervised,
        'distance': F.smooth_l1_loss(distances(s), distances(t)) * p.distance,
        'angle': F.smooth_l1_loss(angles(s), angles(t)) * p.angle,
    }


def transport(student, teacher, epsilon, sweeps):
    """Cost of moving one batch of answers onto the other, by Sinkhorn's sweeps in the log domain."""
    p, q = F.softmax(student / 2, 1), F.softmax(teacher / 2, 1)
    cost = (p[:, None] - q[None]).abs().sum(-1)
    scores = -cost / epsilon
    v = torch.zeros(1, len(q), dtype=cost.dtype, device=cost.device)
    for _ in range(sweeps):
        u = -torch.logsumexp(scores + v, 1, keepdim=True)
        v = -torch.logsumexp(scores + u, 0, keepdim=True)
    return ((scores + u + v).exp() * cost).sum()


def sinkd(step):
    p, t = step.params, step.params.temperature
    if p.anneal:
        t = max(1, t - step.epoch * (t - 1) / max(1, step.epochs - 1))
    z, q = step.student.logits, step.teacher.logits
    soft = soft_cross_entropy_rows(z / t, F.softmax(q / t, 1)).mean()
    scale = 1 / len(z) if p.scale == 'mean' else 0.001
    return {
        'ce': step.supervised * (1 - p.alpha),
        'kd': soft * p.alpha * (t * t if p.squared else 1),
        'transport': transport(z, q, p.epsilon, p.sweeps) * p.beta * scale,
    }


def permute_others(teacher, order):
    """The teacher's probabilities with all but the largest of each row moved by `order`, [classes - 1]."""
    p = F.softmax(teacher, 1)
    top = p.argmax(1, keepdim=True)
    k = torch.arange(p.shape[1], device=p.device)[None].expand_as(p)
    moved = order[(k - (k > top).long()).clamp(0, p.shape[1] - 2)]
    source = torch.where(k == top, top, moved + (moved >= top).long())
    return p.gather(1, source)


def born_again(step):
    p, z, q = step.params, step.student.logits, step.teacher.logits
    if p.form == 'probabilities':
        lesson = distillation(z, q, p.temperature)
    elif p.form == 'confidence':
        top = F.softmax(q, 1).amax(1)
        lesson = (top / top.sum() * soft_cross_entropy_rows(z, step.targets)).sum()
    else:
        order = torch.randperm(z.shape[1] - 1, device=z.device) if step.order is None else step.order
        lesson = soft_cross_entropy_rows(z, permute_others(q, order)).mean()
    return {'ce': step.supervised * p.ceWeight, 'former': lesson * p.weight}


def data_pruning_kd(step):
    p, f = step.params, step.kept
    alpha = p.alpha
    if p.rule == 'auto':
        full = 0.5 if step.noisy_teacher else 0.8
        alpha = 1 if f <= 0.1 else 1 - 0.1 * (f - 0.1) / 0.4 if f <= 0.5 else 0.9 + (full - 0.9) * (f - 0.5) / 0.5
    kl = distillation(step.student.logits, step.teacher.logits, p.temperature)
    return {'ce': step.supervised * (1 - alpha), 'kd': kl * alpha}


def mlkd(step):
    """The form with one view: per image, between images and between classes, mean over five temperatures."""
    p, z, q = step.params, step.student.logits, step.teacher.logits

    def gram_distance(a, b):
        return (a @ a.T - b @ b.T).square().sum()

    instance, batch, between = 0, 0, 0
    for t in (4, 3, 5, 2, 6):
        s, r = F.softmax(z / t, 1), F.softmax(q / t, 1)
        instance = instance + distillation(z, q, t)
        batch = batch + gram_distance(s, r) / len(z)
        between = between + gram_distance(s.T, r.T) / z.shape[1]
    weight = p.weight / 5
    return {
        'ce': step.supervised * p.ceWeight,
        'instance': instance * weight,
        'batch': batch * weight,
        'class': between * weight,
    }
