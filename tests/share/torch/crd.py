from types import SimpleNamespace

import torch
import torch.nn.functional as F

from methods.crd import memory_losses


def golden(case, x, y, p, run):
    v = {side: F.normalize(x[f'f_{side}'] @ x[f'W_{side}'] + x[f'b_{side}']) for side in 'st'}
    memory = SimpleNamespace(student=x['mem_s'].detach().clone(), teacher=x['mem_t'].detach().clone(),
                             constants=torch.zeros(1, 2).double())
    rows = x['contrast_idx'].long()
    s, t = memory_losses(memory, v['s'], v['t'], rows, p['T'])
    return {'loss_s': s, 'loss_t': t, 'loss': s + t, 'Z_s': memory.constants[0, 0], 'Z_t': memory.constants[0, 1],
            'mem_s_rows_after': memory.student[rows[:, 0]], 'mem_t_rows_after': memory.teacher[rows[:, 0]]}
