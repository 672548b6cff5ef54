from torch.nn.functional import cross_entropy

from condenser_losses import distillation


def golden(case, x, y, p, run):
    logits = [x['z_1'], x['z_2'], x['z_3']]
    whole = run(dict(temperature=p['T'], weight=1, average=False), student=[{'logits': z} for z in logits], labels=y)
    losses = [cross_entropy(z, y) + sum(distillation(z, o, p['T']) for o in logits if o is not z) for z in logits]
    return {'loss_1': losses[0], 'loss_2': losses[1], 'loss_3': losses[2], 'grad_z_1': (sum(whole.values()), 'z_1')}
