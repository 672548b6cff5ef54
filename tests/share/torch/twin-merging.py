import torch

from methods.twin_merging import added, exclusive, largest, merged, router, task_vector, ties


def detached(raw):
    return {k: detached(v) for k, v in raw.items()} if isinstance(raw, dict) else raw.detach()


def golden(case, x, y, p, run):
    if case.name == 'rank-rounding':
        return {}
    if case.name == 'magnitude-mask':
        return {'masked': largest(x['M'], int(p['density'] * x['M'].numel()))}
    if case.name == 'router-forward':
        w = detached(x['params'])
        norm = lambda n: lambda v: torch.nn.functional.batch_norm(v, n['m'], n['v'], n['g'], n['b'], eps=p['bn_eps'])
        logits = router(x['x'], [(w['W1'], w['b1']), (w['W3'], w['b3'])], [norm(w['bn1']), norm(w['bn3'])], (w['W4'], w['b4']))
        task = torch.tensor(case.inputs['task'])
        return {'logits': logits, 'cross_entropy': torch.nn.functional.cross_entropy(logits, task)}
    base, experts = x['base'], x['experts']
    vectors = [task_vector(base, expert) for expert in experts]
    if case.name == 'ties':
        return {'merged': added(base, [ties(vectors, p['keep'])], p['scale'])}
    shared = added(base, vectors, p['gamma'])
    rests = [exclusive(shared, expert, p['rank']) for expert in experts]
    if case.name == 'shared-and-exclusive':
        return {'shared': shared, 'exclusive': rests}
    weights = x['router_logits'].softmax(1)
    nets = [merged(shared, rests, row) for row in weights]
    forward = lambda net, v: torch.tanh(v @ net['W1'] + net['b1']) @ net['W2'] + net['b2']
    return {'router_weights': weights, 'merged_W1_sample0': nets[0]['W1'], 'merged_b2_sample0': nets[0]['b2'],
            'output': torch.stack([forward(net, row) for net, row in zip(nets, x['x'])])}
