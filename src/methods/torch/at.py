"""Attention transfer (Zagoruyko, Komodakis 2017)."""
import torch.nn.functional as F

from condenser_losses import pair_taps, to_map, to_smaller


def attention_map(x, power):
    energy = (x.abs() if power % 2 else x).pow(power).mean(-1)
    return F.normalize(energy.flatten(1))


def losses(step):
    def loss(student, teacher):
        s, t = to_smaller(to_map(student), to_map(teacher))
        return F.mse_loss(attention_map(s, step.params.power), attention_map(t, step.params.power))

    layers = [loss(s, t) for s, t in pair_taps(step.student.taps, step.teacher.taps)]
    return {'ce': step.supervised, 'attention': sum(layers) * step.params.weight}
