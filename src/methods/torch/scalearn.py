"""ScaLearn: adapters of several tasks, and only how strongly each counts is learnt (Frohmann et al. 2024).

Left out: the labels of source tasks do not leave the page, so that its three stages (backbone, adapters, scales) are
not trained by train.py; here is what an adapter computes and how scales join them.
"""
import torch
import torch.nn.functional as F

COURSE = False
TEACHER = 'none'


def adapter(x, down, up):
    """`down` and `up` are (weight [in, out], bias)."""
    return F.relu(x @ down[0] + down[1]) @ up[0] + up[1]


def shares(scales, joined='sum', masks=None):
    """Scales of every task, [tasks, d] or [tasks, 1], after dropout and as `joined` says."""
    kept = scales if masks is None else scales * masks
    if joined == 'sum':
        return kept
    parts = kept.exp() if joined == 'softmax' else kept
    return parts / parts.sum(0)


def combine(ups, scales):
    """Sum over the tasks of scale times adapter output."""
    return sum(up * scale for up, scale in zip(ups, scales))


def masked_loss(z, labels):
    """Cross-entropy over the rows that have a label; -1 is none."""
    targets = F.one_hot(labels.clamp(min=0), z.shape[1]) * (labels >= 0)[:, None]
    return -(targets * F.log_softmax(z, 1)).sum() / targets.sum().clamp(min=1)
