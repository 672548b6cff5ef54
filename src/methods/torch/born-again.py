"""Born-again networks (Furlanello et al. 2018). The former network is the teacher."""
import torch
import torch.nn.functional as F

from condenser_losses import distillation, soft_cross_entropy_rows


def permute_others(teacher, order):
    """The teacher's probabilities with all but the largest of each row moved by `order`, [classes - 1]."""
    p = F.softmax(teacher, 1)
    top = p.argmax(1, keepdim=True)
    k = torch.arange(p.shape[1], device=p.device)[None].expand_as(p)
    moved = order[(k - (k > top).long()).clamp(0, p.shape[1] - 2)]
    source = torch.where(k == top, top, moved + (moved >= top).long())
    return p.gather(1, source)


def losses(step):
    p, z, q = step.params, step.student.logits, step.teacher.logits
    if p.form == 'probabilities':
        lesson = distillation(z, q, p.temperature)
    elif p.form == 'confidence':
        top = F.softmax(q, 1).amax(1)
        lesson = (top / top.sum() * soft_cross_entropy_rows(z, step.targets)).sum()
    else:
        order = step.permutation('others', z.shape[1] - 1)
        lesson = soft_cross_entropy_rows(z, permute_others(q, order)).mean()
    return {'ce': step.supervised * p.ceWeight, 'former': lesson * p.weight}
