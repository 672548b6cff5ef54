"""Turns of images first, then classes (Gidaris et al. 2018)."""
import torch
import torch.nn.functional as F

from condenser_losses import all_turns, average, cross_entropy, distillation, map_shape, pool_to, to_map

POOL = 'optional'
# The released learning rates as factors of the first, by share of the phase.
RATES = {'pretext': ((0.3, 1), (0.6, 0.2), (0.8, 0.04), (1, 0.008)),
         'distil': ((0.35, 1), (0.7, 0.2), (0.85, 0.04), (1, 0.008))}
SIDE = 4  # larger maps are averaged down to it before they are flattened


def turns_of(params):
    return (0, 2) if params.turns == '2' else (0, 1, 2, 3)


def teachers(given):
    """A teacher of turns."""
    return [len(turns_of(given.params))] if given.params.guide > 0 else []


def phases(params):
    first = params.pretext / 2 if params.guide > 0 else 0
    return [('guide', first, ['teacher']), ('pretext', params.pretext - first, ['student', 'extras']),
            ('distil', 1 - params.pretext, ['extras'] if params.features == 'frozen' else None)]


def rates(params, phase):
    return RATES.get(phase) if params.rates == 'released' else None


def read_of(params, embedding, taps):
    """What a readout reads: an inner layer counted from the input, the last one if there are fewer, 0 the embedding."""
    return embedding if params.layer == 0 else list(taps)[min(params.layer, len(taps)) - 1]


def extras(parts, given):
    p = given.params
    parts.add_dense('turns', given.student.embedding, len(turns_of(p)))
    if p.features != 'frozen':
        return
    h, w, c = map_shape(read_of(p, [given.student.embedding], given.student.taps.values()))
    if p.readout == 'conv':
        for i, kernel in enumerate((3, 1, 1), 1):
            parts.add_conv(f'readout/{i}', c, c, kernel=kernel)
            parts.add_norm(f'readout/{i}/norm', c)
        parts.add_dense('readout/head', c, given.classes)
        return
    width = min(h, SIDE) * min(w, SIDE) * c
    parts.add_norm('readout/norm', width, affine=False)
    for i in (1, 2) if p.readout == 'mlp' else ():
        parts.add_dense(f'readout/{i}', width, min(20 * given.classes, 2048), bias=False, he=True)
        width = min(20 * given.classes, 2048)
        parts.add_norm(f'readout/{i}/norm', width)
    parts.add_dense('readout/head', width, given.classes)


def predict(params, parts, answer):
    """Of the readout, which no gradient leaves, or of the network's own head."""
    if params.features != 'frozen':
        return answer.logits
    x = to_map(read_of(params, answer.embedding, answer.taps.values()).detach())
    if params.readout != 'conv':
        x = parts['readout/norm'](pool_to(x, min(x.shape[1], SIDE), min(x.shape[2], SIDE)).flatten(1))
    for i in {'conv': (1, 2, 3), 'mlp': (1, 2), 'linear': ()}[params.readout]:
        x = F.relu(parts[f'readout/{i}/norm'](parts[f'readout/{i}'](x)))
    return parts['readout/head'](average(x) if params.readout == 'conv' else x)


def change(step):
    if step.phase != 'distil':
        turns = turns_of(step.params)
        step.images, n = all_turns(step.images, turns), len(turns)
        step.labels, step.targets = step.labels.repeat_interleave(n), step.targets.repeat_interleave(n, 0)


def guessing(step):
    """Cross-entropy with the turns and, once there is a teacher of turns, distillation from it."""
    p, turns = step.params, turns_of(step.params)
    student, guide = (lambda: step.student), (lambda: step.teachers[0])
    if step.pool is not None:
        images = torch.cat([step.images, all_turns(step.pool.images, turns)])
        student, guide = (lambda: step.forward(images)), (lambda: step.forward(images, teacher=0))

    def by(z):
        return F.cross_entropy(z, torch.arange(len(turns), device=z.device).repeat(len(z) // len(turns)))

    if step.phase == 'guide':
        return by(guide().logits)
    z = step.extras['turns'](student().embedding)
    if p.guide == 0:
        return by(z)
    return by(z) * (1 - p.guide) + distillation(z, guide().logits.detach(), p.temperature) * p.guide


def losses(step):
    p, none = step.params, torch.zeros((), device=step.images.device)
    if step.phase != 'distil':
        return {'rotation': guessing(step), 'labels': none, 'teacher': none}
    # Images without labels have nothing to say here.
    z = predict(p, step.extras, step.student if step.pool is None else step.forward(step.images))
    return {'rotation': none, 'labels': cross_entropy(z, step.targets) * (1 - p.weight),
            'teacher': distillation(z, step.teacher.logits, p.temperature) * p.weight}
