"""KD3: distillation on images from elsewhere (Tang et al. 2023)."""
import math
from types import SimpleNamespace

import torch
import torch.nn.functional as F

from condenser_losses import average, beta_draw, distillation_rows, map_shape, pool_to, to_map

POOL = 'alone'
EPOCHS, SPAN, STOP = 240, 160, 120  # the released schedule, and where in it the teacher's share would end and does end


def reads_of(teacher):
    """What the teacher's head reads: the shape of a map, and whether it is flattened or averaged."""
    h, w, c = map_shape(list(teacher.taps.values())[-1])
    if c == teacher.embedding:
        return [h, w, c], False
    while h * w * c > teacher.embedding and h * w > 1:
        h, w = -(-h // 2), -(-w // 2)
    return ([h, w, c] if h * w * c == teacher.embedding else [1, 1, teacher.embedding]), True


def extras(parts, given):
    (rows, columns, wide), flat = reads_of(given.teacher)
    h, w, own = map_shape(list(given.student.taps.values())[-1])
    parts.reads = ([rows, columns] if flat else [min(h, rows), min(w, columns)]), wide, flat
    inner = max(1, math.floor(wide / given.params.factor + 0.5))
    for name, a, b, kernel in (('in', own, inner, 1), ('middle', inner, inner, 3), ('out', inner, wide, 1)):
        parts.add_conv(f'transfer/{name}', a, b, kernel=kernel)
        parts.add_norm(f'transfer/{name}/norm', b)
    parts.add_state('head/kernel', torch.zeros(given.teacher.embedding, given.classes))
    parts.add_state('head/bias', torch.zeros(given.classes))
    parts.add_dense('embed/student', given.student.embedding, given.params.width)
    parts.add_dense('embed/teacher', given.teacher.embedding, given.params.width)


def prepare(given):
    """Of each image of the pool: 1 where it is kept, and how sure both networks are; the teacher's logits."""
    taught = given.taught().logits
    return SimpleNamespace(chosen=torch.tensor([[1.0, 0.0]]).repeat(len(taught), 1), taught=taught)


def begin(phase, given):
    kernel, bias = given.head()
    given.extras['head/kernel'].copy_(kernel)
    given.extras['head/bias'].copy_(bias)


def teacher_share(epoch, stop, span):
    """Weight of the teacher's logits in an epoch, counted from 1; 0 from `stop` on."""
    return 1 - math.exp(-5 * ((epoch + 1) / span - 1) ** 2) if epoch < stop else 0


def select(student, teacher, share, cutoff):
    """How sure both are together, of what, the threshold of each class, and which rows are surer than theirs."""
    confidence, answer = F.softmax(share * teacher + (1 - share) * student, 1).max(1)
    counts = answer.bincount(minlength=student.shape[1]).to(student)
    frequent = counts / counts.max()
    thresholds = cutoff * frequent / (2 - frequent)
    return confidence, answer, thresholds, confidence > thresholds[answer]


def kept_of(params, student, teacher, share):
    """How sure both networks are of each image, and which images an epoch learns from."""
    sure = params.match == 'confident'
    confidence, _, _, kept = select(student, teacher, 1 if sure else share, params.cutoff)
    if params.match == 'all' or params.match == 'features' and params.selection == 'all':
        return confidence, torch.ones_like(kept)
    return confidence, confidence > params.cutoff if sure else kept


def epoch(number, epochs, given):
    """Chooses anew from the whole pool."""
    p, memory = given.params, given.memory
    if number % p.every == 0:
        read = (lambda a: answers_of(given.extras, a)[1]) if p.match == 'features' else (lambda a: a.logits)
        share = teacher_share(1 + EPOCHS * number / epochs, STOP, SPAN)
        confidence, kept = kept_of(p, given.asked('pool', read), memory.taught, share)
        memory.chosen = torch.stack([kept.to(confidence), confidence], 1)


def predict(params, parts, answer):
    return answers_of(parts, answer)[1] if params.match == 'features' else answer.logits


def last_map(answer):
    normed = getattr(answer, 'normed', None)
    return to_map(list(answer.taps.values())[-1] if normed is None else normed)


def answers_of(parts, student):
    """The student's features in the teacher's form, and what the teacher's head says of them."""
    (h, w), _, flat = parts.reads
    x = pool_to(last_map(student), h, w)
    for name in ('in', 'middle', 'out'):
        x = F.relu(parts[f'transfer/{name}/norm'](parts[f'transfer/{name}'](x)))
    return x, (x.flatten(1) if flat else average(x)) @ parts['head/kernel'] + parts['head/bias']


def disagreement(student, teacher):
    """sigmoid(|z_s - z_t + eps|) of each row; carries no gradient."""
    return torch.sigmoid((student - teacher + 1e-6).detach().square().sum(1).sqrt())


def mean_of_kept(values, kept):
    return (values * kept).sum() / kept.sum().clamp(min=1)


def weighted_distance(student, teacher, weights, kept):
    return mean_of_kept((student - teacher).square().mean((1, 2, 3)) * weights, kept)


def contrast(x, mixed, temperature, kept):
    """NT-Xent of two views: each kept row finds its other view among all other kept rows."""
    rows, there = F.normalize(torch.cat([x, mixed])), torch.cat([kept, kept])
    own = torch.eye(len(rows)).to(rows)
    hidden = torch.maximum(own, 1 - there[None])
    log = F.log_softmax(rows @ rows.T / temperature - 1e9 * hidden, 1)
    return mean_of_kept(-(log * own.roll(len(x), 1)).sum(1), there)


def mix_distribution(x, share, partner):
    """Images with colour statistics mixed with those of partners: all of their own at share 1."""
    mean, own = x.mean((1, 2), keepdim=True), share[:, None, None, None]
    spread = ((x - mean).square().sum((1, 2), keepdim=True) / max(1, x.shape[1] * x.shape[2] - 1) + 1e-6).sqrt()
    mix = lambda of: of * own + of[partner] * (1 - own)
    return (x - mean) / spread * mix(spread) + mix(mean)


def losses(step):
    p, kept, none = step.params, step.memory.chosen[step.index, 0], torch.zeros(()).to(step.student.logits)
    if p.match != 'features':
        each = distillation_rows(step.student.logits, step.teacher.logits, p.temperature)
        return {'match': mean_of_kept(each, kept), 'student': none, 'teacher': none}
    made, logits = answers_of(step.extras, step.student)
    (h, w), wide, flat = step.extras.reads
    wanted = step.teacher.embedding.reshape(-1, h, w, wide) if flat else pool_to(last_map(step.teacher), h, w)
    terms = {'match': weighted_distance(made, wanted, disagreement(logits, step.teacher.logits), kept)}
    n = len(step.images)
    share = beta_draw(step.uniform('mixture', n), p.beta)
    other = mix_distribution(step.images, share.to(step.images), step.permutation('partner', n))
    for side, answer in (('student', step.student), ('teacher', step.teacher)):
        embed = lambda a: step.extras[f'embed/{side}'](a.embedding)
        again = step.forward(other, teacher=True if side == 'teacher' else None)
        terms[side] = contrast(embed(answer), embed(again), p.sharpness, kept) * p.contrast
    return terms
