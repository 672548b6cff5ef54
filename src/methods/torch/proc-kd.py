"""ProC-KD: prototypes of the teacher's local features (Li et al. 2022)."""
import torch
import torch.nn.functional as F

from condenser_losses import cross_entropy, distillation, map_shape, pool_to, to_map


def teachers(given):
    """A network that never learns, as a control."""
    return [None] if given.params.source == 'random' else []


def phases(params):
    return [('main', 1, ['student', 'extras'])]


def latest(taps, count):
    return list(taps.values())[-count:]


def extras(parts, given):
    p, (name, shape) = given.params, list(given.student.taps.items())[-1]
    c, parts.last = map_shape(shape)[2], name
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


def through(parts, make):
    """Puts the tokens that `make` makes of the student's last layer in its place, enriched."""
    def change(name, x):
        return parts['norm'](augment(parts, make(x))[0]).reshape(x.shape) if name == parts.last else x

    return change


def own_route(parts):
    """By the student's own tokens: the route that is there after training."""
    return through(parts, lambda x: tokens_of(x, to_map(x).shape[1:3]))


def hook(params, extras):
    return own_route(extras) if params.answers == 'augmented' else None


def losses(step):
    p, none = step.params, torch.zeros(()).to(step.student.logits)
    last = to_map(list(step.student.taps.values())[-1])
    grid = last.shape[1:3]
    teacher = step.teachers[0] if p.source == 'random' else step.teacher
    late = [tokens_of(x, grid) for x in latest(teacher.taps, p.layers)]
    answers = lambda route: step.forward(step.images, hook=route).logits
    enriched = None
    if p.augmented > 0 or p.agree > 0:
        enriched = answers(through(step.extras, lambda _: learn_prototypes(step.extras, torch.cat(late, 2))[0]))
    own = lambda: cross_entropy(answers(own_route(step.extras)), step.targets)
    return {
        'ce': step.supervised,
        'augmented': cross_entropy(enriched, step.targets) * p.augmented if p.augmented > 0 else none,
        'own': own() * p.own if p.own > 0 else none,
        'agree': distillation(step.student.logits, enriched.detach(), 1) * p.agree if p.agree > 0 else none,
        'hint': F.mse_loss(step.extras['hint'](tokens_of(last, grid)), late[-1]) * p.hint if p.hint > 0 else none,
    }
