"""Specialists of groups of classes teach one student (Gao et al. 2017).

Left out: groups of classes by what the run's teacher confuses.
"""
import math
import re
from types import SimpleNamespace

import torch
import torch.nn.functional as F

from condenser_losses import cross_entropy

TEACHER = 'none'
ONLY = {"groups": ["auto", "name", "lot"]}
ROOM = 1.25  # a lesson has room for so many times the images a vertical has in an average batch


def teachers(given):
    """A specialist for each vertical."""
    return layout_of(given).sizes if given.params.distill else []


def phases(params):
    first = ('specialists', params.share, ['teacher']) if params.distill else ('wait', params.share, [])
    return [first, ('learn', 1 - params.share, ['student', 'extras'])]


def beginning(name):
    """What a class name begins with: up to the last slash, else its first letters."""
    if '/' in name:
        return name[:name.rindex('/')]
    letters = re.match(r'[^\W\d_]+', name)
    return letters[0] if letters else name


def groups_by_name(names):
    """Group of each class; None where that divides nothing."""
    keys = [beginning(name) for name in names]
    found = list(dict.fromkeys(keys))
    return [found.index(key) for key in keys] if 1 < len(found) < len(keys) else None


def groups_by_lot(given):
    """Groups whose sizes differ by at most one, larger ones first."""
    count = max(1, min(given.params.count, given.classes))
    sizes = [(given.classes - i - 1) // count + 1 for i in range(count)]
    of = [0] * given.classes
    groups = [g for g, size in enumerate(sizes) for _ in range(size)]
    for group, c in zip(groups, given.uniform('groups', given.classes).argsort().tolist()):
        of[c] = group
    return of


def members_of(of, nodes):
    """Classes of each output, by vertical: its classes, then nodes above them that hold more than one."""
    sets = lambda node: [[c for c, g in enumerate(node) if g == group] for group in range(max(node) + 1)]
    members = []
    for v, own in enumerate(sets(of)):
        above = [each for node in nodes for each in sets(node) if len(each) > 1 and all(of[c] == v for c in each)]
        members.append([[c] for c in own] + [each for i, each in enumerate(above) if each not in above[:i]])
    return members


def layout(of, nodes=()):
    """Outputs of each vertical, classes among them; the output of each class; what is true for each class."""
    members = members_of(of, nodes)
    flat = [each for own in members for each in own]
    hot = torch.tensor([[float(c in each) for each in flat] for c in range(len(of))])
    return SimpleNamespace(sizes=[len(own) for own in members], leaves=[of.count(v) for v in range(len(members))],
                           leaf=[flat.index([c]) for c in range(len(of))], hot=hot,
                           verticals=F.one_hot(torch.tensor(of)).float())


def layout_of(given):
    """The verticals that the parameters ask for: of the data where it has groups, else made up."""
    p, known = given.params, given.groups if given.params.groups == 'auto' else []
    if not hasattr(given, 'layout'):
        of = known[0] if known else None if p.groups == 'lot' else groups_by_name(given.class_names)
        given.layout = layout(groups_by_lot(given)) if of is None else \
            layout(of, [*known[1:], of] if p.ancestors else ())
    return given.layout


def add_block(parts, name, inputs, units, glorot=False):
    weight = torch.randn(inputs, units) * math.sqrt(2 / inputs)
    if glorot:
        weight = (torch.rand(inputs, units) * 2 - 1) * math.sqrt(6 / (inputs + units))
    parts.add_weight(f'{name}/weight', weight)
    parts.add_weight(f'{name}/bias', torch.zeros(units))


def extras(parts, given):
    p, parts.layout = given.params, layout_of(given)
    sizes, width = parts.layout.sizes, given.student.embedding
    common = min(p.shared, p.second - 1) if p.layers == 'shared' else 0
    for v in range(len(sizes) if p.layers == 'sc-sc' else 1):
        add_block(parts, f'first {v + 1}', width, p.first)
    for v in range(1 if p.layers == 'fc' else len(sizes)):
        add_block(parts, f'second {v + 1}', p.first, p.second - common)
    if common:
        add_block(parts, 'shared', p.first, common)
    for v, units in enumerate([sum(sizes)] if p.layers == 'fc' else sizes):
        add_block(parts, f'last {v + 1}', p.second, units, glorot=True)
    if p.pace in ('vertical', 'class'):
        parts.add_weight('pace', torch.randn(sum(sizes) if p.pace == 'class' else len(sizes)) * 1e-3)
    parts.add_weight('calibration/scale', torch.ones(len(sizes)))
    parts.add_weight('calibration/shift', torch.zeros(len(sizes)))


def prepare(given):
    """What the specialist of each image answered."""
    rows = len(given.labels) if given.params.distill else 1
    return SimpleNamespace(answers=torch.zeros(rows, max(layout_of(given).sizes)))


def lessons(answers, verticals, k):
    """Of each image what the specialist of its vertical answered: the `k` largest probabilities, 0 for the rest."""
    out = torch.zeros(len(verticals), max(each.shape[1] for each in answers)).to(answers[0])
    for v, logits in enumerate(answers):
        own = (verticals == v).nonzero()[:, 0]
        best = logits[own].argsort(dim=1, descending=True, stable=True)[:, :k]
        out[own[:, None], best] = torch.sigmoid(logits[own].gather(1, best))
    return out


def begin(phase, given):
    if phase == 'learn' and given.params.distill:
        verticals = layout_of(given).verticals.argmax(1)[given.labels]
        answers = given.own()
        given.memory.answers = lessons(answers, verticals.to(answers[0].device), given.params.topK)


def cells(x, z):
    """Of every output the cross-entropy with its own yes or no."""
    return F.binary_cross_entropy_with_logits(x, z, reduction='none')


def sigmoid_loss(x, z):
    """Sum over outputs, mean over the batch: what a specialist learns by."""
    return cells(x, z).sum() / len(x)


def paced(x, scales, sizes, scope='vertical'):
    """Logits over the norm of their vertical's (or of all) logits, times a scale for each vertical or output."""
    parts, start = [], 0
    for v, (own, size) in enumerate(zip(x.split(sizes, 1), sizes)):
        length = ((x if scope == 'all' else own).square().sum(1, keepdim=True) + 1e-12).sqrt()
        scale = scales[v] if len(scales) == len(sizes) else scales[start:start + size]
        parts.append(own / length * scale)
        start += size
    return torch.cat(parts, 1)


def placed(kept, mask, sizes):
    """Kept probabilities of each row's own vertical, put where they belong; exactly 0 elsewhere."""
    return torch.cat([kept[:, :size] * mask[:, v:v + 1] for v, size in enumerate(sizes)], 1)


def inside_and_out(y, z, mask, sizes):
    """The student's loss inside the vertical of each image (`mask`, [images, verticals]) and outside of it."""
    each = cells(y, z)
    inside = each * mask.repeat_interleave(torch.tensor(sizes, device=mask.device), 1)
    return inside.sum() / len(y), (each - inside).sum() / len(y)


def through(inputs, blocks):
    """Every block (weight, bias) sees its own input, or all see the one there is."""
    return [(inputs[v] if v < len(inputs) else inputs[0]) @ w + b for v, (w, b) in enumerate(blocks)]


def blocks_of(parts, name):
    count = next(v for v in range(len(parts.layout.sizes) + 1) if f'{name} {v + 1}/weight' not in parts)
    return [(parts[f'{name} {v + 1}/weight'], parts[f'{name} {v + 1}/bias']) for v in range(count)]


def forward(parts, features):
    """Logits of all outputs in their order."""
    first, second, last = (blocks_of(parts, name) for name in ('first', 'second', 'last'))
    hidden = [F.relu(x) for x in through([features], first)]
    own = [F.relu(x) for x in through(hidden, second)]
    if 'shared/weight' in parts:
        common = F.relu(hidden[0] @ parts['shared/weight'] + parts['shared/bias'])
        own = [torch.cat([common, x], 1) for x in own]
    return torch.cat(through(own, last), 1)


def scores_of(params, parts, features):
    """Scores of all outputs; scales start so that logits have a mean square of 1."""
    x, sizes = forward(parts, features), parts.layout.sizes
    if params.pace == 'none':
        return x
    start = [math.sqrt(sum(sizes) if params.scope == 'all' else size) for size in sizes
             for _ in range(size if params.pace == 'class' else 1)]
    scales = torch.tensor(start).to(x)
    return paced(x, parts['pace'] * params.stride + scales if 'pace' in parts else scales, sizes, params.scope)


def class_logits(params, parts, scores):
    """Logits of the classes; with a scale and a shift of each vertical they are compared over all of them."""
    if params.calibrate:
        sizes = torch.tensor(parts.layout.sizes, device=scores.device)
        scale, shift = (parts[f'calibration/{part}'].repeat_interleave(sizes) for part in ('scale', 'shift'))
        scores = scores * scale + shift
    return scores[:, parts.layout.leaf]


def predict(params, parts, answer):
    return class_logits(params, parts, scores_of(params, parts, answer.embedding))


def lesson_of(mask, rows):
    """`rows` images of one vertical; where it has fewer they come again, and count 0. What counts is a mean."""
    own, turn = mask.nonzero()[:, 0], torch.arange(rows, device=mask.device)
    index = own[turn % len(own)] if len(own) else torch.zeros_like(turn)
    counts = (turn < len(own)).to(mask)
    return index, counts / counts.sum().clamp(min=1)


def all_lessons(step, hot, mask):
    """The losses of all specialists, each on the images of its vertical, drawn out of the batch."""
    found, batch, total = step.extras.layout, len(step.images), 0
    for v, truth in enumerate(hot.split(found.sizes, 1)):
        usual = math.ceil(ROOM * batch * found.leaves[v] / step.classes)
        index, counts = lesson_of(mask[:, v], min(batch, usual))
        logits = step.forward(step.images[index], teacher=v).logits
        total = total + (cells(logits, truth[index]).sum(1) * counts).sum()
    return total


def losses(step):
    p, parts, none = step.params, step.extras, torch.zeros((), device=step.images.device)
    rest = {'specialists': none, 'inside': none, 'outside': none, 'scale': none}
    if step.phase == 'wait':
        return rest
    hot, mask = (step.targets @ each.to(step.targets) for each in (parts.layout.hot, parts.layout.verticals))
    if step.phase == 'specialists':
        return {**rest, 'specialists': all_lessons(step, hot, mask)}
    y = scores_of(p, parts, step.student.embedding)
    z = placed(step.memory.answers[step.index], mask, parts.layout.sizes) if p.distill else hot
    inside, outside = inside_and_out(y, z, mask, parts.layout.sizes)
    compared = class_logits(p, parts, y.detach())
    return {**rest, 'inside': inside, 'outside': outside,
            'scale': cross_entropy(compared, step.targets) if p.calibrate else none}
