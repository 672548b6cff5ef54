"""Makes Condenser's networks and losses known to torchdistill: a config names this file under `dependencies`."""
from types import SimpleNamespace

from torch import nn
from torchdistill.losses.registry import register_mid_level_loss
from torchdistill.models.registry import register_model

from condenser_data import SETUP
from condenser_losses import Step
from condenser_methods import method_of
from condenser_models import build


@register_model(key='condenser')
def condenser(model):
    return build(model, SETUP['image'], SETUP['classes'])


@register_mid_level_loss
class CondenserLoss(nn.Module):
    """All terms of a method. `taps` are the names of the inner layers that are hooked, for teacher and student."""

    def __init__(self, method, params, total_steps, teacher_taps, student_taps, **kwargs):
        super().__init__()
        self.method, self.params, self.total_steps, self.steps = method, SimpleNamespace(**params), total_steps, 0
        self.taps = {'teacher': teacher_taps, 'student': student_taps}

    def answer(self, role, io):
        taps = {name: io[f'taps.{name}']['output'] for name in self.taps[role]}
        return SimpleNamespace(logits=io['.']['output'], embedding=io['embedding']['output'], taps=taps, normed=None, last_stage=None)

    def forward(self, student_io_dict, teacher_io_dict, targets, *args, **kwargs):
        student, teacher = self.answer('student', student_io_dict), self.answer('teacher', teacher_io_dict)
        progress, self.steps = self.steps / self.total_steps, self.steps + 1
        step = Step(self.params, [student], teacher, targets, progress=progress, kept=SETUP['kept'],
                    noisy_teacher=SETUP['noisyTeacher'])
        return sum(method_of(self.method).losses(step).values())
