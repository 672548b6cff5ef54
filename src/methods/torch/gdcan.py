"""Domain-conditioned attention (Li et al. 2021)."""
import math
from types import SimpleNamespace

import torch
import torch.nn.functional as F

from condenser_losses import cross_entropy

TEACHER, POOL = 'none', 'beside'
ANSWERS = 1.68  # width of the one kernel of answers
LAYERS, STEPS = 32, 20  # layers that the memory has room for; steps over which it is averaged


def extras(parts, given):
    p = given.params
    for tap, shape in given.student.taps.items():
        hidden = max(4, math.floor(shape[-1] / p.reduction + 0.5))
        parts.add_dense(f'{tap}/source', shape[-1], hidden)
        parts.add_dense(f'{tap}/target', shape[-1], hidden)
        parts.add_dense(f'{tap}/shared', hidden, shape[-1])
        parts.add_state(f'{tap}/together', torch.ones(1))  # where test images take the source's entrance
    parts.add_dense('classifier', given.student.embedding, given.classes)
    for name, width, hidden in (('features', given.student.embedding, p.bottleneck), ('answers', *[given.classes] * 2)):
        parts.add_weight(f'{name}/in/kernel', torch.randn(width, hidden) * 0.005)
        parts.add_weight(f'{name}/in/bias', torch.full((hidden,), 0.1))
        parts.add_weight(f'{name}/out/kernel', torch.randn(hidden, width) * 0.005)
        parts.add_weight(f'{name}/out/bias', torch.full((width,), 0.1))


def prepare(given):
    """Sums of the statistic of every layer over the last steps, and last the sum of their weights."""
    return SimpleNamespace(gaps=torch.zeros(1, LAYERS + 1))


def threshold_of(params):
    return {'separate': 0, 'shared': 2}.get(params.gates, params.eta)


def note(memory, gaps):
    """Moves the running means of the statistics."""
    now = F.pad(torch.stack(gaps[:LAYERS]), (0, LAYERS - len(gaps[:LAYERS])))
    now = torch.cat([now, torch.ones(1).to(now)]).to(memory.gaps)
    memory.gaps = memory.gaps * (1 - 1 / STEPS) + now[None] / STEPS


def choose(given):
    """Test images take the entrance that the running mean speaks for."""
    means = given.memory.gaps[0, :-1] / given.memory.gaps[0, -1].clamp(min=1e-12)
    for i, tap in enumerate(given.student.taps):
        near = i < LAYERS and means[i] < threshold_of(given.params)
        given.extras[f'{tap}/together'].fill_(float(near))


def statistic(source, target):
    """How different the two domains look in a layer, 0 to 1; no gradient."""
    ratio = lambda x: x.mean() / (x.var() + 1e-5).sqrt()
    s, t = ratio(source.detach()), ratio(target.detach())
    return torch.tanh((s - t).abs() / (t.abs() + 1e-6))


def channels(x):
    """Mean of every channel over all places."""
    return x.flatten(1, -2).mean(1) if x.dim() > 2 else x


def attend(x, rows, source, target, shared, eta):
    """Source rows first, then target rows, after a module; and what it saw."""
    means = channels(x)
    s, t = means[:rows], means[rows:]
    gap = statistic(s, t)
    inner = torch.cat([source(s), source(t) if gap < eta else target(t)])
    return gated(x, shared(F.relu(inner))), gap


def gated(x, z):
    return x * torch.sigmoid(z).reshape(len(x), *[1] * (x.dim() - 2), -1)


def hook(params, extras):
    """For test images, which all are of the target."""
    def change(name, x):
        entrance = extras[f'{name}/source'] if extras[f'{name}/together'] > 0 else extras[f'{name}/target']
        return gated(x, extras[f'{name}/shared'](F.relu(entrance(channels(x)))))

    return change


def predict(params, extras, answer):
    return answers_of(extras, answer.embedding)[2]


