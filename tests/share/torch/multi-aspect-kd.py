import torch


def golden(case, x, y, p, run):
    if 'z' not in x:  # tables of answers, which are made on the page
        return {}
    z, k = x['z'], p['num_classes']
    values = lambda alpha, ce: run(dict(alpha=alpha, ceWeight=ce, soft=0), student={'logits': z[:, :k]}, labels=y,
                                   extras={'aspects': lambda _: z[:, k:]}, memory=x['aspects'], index=torch.arange(len(z)))
    plain = values(1, 1)
    return {'loss': sum(values(p['alpha'], p['w_ce']).values()), 'ce': plain['ce'], 'bce': plain['aspects']}
