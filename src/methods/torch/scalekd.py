"""ScaleKD: the student's map, read by queries on the teacher's grid (Fan et al. 2024)."""
import math

import torch
import torch.nn.functional as F

from condenser_losses import cross_entropy, map_shape, pool_to, to_map

SIDE = 16  # attention costs cells times cells: larger maps are averaged down
CELLS = 49  # of the map for which the released weights were chosen


def late(taps):
    values = list(taps.values())
    return (values[-2] if len(values) > 1 else values[-1]), values[-1]


def capped(shape):
    h, w, c = map_shape(shape)
    return [min(h, SIDE), min(w, SIDE), c]


def small(x):
    x = to_map(x)
    return pool_to(x, min(x.shape[1], SIDE), min(x.shape[2], SIDE))


def goes_through(params, teacher):
    return params.through and teacher.last_stage is not None


def views(params):
    return ('spatial', 'detail') if params.detail else ('spatial',)


def heads_of(width, wanted):
    return next(h for h in range(min(wanted, width), 0, -1) if width % h == 0)


def add_projector(parts, name, source, to, learned):
    (h, w, s), (rows, columns, c) = source, to
    parts.add_conv(f'{name}/conv', s, s, bias=True)
    parts.add_norm(f'{name}/norm', s)
    parts.add_weight(f'{name}/positions', torch.randn(h, w, s) * 0.02)
    if learned:
        parts.add_weight(f'{name}/queries', torch.randn(rows * columns, c))
    parts.add_dense(f'{name}/prepare', c, c, he=True)
    for layer, width in (('q', c), ('out', c), ('k', s), ('v', s)):
        parts.add_dense(f'{name}/{layer}', width, c)
    parts.add(f'{name}/after', torch.nn.LayerNorm(c))
    parts.add_dense(f'{name}/up', c, 4 * c, he=True)
    parts.add_dense(f'{name}/down', 4 * c, c)


def extras(parts, given):
    p, through = given.params, goes_through(given.params, given.teacher)
    ends = zip(map(capped, late(given.student.taps)), map(capped, late(given.teacher.taps)))
    for (stage, learned), (source, to) in zip((('through', True), ('last', not through)), ends):
        for view in views(p) if stage == 'last' or through else ():
            if p.projector == 'conv':
                parts.add_conv(f'{stage}/{view}', source[2], to[2], kernel=1, bias=True)
            else:
                add_projector(parts, f'{stage}/{view}', source, to, learned)


def attend(parts, name, x, heads, scale, query=None):
    """Tokens on the teacher's grid from a map; `query` stands for the learned table."""
    layer = lambda part: parts[f'{name}/{part}']
    seen = (F.relu(layer('norm')(layer('conv')(x))) + layer('positions')).flatten(1, 2)
    asked = layer('q')(F.relu(layer('prepare')(layer('queries')[None] if query is None else query)))
    asked = asked.expand(len(x), -1, -1)
    apart = lambda y: y.reshape(*y.shape[:2], heads, -1).transpose(1, 2)
    width = asked.shape[2] // heads
    weights = F.softmax(apart(asked) @ apart(layer('k')(seen)).transpose(2, 3) * scale / math.sqrt(width), 3)
    mixed = (weights @ apart(layer('v')(seen))).transpose(1, 2).flatten(2)
    normed = layer('after')(layer('out')(mixed))
    return normed + layer('down')(F.relu(layer('up')(normed)))


def distance(made, wanted, remove_mean):
    """Squared distance of unit tokens, summed over tokens and channels, mean over images."""
    unit = lambda x: F.normalize(x - x.mean(1, keepdim=True) if remove_mean else x, dim=2, eps=1e-6)
    return (unit(made) - unit(wanted)).square().sum() / len(made)


def mimicry(step):
    """The teacher's last map in cells, and by view what the student makes of it."""
    p, teacher = step.params, step.teacher
    (t3, t4), (s3, s4) = late(teacher.taps), map(small, late(step.student.taps))
    wanted = small(t4 if getattr(teacher, 'normed', None) is None else teacher.normed)

    def project(stage, view, x, to, query=None):
        if p.projector == 'conv':
            return pool_to(step.extras[f'{stage}/{view}'](x), *to.shape[1:3]).flatten(1, 2)
        return attend(step.extras, f'{stage}/{view}', x, heads_of(to.shape[3], p.heads), p.scale, query)

    def sent(view):
        full, to = to_map(t3), small(t3)
        tokens = project('through', view, s3, to)
        x = pool_to(tokens.reshape(-1, *to.shape[1:]), *full.shape[1:3]).reshape(-1, *t3.shape[1:])
        return small(teacher.last_stage(x)).flatten(1, 2)

    made = {}
    for view in views(p):
        through = [sent(view)] if goes_through(p, teacher) else []
        made[view] = through + [project('last', view, s4, wanted, through[0] if through else None)]
    return wanted.flatten(1, 2), made


def losses(step):
    p, t = step.params, step.params.temperature
    wanted, made = mimicry(step)
    unit = CELLS / wanted.shape[1] if p.auto else 1
    view = lambda key, weight: sum((distance(x, wanted, key == 'detail') for x in made.get(key, ())),
                                   torch.zeros(()).to(wanted)) * weight * unit
    soft = cross_entropy(step.student.logits / t, F.softmax(step.teacher.logits / t, 1))
    return {'ce': step.supervised * (1 - p.alpha), 'kd': soft * p.alpha * t * t,
            'spatial': view('spatial', p.a0), 'detail': view('detail', p.a1)}
