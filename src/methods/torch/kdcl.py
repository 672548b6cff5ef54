"""Collaborative learning (Guo et al. 2020)."""
import torch
import torch.nn.functional as F

from condenser_losses import distillation, soft_cross_entropy_rows

TEACHER = 'none'


def peers(params):
    return params.peers


def extras(parts, given):
    if given.params.rule == 'general':
        parts.add_state('general', torch.full((given.params.peers,), 1 / given.params.peers))


def error_covariance(logits, targets):
    """Mean product of the errors (p - y) of each pair of peers over rows and classes, [m, m]."""
    errors = torch.stack([(F.softmax(z, 1) - targets).flatten() for z in logits])
    return errors @ errors.T / targets.numel()


def least_error_weights(covariance):
    """The weights w with sum 1 and least w^T C w, by Gauss and Jordan: equal peers give numbers, too."""
    m = len(covariance)
    rows, unit = torch.cat([covariance, torch.ones(m, 1).to(covariance)], 1), torch.eye(m).to(covariance)
    for k in range(m):
        rows = rows - (rows[:, k:k + 1] - unit[:, k:k + 1]) * (rows[k] / rows[k, k].clamp(min=1e-8))
    return rows[:, m] / rows[:, m].sum()


def epoch(number, epochs, given):
    """Measures the weights of the general rule on the validation images."""
    if given.params.rule == 'general' and len(given.held):
        logits = [given.asked('validation', lambda a: a.logits, i) for i in range(given.params.peers)]
        targets = F.one_hot(given.held, given.classes).to(logits[0])
        given.extras['general'].copy_(least_error_weights(error_covariance(logits, targets)))


def joint_answer(rule, logits, targets, weights=None):
    """The one answer that peers build together and learn from (Guo et al. 2020, section 3)."""
    stacked = torch.stack([z.detach() for z in logits])
    m = len(logits)
    if rule == 'minlogit':
        return (stacked - (stacked * targets).sum(-1, keepdim=True)).amin(0)
    if rule == 'naive':
        losses = torch.stack([soft_cross_entropy_rows(z, targets) for z in stacked])
        return stacked[losses.argmin(0), torch.arange(len(targets))]
    if rule == 'general':
        return (stacked * weights.reshape(m, 1, 1)).sum(0)
    scores = torch.zeros(len(targets), m).to(stacked)
    for _ in range(10):
        mixed = torch.einsum('mbk,bm->bk', stacked, F.softmax(scores, 1))
        scores = scores - 0.5 * torch.einsum('mbk,bk->bm', stacked, F.softmax(mixed, 1) - targets)
    return torch.einsum('mbk,bm->bk', stacked, F.softmax(scores, 1))


def losses(step):
    p, logits = step.params, [each.logits for each in step.students]
    teacher = joint_answer(p.rule, logits, step.targets, step.extras['general'] if p.rule == 'general' else None)
    return {
        'ce': sum(F.cross_entropy(z, step.labels) for z in logits),
        'joint': sum(distillation(z, teacher, p.temperature) for z in logits) * p.weight,
    }
