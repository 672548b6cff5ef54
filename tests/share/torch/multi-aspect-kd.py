import torch

from condenser_losses import class_means


def golden(case, x, y, p, run):
    if case.name == 'class-table':
        table = class_means(x['aspects'], y, p['num_classes'])
        return {'table': table, 'expanded': table[y]}
    if 'z' not in x:  # answers of a language model
        return {}
    z, k = x['z'], p['num_classes']
    values = lambda alpha, ce: run(dict(alpha=alpha, ceWeight=ce, soft=0), student={'logits': z[:, :k]}, labels=y,
                                   extras={'aspects': lambda _: z[:, k:]}, memory=x['aspects'], index=torch.arange(len(z)))
    plain = values(1, 1)
    return {'loss': sum(values(p['alpha'], p['w_ce']).values()), 'ce': plain['ce'], 'bce': plain['aspects']}
