import torch

from methods.dhkd import combine


def golden(case, x, y, p, run):
    if 'z_s' in x:
        params = dict(gamma=0, alpha=1, temperature=p['T'], head='none',
                      match='binary' if case.name == 'binary_kl' else 'normalised')
        return {'loss': run(params, student={'logits': x['z_s']}, teacher={'logits': x['z_t']})['teacher']}
    h, weights = x['x'] @ x['W'], [x['W'], x['A'], x['C']]
    params = dict(gamma=p['gamma'], alpha=p['alpha'], temperature=p['T'], head='linear', match='normalised')
    terms = run(params, student={'logits': h @ x['A'], 'embedding': h}, teacher={'logits': x['z_t']}, labels=y,
                extras={'auxiliary': lambda e: e @ x['C']})

    def row(term):
        parts = torch.autograd.grad(term, weights, retain_graph=True, allow_unused=True)
        return torch.cat([(torch.zeros_like(w) if g is None else g).flatten() for g, w in zip(parts, weights)])

    rows = {key: row(term) for key, term in terms.items()}
    apart = lambda align: [part.reshape(w.shape) for part, w in zip(
        combine(rows, run.params(align=align)).split([w.numel() for w in weights]), weights)]
    aligned = apart(True)
    return {'loss_ce': terms['labels'], 'loss_kd': terms['teacher'], 'loss': sum(terms.values()),
            'dot': rows['labels'] @ rows['teacher'], 'plain_grad_W': apart(False)[0],
            **{f'aligned_grad_{name}': part for name, part in zip('WAC', aligned)}}
