"""Distillation on partly mixed batches (Choi et al. 2023)."""
import torch

from condenser_losses import beta_draw, cross_entropy, distillation


def teachers(given):
    """One that learns on blends, in place of the run's, which saw images as they are."""
    return [None] if given.params.teacher == 'blends' else []


def phases(params):
    if params.teacher == 'run':
        return [('main', 1, None)]
    return [('teach', 0.5, ['teacher']), ('main', 0.5, ['student'])]


def change(step):
    n, p = len(step.labels), step.params
    first, second = step.permutation('first', n), step.permutation('second', n)
    # A random offset makes the expected number of mixed images exactly share * n.
    rank = step.permutation('mixed', n) + 1 - step.uniform('offset', 1)
    a = beta_draw(step.uniform('blend', n), p.beta) * (rank <= p.share * n)

    def blend(x):
        share = a.to(x).reshape(-1, *[1] * (x.dim() - 1))
        return x[first] + share * (x[second] - x[first])

    step.images, step.targets = blend(step.images), blend(step.targets)
    step.labels = torch.where(a > 0.5, step.labels[second], step.labels[first])


def deviation(z):
    return ((z - z.mean(1, keepdim=True)).square().sum(1, keepdim=True) / (z.shape[1] - 1) + 1e-12).sqrt()


def rescale(z, params):
    """Logits over their own deviation; with two classes that leaves only a sign, so z / T instead."""
    return (z / deviation(z), 1) if params.rescale and z.shape[1] > 2 else (z, params.temperature)


def losses(step):
    teacher = (step.teachers[0] if step.teachers else step.teacher).logits
    if step.phase == 'teach':
        return {'labels': cross_entropy(teacher, step.targets), 'teacher': torch.zeros(()).to(teacher)}
    (s, t), (q, _) = rescale(step.student.logits, step.params), rescale(teacher.detach(), step.params)
    return {'labels': cross_entropy(s, step.targets) * step.params.gamma,
            'teacher': distillation(s, q, t) * step.params.alpha}


def predict(params, extras, answer):
    return rescale(answer.logits, params)[0]
