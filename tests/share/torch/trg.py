from methods.trg import adjacency, coldness, context, global_loss, local_loss, neighbours, patches


def golden(case, x, y, p, run):
    import torch

    def graph(name, sigma):
        mask, own = neighbours(x[name], p['k'])
        return mask, own, adjacency(x[name], mask, p.get(sigma, p.get('sigma')))

    local = lambda: local_loss(graph('T_s', 'sigma_s')[2], graph('T_t', 'sigma_t')[2], p.get('direction') != 'student-teacher')
    match = lambda: global_loss(x['T_s'] @ x['W'], x['T_t'], p['tau'])
    apart = lambda s, t: torch.nn.functional.mse_loss(context(s), context(t))
    if case.name == 'graph':
        mask, own, edges = graph('T', 'sigma')
        return {'mask': mask, 'adjacency': edges, 'sigma_auto': own}
    if case.name == 'inner-contextual':
        return {'cs_s': context(x['F_s']), 'cs_t': context(x['F_t']), 'loss': apart(x['F_s'], x['F_t'])}
    if case.name == 'joint-permutation-invariance':
        return {'local': local(), 'global': match()}
    if case.name.startswith('rotated'):
        return {'local': local(), 'inner': apart(x['T_s'][None], x['T_t'][None])}
    if case.name == 'temperature-schedule':
        return {'tau': torch.tensor([coldness(e, p['epochs'], p['hi'], p['lo']) for e in case.inputs['epoch']])}
    if case.name == 'patchify':
        return {'tokens': patches(x['F'], p['p'])}
    return {'loss': match() if case.name.startswith('global') else local()}
