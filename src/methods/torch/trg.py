"""Token relation graphs (Zhang et al. 2023)."""
import math

import torch
import torch.nn.functional as F

from condenser_losses import average, distillation, kl_rows, map_shape, pool_to, to_map, to_smaller


def deepest(taps, shape_of=lambda x: x.shape[1:]):
    """The deepest inner activation with at least 16 cells; the deepest when none has."""
    values = list(taps.values())
    many = [x for x in values if math.prod(shape_of(x)[:-1]) >= 16]
    return (many or values)[-1]


def extras(parts, given):
    widths = [map_shape(deepest(net.taps, list))[2] * given.params.patch ** 2 for net in (given.student, given.teacher)]
    parts.add_dense('project', *widths, bias=False)


def patches(x, p):
    """Patches of p x p cells in rows, [b, h, w, c] to [b, h w / p^2, p p c]."""
    b, h, w, c = x.shape
    return x.reshape(b, h // p, p, w // p, p, c).transpose(2, 3).reshape(b, -1, p * p * c)


def tokens_of(student, teacher, p):
    pair = to_smaller(to_map(deepest(student.taps)), to_map(deepest(teacher.taps)))
    fit = lambda n: max(p, n - n % p)
    return [patches(pool_to(x, fit(x.shape[1]), fit(x.shape[2])), p) for x in pair]


def distances(rows):
    return (rows[:, None] - rows[None]).square().sum(2)


def neighbours(rows, k):
    """mask[i, j] = 1 when row i is among the k nearest of row j; sigma: mean length of these edges."""
    d, n = distances(rows.detach()), len(rows)
    near = (d + 1e30 * torch.eye(n).to(d)).topk(max(1, min(k, n - 1)), 1, largest=False).indices
    mask = torch.zeros_like(d).scatter(1, near, 1).T
    return mask, ((d * mask).sum() / mask.sum()).clamp(min=1e-9)


def adjacency(rows, mask, sigma):
    return mask * (distances(rows) / (-2 * sigma)).exp()


def local_loss(student, teacher, teacher_first=True):
    s, t = F.log_softmax(student, 1), F.log_softmax(teacher, 1)
    return (kl_rows(t, s) if teacher_first else kl_rows(s, t)).mean()


def global_loss(student, teacher, tau):
    """Each projected student token must find its own teacher token among all, by cosine."""
    cosines = F.normalize(student) @ F.normalize(teacher).T
    return F.cross_entropy(cosines / tau, torch.arange(len(cosines), device=cosines.device))


def context(tokens):
    return F.softmax(tokens @ tokens.transpose(1, 2) / math.sqrt(tokens.shape[2]), 2)


def coldness(epoch, epochs, high, low):
    return high * (low / high) ** min(epoch / max(1, epochs - 1), 1)


def losses(step):
    p = step.params
    s, t = tokens_of(step.student, step.teacher, p.patch)
    b, n, _ = s.shape
    at = step.uniform('tokens', b, n).topk(max(1, min(n, p.tokens, 512 // b)), 1).indices
    rows = [x[torch.arange(b)[:, None], at].flatten(0, 1) for x in (s, t)]
    graphs = [adjacency(x, *neighbours(x, p.k)) for x in rows]
    tau = coldness(step.epoch, step.epochs, p.high, p.low)
    return {
        'ce': step.supervised,
        'kd': distillation(step.student.logits, step.teacher.logits, p.temperature) * p.kd,
        'inner': F.mse_loss(context(s), context(t)) * p.inner,
        'local': local_loss(*graphs, p.direction == 'teacher') * p.local,
        'global': global_loss(step.extras['project'](rows[0]), rows[1], tau) * p.__dict__['global'],
    }
