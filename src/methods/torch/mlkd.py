"""Multi-level logit distillation (Jin, Wang, Lin 2023)."""
import torch
import torch.nn.functional as F

from condenser_losses import distillation, twice

PLAIN = {"form": ["single"]}
TEMPERATURES = (4, 3, 5, 2, 6)


def change(step):
    if step.params.form == 'released':
        step.images = twice(step, step.images)
        step.labels, step.targets = step.labels.repeat(2), step.targets.repeat(2, 1)


def levels(z, q, t):
    """At one temperature: per image, between images, between classes."""
    gap = lambda a, b: (a @ a.T - b @ b.T).square().sum()
    s, r = F.softmax(z / t, 1), F.softmax(q / t, 1)
    return distillation(z, q, t), gap(s, r) / len(z), gap(s.T, r.T) / z.shape[1]


def at_most_median(x):
    """Share of entries that are not above the median."""
    return (x <= x.quantile(0.5)).to(x).mean()


def losses(step):
    p, z, q = step.params, step.student.logits, step.teacher.logits
    if p.form == 'single':
        sums = [sum(level) / 5 for level in zip(*[levels(z, q, t) for t in TEMPERATURES])]
        return dict(zip(('ce', 'instance', 'batch', 'class'),
                        [step.supervised * p.ceWeight] + [level * p.weight for level in sums]))
    (s, strong), (r, strong_r) = z.chunk(2), q.chunk(2)
    sure = F.softmax(r, 1)
    images, classes = at_most_median(sure.amax(1)), at_most_median(sure.sum(0))
    instance, batch, between = zip(*[levels(s, r, t) for t in TEMPERATURES])
    # Of the second view the released code reads the first three temperatures, and the first view again at the others.
    second = sum(distillation(strong, strong_r, t) for t in TEMPERATURES[:3]) + instance[3] + instance[4]
    return {
        'ce': step.supervised * 2 * p.ceWeight,
        'instance': (sum(instance) * images + second) * p.weight,
        'batch': sum(batch) * images * p.weight,
        'class': sum(between) * classes * p.weight,
    }
