"""General knowledge transfer (Roth et al. 2024): the student copies whichever is more convincing, image by image."""
from types import SimpleNamespace

import torch
import torch.nn.functional as F

from condenser_losses import cross_entropy, distillation, soft_cross_entropy_rows


def peers(params):
    return 1 + params.zoo + int(params.slow)


def phases(params):
    turns = 1 + params.zoo if params.order == 'turns' else 1
    names = ['transfer'] + [f'transfer {i}' for i in range(2, turns + 1)]
    return [('learn', params.start, None)] + [(name, (1 - params.start) / turns, None) for name in names]


def prepare(given):
    """What the student, then each other learner, answers when the transfer begins; which images each sees at first."""
    n, learners = len(given.labels), 1 + given.params.zoo
    return SimpleNamespace(answers=[torch.zeros(n, given.classes) for _ in range(learners)],
                           shown=(torch.rand(n, learners) < given.params.shown).float())


def learners(params, phase):
    """With slow weights a last student learns in the transfer, and the one that is reported follows it."""
    if not params.slow:
        return None
    return range(1 + params.zoo) if phase == 'learn' else [1 + params.zoo]


def begin(phase, given):
    if phase == 'learn':
        return
    if given.params.slow and phase == 'transfer':
        given.networks[-1].load_state_dict(given.networks[0].state_dict())
    # A later turn begins with a new former self; the other teachers are as they were.
    learned = given.students()[:1 + given.params.zoo]
    for i, logits in enumerate(learned if phase == 'transfer' else learned[:1]):
        given.memory.answers[i] = logits


@torch.no_grad()
def follow(slow, fast, keep):
    """Moves slow values towards fast ones, in place; what is no real number stays."""
    for mine, other in zip(slow, fast):
        if mine.is_floating_point():
            mine.add_((other - mine) * (1 - keep))


def after(phase, step, given):
    p = given.params
    if p.slow and phase != 'learn' and step % p.every == 0:
        follow(*(given.networks[i].state_dict().values() for i in (0, -1)), p.keep)


def source_of(answers, targets=None):
    """Which answer convinces most, image by image; the first of equals, which is the former self."""
    p = [F.softmax(z, 1) for z in answers]
    return torch.stack([q.amax(1) if targets is None else (q * targets).sum(1) for q in p], 1).argmax(1)


def likeliest(logits, by, k):
    """Logits in which all but the `k` largest classes of `by` have no share."""
    if k >= by.shape[1]:
        return logits
    return logits - 1e9 * (by < by.topk(k, 1).values[:, -1:])


def taught_by(step):
    p, others = step.params, [table[step.index] for table in step.memory.answers[1:]]
    teachers = [step.teacher.logits] + others
    if p.order == 'turns':
        turn = int(step.phase.split(' ')[1]) - 1 if ' ' in step.phase else 0
        teachers = [teachers[turn]]
    if p.strategy in ('teacher', 'labels'):
        return teachers[0]
    answers = [step.memory.answers[0][step.index]] + teachers
    source = source_of(answers, None if p.strategy == 'unsupervised' else step.targets)
    return torch.stack(answers, 1)[torch.arange(len(source)), source]


def losses(step):
    p, none = step.params, torch.zeros(()).to(step.student.logits)
    z = (step.students[-1] if p.slow else step.student).logits
    if step.phase == 'learn':
        shown = step.memory.shown[step.index]
        parts = [(mine * soft_cross_entropy_rows(s.logits, step.targets)).sum() / mine.sum().clamp(min=1)
                 for s, mine in zip(step.students, shown.T)]
        return {'labels': sum(parts), 'transfer': none}
    teacher = taught_by(step)
    mine, theirs = (likeliest(x, teacher, p.topK) if p.topK > 0 else x for x in (z, teacher))
    transfer = distillation(mine, theirs, p.temperature)
    if p.slow and p.strategy in ('teacher', 'labels'):
        lost = (z.argmax(1) == step.labels) & (theirs.argmax(1) != step.labels)
        rows = p.temperature ** 2 * F.kl_div(F.log_softmax(mine / p.temperature, 1), F.softmax(theirs / p.temperature, 1),
                                             reduction='none').sum(1)
        transfer = (rows * (~lost).float()).mean()
    if p.strategy != 'labels':
        return {'labels': none, 'transfer': transfer}
    labels = cross_entropy(F.softmax(z, 1) if p.twice else z, step.targets)
    return {'labels': labels * (1 - p.alpha), 'transfer': transfer * p.alpha}
