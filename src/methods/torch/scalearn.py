"""ScaLearn: adapters of several tasks, and only how strongly each counts is learnt (Frohmann et al. 2024).

Left out: the study after the training, which only draws pictures.
"""
import math
from types import SimpleNamespace

import torch
import torch.nn.functional as F

from condenser_losses import all_turns, cross_entropy

TEACHER, POOL = 'none', 'optional'
MOST = 7  # tasks beside the target
FALL = 20  # steps in which the rate on the target falls to 0


def phases(params):
    """The backbone, then adapters, then the target; what a comparison does not need is left out."""
    rest = 1 - params.backbone
    first = [('backbone', params.backbone, None)]
    if params.transfer == 'adapter':
        return first + [('adapters', rest, ['extras'])]
    if params.transfer in ('head', 'all'):
        return first + [('transfer', rest, ['student', 'extras'] if params.transfer == 'all' else ['extras'])]
    middle = rest * params.adapters / max(params.adapters + 0.05, rest)
    return first + [('adapters', middle, ['extras']), ('transfer', rest - middle, ['extras'])]


def layers(params, phase):
    return {'adapters': 'adapt/', 'transfer': 'transfer/'}.get(phase, '')


def rates(params, phase):
    if phase == 'transfer':
        return [((i + 1) / FALL, params.rate * (1 - i / FALL)) for i in range(FALL)]


def prepare(given):
    """Labels of the source tasks, a row per image, -1 for none; of images without a class where they have some."""
    found = given.tasks()[:MOST]
    held = lambda rows: torch.stack(rows, 1).float() if rows and rows[0] is not None else None
    return SimpleNamespace(labels=held([task.labels for task in found]), pool=held([task.pool for task in found]))


def scale_name(form, task, tap, width):
    size = 1 if form.startswith('uniform') else width
    return f'transfer/scale/{task}/' + (f'shared {size}' if form.endswith('++') else tap), size


def add_adapters(parts, given, count):
    p = given.params
    for tap, shape in given.student.taps.items():
        width = shape[-1]
        inner = max(1, math.floor(width / p.reduction + 0.5))
        parts.add(f'norm/{tap}', torch.nn.LayerNorm(width))
        for t in range(count):
            parts.add_dense(f'adapt/{t}/{tap}/down', width, inner)
            torch.nn.init.normal_(parts.add_dense(f'adapt/{t}/{tap}/up', inner, width).weight, std=0.02)
            name, size = scale_name(p.form, t, tap, width)
            if p.transfer == 'scales' and name not in parts:
                parts.add_weight(name, p.start / count + 0.001 * torch.randn(size))
        for part in ('query', 'key', 'value') if p.transfer == 'fusion' else ():
            parts.add_dense(f'transfer/fusion/{tap}/{part}', width, width, bias=False)
        if p.transfer == 'fusion':
            torch.nn.init.zeros_(parts[f'transfer/fusion/{tap}/value'].weight)


def extras(parts, given):
    others = [task.classes for task in given.tasks()[:MOST]]
    counts, width = others + [given.classes], given.student.embedding
    parts.count = len(counts)
    add_adapters(parts, given, len(counts))
    for t, outputs in enumerate(counts):
        parts.add_dense(f'adapt/{t}/head', width, outputs)
    parts.turns = given.params.pretext == 'rotation' or not others
    for name, outputs in [('turns', 4)] if parts.turns else enumerate(others):
        parts.add_dense(f'backbone/{name}', width, outputs)
    parts.add_dense('transfer/head', width, given.classes)


def adapter(x, down, up):
    return up(F.relu(down(x)))


def shares(scales, joined='sum', masks=None):
    """Scales of every task, [tasks, d] or [tasks, 1], after dropout and as `joined` says."""
    kept = scales if masks is None else scales * masks
    if joined == 'sum':
        return kept
    parts = kept.exp() if joined == 'softmax' else kept
    return parts / parts.sum(0)


def weighed(ups, scales):
    """Sum over the tasks of scale times adapter output."""
    return sum(up * scale for up, scale in zip(ups, scales))


def fuse(parts, tap, x, ups):
    """AdapterFusion (Pfeiffer et al. 2021): attention over the adapters at every position."""
    query, key, value = (parts[f'transfer/fusion/{tap}/{part}'] for part in ('query', 'key', 'value'))
    asked = query(x)
    weights = F.softmax(torch.stack([(asked * key(up)).sum(-1) for up in ups]), 0)
    return sum(weight[..., None] * (up + value(up)) for weight, up in zip(weights, ups))