def kernels(distance, width, count):
    return sum((-(2.0 ** (count // 2 - i)) * distance / width).exp() for i in range(count))


def bandwidth(rows):
    """Mean squared distance of all pairs of different rows; no gradient."""
    x = rows.detach()
    return ((x - x.mean(0)).square().sum() * 2 / max(1, len(x) - 1)).clamp(min=1e-6)


def linear_discrepancy(a, b, fixed=None):
    """The linear-time estimate over neighbouring rows."""
    width = bandwidth(torch.cat([a, b])) if fixed is None else fixed
    alike = lambda x, y: kernels((x - y).square().sum(1), width, 5 if fixed is None else 1)
    a1, b1 = a.roll(-1, 0), b.roll(-1, 0)
    return (alike(a, a1) + alike(b, b1) - alike(a, b1) - alike(a1, b)).mean()


def grouped_discrepancy(a, in_a, b, in_b, fixed=None):
    """The biased quadratic-time estimate between rows of one group, summed over groups; groups are one-hot."""
    rows, groups = torch.cat([a, b]), torch.cat([in_a, in_b])
    same, distance = groups @ groups.T, (rows[:, None] - rows[None]).square().sum(2)
    width = fixed
    if fixed is None:
        count = groups.sum(0)
        within = (distance.detach() * same).sum(1, keepdim=True)
        apart = (groups * within).sum(0) / (count * (count - 1)).clamp(min=1)
        width = (groups * apart).sum(1, keepdim=True).clamp(min=1e-6)
    share = lambda one: (one / one.sum(0).clamp(min=1)).sum(1, keepdim=True)
    signed = torch.cat([share(in_a), -share(in_b)])
    return (signed * signed.T * kernels(distance, width, 5 if fixed is None else 1) * same).sum()


def entropy(p):
    safe = torch.where(p >= 1e-7, p, torch.ones_like(p))
    return -(safe * safe.log()).sum(1).mean()


def corrected(parts, name, x):
    hidden = F.relu(x @ parts[f'{name}/in/kernel'] + parts[f'{name}/in/bias'])
    return x + hidden @ parts[f'{name}/out/kernel'] + parts[f'{name}/out/bias']


def answers_of(parts, features):
    """Of the classifier; features corrected; answers to these, corrected."""
    moved = corrected(parts, 'features', features)
    return parts['classifier'](features), moved, corrected(parts, 'answers', parts['classifier'](moved))


def domain_terms(parts, source, target, wanted):
    """The terms without their weights, from features of both domains."""
    (plain, moved_s, fixed_s), (_, moved_t, fixed_t) = answers_of(parts, source), answers_of(parts, target)
    p, q = F.softmax(plain, 1), F.softmax(fixed_t, 1)
    kept = grouped_discrepancy(source, wanted, moved_s, wanted) + \
        grouped_discrepancy(plain, wanted, fixed_s, wanted, ANSWERS)
    return {'ce': cross_entropy(plain, wanted), 'features': linear_discrepancy(source, moved_t),
            'answers': linear_discrepancy(p, q, ANSWERS), 'keep': kept / wanted.shape[1], 'entropy': entropy(q)}


def losses(step):
    p, rows = step.params, min(len(step.images), len(step.pool.images))
    gaps = []

    def module(name, x):
        x, gap = attend(x, rows, *(step.extras[f'{name}/{part}'] for part in ('source', 'target', 'shared')),
                        threshold_of(p))
        gaps.append(gap)
        return x

    images = torch.cat([step.images[:rows], step.pool.images[:rows]])
    features = step.forward(images, hook=module).embedding
    note(step.memory, gaps)
    terms = domain_terms(step.extras, features[:rows], features[rows:], step.targets[:rows])
    ramp = 0 if p.start >= 1 else min(max((step.progress - p.start) / max(1e-6, (1 - p.start) / 2), 0), 1)
    weights = {'ce': 1, 'features': ramp * p.alpha, 'answers': ramp * p.alpha, 'keep': ramp * p.alpha * p.keep,
               'entropy': ramp * p.beta}
    return {key: value * weights[key] for key, value in terms.items()}
