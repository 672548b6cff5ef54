"""Knowledge distillation (Hinton, Vinyals, Dean 2015)."""
import math

import torch
import torch.nn.functional as F

from condenser_losses import kl_rows


def losses(step):
    p, t = step.params, step.params.temperature
    s = F.log_softmax(step.student.logits / t, 1)
    q = F.log_softmax(step.teacher.logits / t, 1)
    if p.divergence == 'forward':
        rows = kl_rows(q, s)
    elif p.divergence == 'reverse':
        rows = kl_rows(s, q)
    elif p.divergence == 'total-variation':
        rows = 0.5 * (q.exp() - s.exp()).abs().sum(1)
    else:
        mixture = torch.logaddexp(s, q) - math.log(2)
        rows = 0.5 * (kl_rows(q, mixture) + kl_rows(s, mixture))
    return {'ce': step.supervised * p.ceWeight, 'kd': rows.mean() * t * t * p.kdWeight}
