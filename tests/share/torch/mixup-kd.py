import torch

from methods.mixup_kd import change, deviation
from parity_kit import moment


def golden(case, x, y, p, run):
    if 'perm1' in x:
        keep = x['keep'].long()
        mixed, clean = (keep == 0).cumsum(0) - 1, (keep == 0).sum() + (keep == 1).cumsum(0) - 1
        # The case weighs the first image by `lam`, the method the second one.
        draws = {'first': x['perm1'].long(), 'second': x['perm2'].long(), 'mixed': torch.where(keep == 1, clean, mixed),
                 'blend': 1 - x['lam'].detach(), 'offset': torch.tensor([0.5])}
        step = moment(dict(share=(keep == 0).float().mean().item(), beta=1), {'logits': torch.zeros(len(y), p['K'])},
                      labels=y, images=x['x'], draws=draws)
        change(step)
        return {'x_mix': step.images, 'y_mix': step.targets}
    params = dict(gamma=p['gamma'], alpha=p['alpha'], rescale='T' not in p, temperature=p.get('T'))
    terms = run(params, student={'logits': x['z_s']}, teacher={'logits': x['z_t']}, targets=x['y_mix'])
    return {'std_s': deviation(x['z_s'])[:, 0], 'std_t': deviation(x['z_t'])[:, 0], 'loss_cls': terms['labels'],
            'loss_kd': terms['teacher'], 'loss': sum(terms.values())}
