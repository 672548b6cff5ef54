"""FitNets (Romero et al. 2015), hint and distillation at once."""
import torch.nn.functional as F

from condenser_losses import distillation, map_shape, pair_taps, to_map, to_smaller
from condenser_models import UpConv


def pair(step_params, student, teacher):
    pairs = pair_taps(student, teacher)
    return pairs[min(step_params.stage, len(pairs)) - 1]


def extras(parts, given):
    """The regressor: 1x1 at one size, 3x3 with stride 2 from twice the size, 4x4 transposed from half of it."""
    (h, w, c), (height, width, channels) = map(map_shape, pair(given.params, given.student.taps, given.teacher.taps))
    if 2 * h == height and 2 * w == width:
        parts.add('hint', UpConv(c, channels))
    else:
        halves = h == 2 * height and w == 2 * width
        parts.add_conv('hint', c, channels, bias=True, **(dict(kernel=3, stride=2) if halves else dict(kernel=1)))
    if given.params.normalise:
        parts.add_norm('hint/norm', channels)


def losses(step):
    p = step.params
    student, teacher = pair(p, step.student.taps, step.teacher.taps)
    made = step.extras['hint'](to_map(student))
    if p.normalise:
        made = F.relu(step.extras['hint/norm'](made))
    made, wanted = to_smaller(made, to_map(teacher))
    return {
        'ce': step.supervised * p.ceWeight,
        'kd': distillation(step.student.logits, step.teacher.logits, p.temperature) * p.kdWeight,
        'hint': F.mse_loss(made, wanted) * p.weight,
    }