def up_of(parts, task, tap, normed):
    return adapter(normed, parts[f'adapt/{task}/{tap}/down'], parts[f'adapt/{task}/{tap}/up'])


def alone(parts, task):
    """The network with the adapters of one task."""
    return lambda tap, x: x + up_of(parts, task, tap, parts[f'norm/{tap}'](x))


def scaled(params, parts, tap, ups, step):
    """Scales as they are used: some left out in a step, normalised, moved by the sliders of the page."""
    names = [scale_name(params.form, t, tap, ups[0].shape[-1])[0] for t in range(parts.count)]
    scales, masks = torch.stack([parts[name] for name in names]), None
    if step is not None and params.dropout > 0 and params.form != 'uniform++':
        lots = [step.uniform(f'scale {t} at {tap}', scales.shape[1]) for t in range(parts.count)]
        masks = (torch.stack(lots) >= params.dropout).to(scales) / (1 - params.dropout)
    times = [getattr(params, f'task{t + 1}') for t in range(parts.count - 1)] + [params.own]
    return weighed(ups, [time * scale for time, scale in zip(times, shares(scales, params.joined, masks))])


def together(params, parts, step=None):
    """The network with the adapters of all tasks; `step` draws which scales are left out."""
    def change(tap, x):
        normed = parts[f'norm/{tap}'](x)
        ups = [up_of(parts, t, tap, normed) for t in range(parts.count)]
        mixed = fuse(parts, tap, normed, ups) if params.transfer == 'fusion' else scaled(params, parts, tap, ups, step)
        return x + mixed

    return change


def hook(params, parts, step=None):
    if params.transfer in ('head', 'all'):
        return None
    return alone(parts, parts.count - 1) if params.transfer == 'adapter' else together(params, parts, step)


def predict(params, parts, answer):
    name = f'adapt/{parts.count - 1}/head' if params.transfer == 'adapter' else 'transfer/head'
    return parts[name](answer.embedding)


def masked_loss(z, labels):
    """Cross-entropy over the rows that have a label; -1 is none."""
    targets = F.one_hot(labels.clamp(min=0), z.shape[1]) * (labels >= 0)[:, None]
    return -(targets * F.log_softmax(z, 1)).sum() / targets.sum().clamp(min=1)


def source_rows(step):
    """The images that source tasks are learnt from, those without a class among them, and their labels."""
    memory = step.memory
    rows = None if memory.labels is None else memory.labels[step.index]
    if memory.pool is None:
        return step.images, rows
    return torch.cat([step.images, step.pool.images]), torch.cat([rows, memory.pool[step.pool.index]])


def backbone_loss(step):
    images, rows = source_rows(step)
    if step.extras.turns:
        z = step.extras['backbone/turns'](step.forward(all_turns(images)).embedding)
        return F.cross_entropy(z, torch.arange(4, device=z.device).repeat(len(z) // 4))
    embedding = step.forward(images).embedding
    return sum(masked_loss(step.extras[f'backbone/{t}'](embedding), own.long()) for t, own in enumerate(rows.T)) \
        / rows.shape[1]


def adapter_loss(step):
    """Adapters of the source tasks; they share nothing that learns, so their sum trains each as if alone."""
    images, rows = source_rows(step)
    ask = lambda t: step.forward(images, hook=alone(step.extras, t)).embedding
    return sum(masked_loss(step.extras[f'adapt/{t}/head'](ask(t)), own.long()) for t, own in enumerate(rows.T))


def losses(step):
    p, parts, none = step.params, step.extras, torch.zeros((), device=step.images.device)
    if step.phase == 'backbone':
        return {'backbone': backbone_loss(step), 'sources': none, 'target': none}
    if step.phase == 'adapters':
        own = parts.count - 1
        z = parts[f'adapt/{own}/head'](step.forward(step.images, hook=alone(parts, own)).embedding)
    else:
        z = predict(p, parts, step.forward(step.images, hook=hook(p, parts, step)))
    learns = step.phase == 'adapters' and p.transfer != 'adapter' and step.memory.labels is not None
    sources = adapter_loss(step) if learns else none
    return {'backbone': none, 'sources': sources, 'target': cross_entropy(z, step.targets)}
