"""ProC-KD: prototypes of the teacher's local features (Li et al. 2022)."""
import torch
import torch.nn.functional as F

from condenser_losses import cross_entropy, distillation, map_shape, pool_to, to_map

ONLY = {"source": ["teacher"]}


def latest(taps, count):
    return list(taps.values())[-count:]


def extras(parts, given):
    p, c = given.params, map_shape(list(given.student.taps.values())[-1])[2]
    widths = [map_shape(shape)[2] for shape in latest(given.teacher.taps, p.layers)]
    parts.add_dense('join', sum(widths), c, he=True)
    parts.add_dense('assign', c, p.prototypes)
    parts.add_weight('prototypes', torch.rand(p.prototypes, c))
    parts.add_dense('readout', p.prototypes * c, c)
    parts.add_dense('embed', c, c)
    for name in ('mix', 'fuse'):
        parts.add_dense(f'{name}/first', 2 * c, c, he=True)
        parts.add_dense(f'{name}/second', c, c, he=True)
    parts.add('norm', torch.nn.LayerNorm(c))
    parts.add_dense('hint', c, widths[-1])


def tokens_of(x, grid):
    return pool_to(to_map(x), *grid).flatten(1, 2)


def both(parts, name, x):
    return F.relu(parts[f'{name}/second'](F.relu(parts[f'{name}/first'](x))))


def learn_prototypes(parts, joined):
    """The teacher's tokens with what all of the image has beside the prototypes, and who is assigned to which."""
    t = F.relu(parts['join'](joined))
    x = F.normalize(t, dim=2, eps=1e-6)
    assigned = F.softmax(parts['assign'](x), 2)
    apart = assigned.transpose(1, 2) @ x - assigned.sum(1)[:, :, None] * parts['prototypes']
    apart = F.normalize(apart, dim=2, eps=1e-6).flatten(1)
    whole = parts['readout'](F.normalize(apart, dim=1, eps=1e-6))
    return both(parts, 'mix', torch.cat([t, whole[:, None].expand_as(t)], 2)), assigned


def augment(parts, x):
    """Tokens enriched with the prototypes they resemble, and how much they resemble each."""
    e, c = parts['embed'](x), parts['embed'](parts['prototypes'])
    aligned = F.softmax(e @ c.T, 2)
    return F.relu(both(parts, 'fuse', torch.cat([e, aligned @ c], 2)) + x), aligned


def through(step, make):
    """Answers of the student's own end to the tokens that `make` makes, given its last layer."""
    last = list(step.student.taps)[-1]

    def hook(name, x):
        if name != last:
            return x
        return step.extras['norm'](augment(step.extras, make(x))[0]).reshape(x.shape)

    return step.forward(step.images, hook=hook).logits


def losses(step):
    p, none = step.params, torch.zeros(()).to(step.student.logits)
    last = to_map(list(step.student.taps.values())[-1])
    grid = last.shape[1:3]
    late = [tokens_of(x, grid) for x in latest(step.teacher.taps, p.layers)]
    enriched = None
    if p.augmented > 0 or p.agree > 0:
        enriched = through(step, lambda _: learn_prototypes(step.extras, torch.cat(late, 2))[0])
    own = lambda: cross_entropy(through(step, lambda x: tokens_of(x, grid)), step.targets)
    return {
        'ce': step.supervised,
        'augmented': cross_entropy(enriched, step.targets) * p.augmented if p.augmented > 0 else none,
        'own': own() * p.own if p.own > 0 else none,
        'agree': distillation(step.student.logits, enriched.detach(), 1) * p.agree if p.agree > 0 else none,
        'hint': F.mse_loss(step.extras['hint'](tokens_of(last, grid)), late[-1]) * p.hint if p.hint > 0 else none,
    }
