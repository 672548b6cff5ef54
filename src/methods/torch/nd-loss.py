"""KD++, norm and direction of features (Wang et al. 2024)."""
import torch
import torch.nn.functional as F

from condenser_losses import class_means, decoupled, distillation


def extras(parts, given):
    source, to = given.student.embedding, given.teacher.embedding
    if source != to:
        parts.add_norm('adapter/norm', source)
        parts.add_dense('adapter/dense', source, to)


def prepare(given):
    """Direction of the teacher's mean feature of each class."""
    return F.normalize(class_means(given.taught().embedding, given.labels, given.classes))


def norm_direction(student, teacher, direction, form):
    length = lambda x: (x.square().sum(1) + 1e-12).sqrt()
    own, wanted = length(student), length(teacher)
    along = own if form == 'norm' else (student * direction).sum(1)
    divisor = own if form == 'direction' else torch.where(own >= wanted, own, wanted)
    counts = direction.square().sum(1)
    return ((1 - along / divisor) * counts).sum() / counts.sum().clamp(min=1)


def losses(step):
    p, z, q = step.params, step.student.logits, step.teacher.logits
    if p.host == 'kd':
        host = distillation(z, q, p.temperature)
    else:
        target, rest = decoupled(z, q, step.labels, p.temperature)
        host = target * p.alpha + rest * p.beta
    ramp = min(step.progress / p.warmup, 1) if p.warmup > 0 else 1
    x = step.student.embedding
    if step.extras is not None and 'adapter/dense' in step.extras:
        x = step.extras['adapter/dense'](step.extras['adapter/norm'](x))
    nd = norm_direction(x, step.teacher.embedding, step.memory[step.labels], p.form)
    return {'ce': step.supervised * p.ceWeight, 'kd': host * p.kdWeight * ramp, 'nd': nd * p.ndWeight}
